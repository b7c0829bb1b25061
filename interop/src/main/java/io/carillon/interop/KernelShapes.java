package io.carillon.interop;

import io.carillon.config.DlrConfig;
import io.carillon.config.DssConfig;
import io.carillon.config.S4dConfig;
import io.carillon.config.SsmConfig;
import io.carillon.config.kernel.Discretisation;
import io.carillon.config.kernel.DlrVersion;
import io.carillon.config.kernel.DssInit;
import io.carillon.config.kernel.DssVersion;
import io.carillon.config.kernel.ImagSign;
import io.carillon.config.kernel.InputWeight;
import io.carillon.config.kernel.KernelCast;
import io.carillon.config.kernel.Transform;
import io.carillon.error.FormatException;

/**
 * What the names and shapes of a kernel tell of it; the rest is asked of {@link Choices}. The init
 * of an imported kernel is not known and set to the cheapest one: the values are replaced.
 */
final class KernelShapes {
  private final StateDict dict;
  private final String prefix;
  private final int width;
  private final Choices choices;

  /**
   * Looks at a kernel.
   *
   * @param prefix what stands before its names
   * @param width H
   */
  KernelShapes(StateDict dict, String prefix, int width, Choices choices) {
    this.dict = dict;
    this.prefix = prefix;
    this.width = width;
    this.choices = choices;
  }

  /** A kernel's settings, and how many kernels each channel has. */
  record Kernel(SsmConfig config, int sets) {}

  private boolean has(String local) {
    return dict.has(prefix + local);
  }

  private int[] shape(String local, int axes, String meaning) {
    return dict.shape(prefix + local, axes, meaning);
  }

  private void requireWidth(String local, int found) {
    if (found != width) {
      throw new FormatException(
          "tensor " + prefix + local + " is for " + found + " channels, the layer has " + width);
    }
  }

  /** The kernel of s4d.py: no B, Im A = +A_imag, one (A, Δ) per channel. */
  Kernel minimalS4d() {
    int[] c = shape("C", 3, "[H][N/2][2]");
    requireWidth("C", c[0]);
    return new Kernel(
        S4dConfig.DEFAULT
            .withStateSize(Math.multiplyExact(2, c[1]))
            .withInputWeight(InputWeight.ABSENT),
        1);
  }

  /** SSMKernelDiag of s4.py: B, Im A = −f(A_imag), transforms, tying. */
  Kernel fullS4d() {
    if (has("P")) {
      throw new FormatException(
          "tensor "
              + prefix
              + "P belongs to an S4 kernel (diagonal plus low rank); only diagonal kernels"
              + " (S4D) are supported");
    }
    boolean real = !has("A_imag");
    int[] c =
        real
            ? shape("C", 3, "[kernels][H][N] (without A_imag the modes are real)")
            : shape("C", 4, "[kernels][H][N/2][2]");
    requireWidth("C", c[1]);
    int copies = shape("A_real", 2, "[copies][modes]")[0];
    int[] dt = shape("inv_dt", 2, "[H][1] or [H][modes]");
    S4dConfig config =
        S4dConfig.DEFAULT
            .withRealValued(real)
            .withStateSize(real ? c[2] : Math.multiplyExact(2, c[2]))
            .withImagSign(ImagSign.MINUS)
            .withSsmCopies(copies == width ? 0 : copies)
            .withDtTied(dt[1] == 1)
            .withDiscretisation(
                choices.choice("discretisation", Discretisation.class, Discretisation.ZOH))
            .withDtTransform(choices.choice("dt_transform", Transform.class, Transform.EXP))
            .withDtFast(choices.flag("dt_fast", false))
            .withRealTransform(choices.choice("real_transform", Transform.class, Transform.EXP))
            .withMaxKernelLength(choices.integer("max_kernel_length", 0));
    if (!real) {
      double bandlimit = choices.number("bandlimit", Double.NaN);
      config =
          config
              .withImagTransform(choices.choice("imag_transform", Transform.class, Transform.NONE))
              .withBandlimit(bandlimit);
    }
    return new Kernel(config, c[0]);
  }

  /** DLRKernel, or DSSKernel if there are step sizes. */
  Kernel dlrOrDss() {
    int[] w = dict.shape(prefix + "W");
    boolean complex = w.length == 4 && w[3] == 2;
    shape("W", complex ? 4 : 3, "[kernels][H][N] or [kernels][H][N][2]");
    requireWidth("W", w[1]);
    SsmConfig config = has("log_dt") ? dss(w[2]) : dlr(w[2], complex);
    return new Kernel(config, w[0]);
  }

  private DlrConfig dlr(int modes, boolean complex) {
    boolean decays = has("Lambda_log_neg_re");
    boolean turns = has("Lambda_im");
    for (DlrVersion version : DlrVersion.values()) {
      if (version.decays() == decays
          && version.turns() == turns
          && version.complexWeight() == complex) {
        return DlrConfig.DEFAULT
            .withStateSize(modes)
            .withVersion(version)
            .withCast(choices.choice("cast", KernelCast.class, KernelCast.REAL))
            .withMaxKernelLength(choices.integer("max_kernel_length", 0));
      }
    }
    throw new FormatException(
        "no DLR kernel has the tensors "
            + dict.names().stream().filter(name -> name.startsWith(prefix)).toList());
  }

  private DssConfig dss(int modes) {
    boolean separate = dict.shape(prefix + "log_dt").length == 2;
    // A version with log Im and init RANDN exclude each other; LIN fits all.
    return DssConfig.DEFAULT
        .withInit(DssInit.LIN)
        .withStateSize(modes)
        .withVersion(dssVersion())
        .withSeparateDt(separate)
        .withCast(choices.choice("cast", KernelCast.class, KernelCast.REAL))
        .withEpsilon(choices.number("epsilon", DssConfig.DEFAULT.epsilon()))
        .withMaxKernelLength(choices.integer("max_kernel_length", 0));
  }

  /** Several versions store the same tensors. */
  private DssVersion dssVersion() {
    if (has("Lambda")) {
      return choices.choice("dss_version", DssVersion.class, DssVersion.SOFTMAX);
    }
    if (has("Lambda_log_im")) {
      return DssVersion.EXP_RE_IM;
    }
    return has("Lambda_im")
        ? choices.choice("dss_version", DssVersion.class, DssVersion.EXP)
        : DssVersion.EXP_NO_SCALE_REAL;
  }
}
