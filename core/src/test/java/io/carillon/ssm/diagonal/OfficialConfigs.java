package io.carillon.ssm.diagonal;

import io.carillon.config.AttentionConfig;
import io.carillon.config.DlrConfig;
import io.carillon.config.DssConfig;
import io.carillon.config.S4Config;
import io.carillon.config.S4dConfig;
import io.carillon.config.SgConvConfig;
import io.carillon.config.kernel.Discretisation;
import io.carillon.config.kernel.DlrInit;
import io.carillon.config.kernel.DlrVersion;
import io.carillon.config.kernel.DssInit;
import io.carillon.config.kernel.DssVersion;
import io.carillon.config.kernel.ImagSign;
import io.carillon.config.kernel.InputWeightInit;
import io.carillon.config.kernel.KernelCast;
import io.carillon.config.kernel.S4Init;
import io.carillon.config.kernel.S4dInit;
import io.carillon.config.kernel.Transform;
import io.carillon.reference.ReferenceConfig;

/** Reads the official option names of the reference cases; an unknown value is an error. */
public final class OfficialConfigs {
  private OfficialConfigs() {}

  /** Options of {@code SSMKernelDiag} and {@code dplr}. */
  static S4dConfig s4d(ReferenceConfig c) {
    return s4d(c, c.integer("N"));
  }

  private static S4dConfig s4d(ReferenceConfig c, int stateSize) {
    c.ignore("perturbed");
    S4dInit init = init(c.text("init", "legs"));
    boolean tied = c.flag("dt_tie", true);
    S4dConfig config =
        S4dConfig.DEFAULT
            .withImagSign(ImagSign.MINUS)
            .withRealValued(c.flag("is_real", false))
            .withStateSize(stateSize)
            .withInit(init)
            .withDiscretisation(discretisation(c.text("disc", "zoh")))
            .withRealTransform(transform(c.text("real_transform", "exp")))
            .withImagTransform(transform(c.text("imag_transform", "none")))
            .withDtTransform(transform(c.text("dt_transform", "exp")))
            .withDtFast(c.flag("dt_fast", false))
            .withDtTied(tied)
            .withDtRange(c.number("dt_min", 0.001), c.number("dt_max", 0.1))
            .withSsmCopies(c.integer("n_ssm", 0))
            .withBInit(bInit(c.text("B_init", "constant"), init))
            .withBScale(c.number("B_scale", 1))
            .withNormalize(c.flag("normalize", false))
            .withRealScale(realScale(c, init))
            .withImagScale(c.number("imag_scale", 1))
            .withRandomReal(c.flag("real_random", false))
            .withRandomImag(randomImag(c, init))
            .withDeterministic(c.flag("deterministic", false));
    double bandlimit = c.number("bandlimit", Double.NaN);
    return Double.isNaN(bandlimit) ? config : config.withBandlimit(bandlimit);
  }

  /** Options of {@code FFTConv} and {@code S4Block}, which name some of them differently. */
  public static S4dConfig s4dBlock(ReferenceConfig c) {
    return s4d(c, c.integer("d_state", 64)).withMaxKernelLength(c.integer("l_max", 0));
  }

  /** The official code takes the option for S4D-Real but does not use it; here it is an error. */
  static double realScale(ReferenceConfig c, S4dInit init) {
    double scale = c.number("real_scale", 1);
    return init == S4dInit.REAL ? 1 : scale;
  }

  /** As for {@link #realScale}: unused by inits whose frequencies do not come from an index. */
  private static boolean randomImag(ReferenceConfig c, S4dInit init) {
    boolean random = c.flag("imag_random", false);
    return random && init.parts().stream().anyMatch(S4dInit::usesIndex);
  }

  static S4dInit init(String name) {
    return switch (name.startsWith("diag-") ? name.substring("diag-".length()) : name) {
      case "legs" -> S4dInit.LEGS;
      case "inv", "inverse" -> S4dInit.INV;
      case "lin", "linear" -> S4dInit.LIN;
      case "inv2", "inverse2" -> S4dInit.INV2;
      case "quad", "quadratic" -> S4dInit.QUAD;
      case "real" -> S4dInit.REAL;
      case "rand", "random" -> S4dInit.RANDOM;
      case "fourier", "fout" -> S4dInit.FOURIER;
      case "diag" -> S4dInit.DIAG;
      // The official name of a mixed init for kernels, of LegS for a single matrix.
      case "hippo" -> name.equals("hippo") ? S4dInit.HIPPO : S4dInit.LEGS;
      case "all" -> S4dInit.ALL;
      default -> throw new AssertionError("unknown init " + name);
    };
  }

  /** The official code takes the HiPPO vector for HiPPO matrices whatever B_init says. */
  static InputWeightInit bInit(String name, S4dInit init) {
    if (init.parts().stream().anyMatch(S4dInit::isHippo)) {
      return InputWeightInit.HIPPO;
    }
    return switch (name) {
      case "constant" -> InputWeightInit.ONES;
      case "random" -> InputWeightInit.RANDOM;
      case "alternating" -> InputWeightInit.ALTERNATING;
      case "unit-cw" -> InputWeightInit.UNIT_CW;
      case "unit-ccw" -> InputWeightInit.UNIT_CCW;
      default -> throw new AssertionError("unknown B_init " + name);
    };
  }

  private static Discretisation discretisation(String name) {
    return switch (name) {
      case "zoh" -> Discretisation.ZOH;
      case "bilinear" -> Discretisation.BILINEAR;
      case "dss" -> Discretisation.DSS;
      default -> throw new AssertionError("unknown disc " + name);
    };
  }

  private static Transform transform(String name) {
    return switch (name) {
      case "none" -> Transform.NONE;
      case "exp" -> Transform.EXP;
      case "relu" -> Transform.RELU;
      case "sigmoid" -> Transform.SIGMOID;
      case "softplus" -> Transform.SOFTPLUS;
      default -> throw new AssertionError("unknown transform " + name);
    };
  }

  /** Options of {@code DLRKernel}. */
  public static DlrConfig dlr(ReferenceConfig c, int stateSize) {
    DlrVersion version =
        switch (c.text("version", "")) {
          case "" -> DlrVersion.FULL;
          case "Lambda_imag" -> DlrVersion.LAMBDA_IMAG;
          case "Lambda_imag_W_real" -> DlrVersion.LAMBDA_IMAG_W_REAL;
          case "Lambda_real_W_real" -> DlrVersion.LAMBDA_REAL_W_REAL;
          default -> throw new AssertionError("unknown version " + c.text("version", ""));
        };
    DlrInit init =
        switch (c.text("Lambda_init", "omega")) {
          case "omega" -> DlrInit.OMEGA;
          case "randn" -> DlrInit.RANDN;
          default -> throw new AssertionError("unknown init " + c.text("Lambda_init", ""));
        };
    return DlrConfig.DEFAULT
        .withStateSize(stateSize)
        .withVersion(version)
        .withInit(init)
        .withDtRange(c.number("dt_min", 1e-4), c.number("dt_max", 0.1))
        .withWScale(c.number("W_scale", 0))
        .withCast(cast(c.text("kernel_to_real", "real")));
  }

  /** Options of {@code DSSKernel}. */
  public static DssConfig dss(ReferenceConfig c, int stateSize) {
    DssVersion version =
        switch (c.text("version", "exp")) {
          case "exp" -> DssVersion.EXP;
          case "exp-re-im" -> DssVersion.EXP_RE_IM;
          case "exp-no-scale" -> DssVersion.EXP_NO_SCALE;
          case "exp-no-scale-real" -> DssVersion.EXP_NO_SCALE_REAL;
          case "clip" -> DssVersion.CLIP;
          case "clip-no-scale" -> DssVersion.CLIP_NO_SCALE;
          case "softmax" -> DssVersion.SOFTMAX;
          default -> throw new AssertionError("unknown version " + c.text("version", ""));
        };
    DssInit init =
        switch (c.text("Lambda_init", "hippo_skew_pos_imag")) {
          case "hippo_skew_pos_imag" -> DssInit.HIPPO_SKEW_POS_IMAG;
          case "lin" -> DssInit.LIN;
          case "randn" -> DssInit.RANDN;
          default -> throw new AssertionError("unknown init " + c.text("Lambda_init", ""));
        };
    KernelCast cast = cast(c.text("kernel_to_real", "real"));
    return DssConfig.DEFAULT
        .withStateSize(stateSize)
        .withInit(init)
        .withVersion(version)
        .withDtRange(c.number("dt_min", 0.001), c.number("dt_max", 0.1))
        .withSeparateDt(c.flag("sep_dt_re_im", false))
        .withWScale(1)
        .withEpsilon(c.number("epsilon", 1e-7))
        // The official DSS kernel reads real-prod as real.
        .withCast(cast == KernelCast.REAL_PROD ? KernelCast.REAL : cast);
  }

  private static KernelCast cast(String name) {
    return switch (name) {
      case "real" -> KernelCast.REAL;
      case "imag" -> KernelCast.IMAG;
      case "sum" -> KernelCast.SUM;
      case "prod" -> KernelCast.PROD;
      case "real-prod" -> KernelCast.REAL_PROD;
      default -> throw new AssertionError("unknown kernel_to_real " + name);
    };
  }

  /** Settings of an official DPLR kernel, alone or in a block. */
  public static S4Config s4(ReferenceConfig c, int stateSize, int kernelLength) {
    String init = c.text("init", "legs");
    S4Init measure =
        switch (init) {
          case "legs" -> S4Init.LEGS;
          case "fourier", "fout" -> S4Init.FOURIER;
          case "legt" -> S4Init.LEGT;
          case "hippo" -> S4Init.HIPPO;
          default -> throw new AssertionError("unknown init " + init);
        };
    return S4Config.DEFAULT
        .withStateSize(stateSize)
        .withInit(measure, c.integer("rank", 1))
        .withSsmCopies(c.integer("n_ssm", 0))
        .withKernelLength(kernelLength);
  }

  /** Settings of an official SGConv kernel. */
  public static SgConvConfig sgConv(ReferenceConfig c, int stateSize) {
    return SgConvConfig.DEFAULT
        .withStateSize(stateSize)
        .withScales(c.integer("n_scales", 0))
        .withMaxKernelLength(
            c.integer("l_max", c.has("n_scales") ? 0 : SgConvConfig.DEFAULT.maxKernelLength()));
  }

  /** Settings of an official attention, alone or in a block. */
  public static AttentionConfig attention(ReferenceConfig c) {
    return AttentionConfig.DEFAULT
        .withHeads(c.integer("n_heads", 4))
        .withHeadSize(c.integer("d_head", 0))
        .withChunk(c.integer("chunk_size", 0))
        .withFeedForward(c.integer("attn_ff", 0));
  }

  /** The official name of a parameter of an attention layer. */
  public static String attentionName(String prefix, String name) {
    String local = name.substring(name.indexOf(".attention.") + ".attention.".length());
    return prefix
        + local.replace(".norm.", ".0.").replace(".expand.", ".1.").replace(".contract.", ".3.");
  }
}
