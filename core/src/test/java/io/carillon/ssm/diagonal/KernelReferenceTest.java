package io.carillon.ssm.diagonal;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.config.DlrConfig;
import io.carillon.config.DssConfig;
import io.carillon.config.S4dConfig;
import io.carillon.config.SgConvConfig;
import io.carillon.config.SsmConfig;
import io.carillon.config.kernel.InputWeight;
import io.carillon.config.kernel.Transform;
import io.carillon.nn.KernelMaps;
import io.carillon.reference.ReferenceCase;
import io.carillon.reference.ReferenceCase.Precision;
import io.carillon.reference.ReferenceConfig;
import io.carillon.reference.ReferenceReport;
import io.carillon.reference.Tensor;
import io.carillon.reference.UsesShared;
import io.carillon.ssm.KernelMap;
import io.carillon.ssm.Modes;
import io.carillon.ssm.ModesGradient;
import io.carillon.ssm.RawMap;
import io.carillon.ssm.sgconv.SgConvKernel;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The maps from raw parameters to kernels, and back, against the official code in float64: families
 * 01_s4d_kernel, 02_s4_diag, 04_dlr_kernel, 04_dss_kernel, 04_sgconv. Everything here is double
 * precision, so the tolerance of each tensor is the one for float64 implementations.
 */
@UsesShared
class KernelReferenceTest {
  @Test
  void minimalS4dKernels() {
    ReferenceReport.check(
        "01_s4d_kernel",
        reference -> {
          ReferenceConfig config = reference.config();
          config.ignore("perturbed", "dt_min", "dt_max");
          S4dConfig s4d =
              S4dConfig.DEFAULT
                  .withStateSize(config.integer("N"))
                  .withInputWeight(InputWeight.ABSENT);
          Map<String, String> names = new LinkedHashMap<>();
          names.put("log_dt", "log_dt");
          names.put("A_real", "log_A_real");
          names.put("A_imag", "A_imag");
          names.put("C", "C");
          checkKernel(reference, s4d, names, config.integer("H"), 1, config.integer("L"), 1);
        });
  }

  @Test
  void fullS4dKernelsAndSteps() {
    ReferenceReport.check(
        "02_s4_diag",
        reference -> {
          ReferenceConfig config = reference.config();
          S4dConfig s4d = OfficialConfigs.s4d(config);
          int channels = config.integer("H");
          int sets = config.integer("channels", 1);
          int length = config.integer("L");
          Map<String, String> names = new LinkedHashMap<>();
          for (String name : new String[] {"A_real", "A_imag", "B", "C"}) {
            if (reference.has("param." + name)) {
              names.put(name, name);
            }
          }
          boolean plainDt = s4d.dtTransform() == Transform.EXP && !s4d.dtFast();
          names.put(plainDt ? "log_dt" : "inv_dt", "inv_dt");
          RawParameterisation map =
              checkKernel(reference, s4d, names, channels, sets, length, config.number("rate", 1));
          if (reference.has("u")) {
            StepReference.check(reference, map, length);
            if (Double.isNaN(s4d.bandlimit())) {
              // The official steps do not know the band limit, which ours keep.
              StepReference.checkStream(reference, (KernelMap) (Object) map, length);
            }
          }
        });
  }

  @Test
  void dlrKernels() {
    ReferenceReport.check(
        "04_dlr_kernel",
        reference -> {
          ReferenceConfig config = reference.config();
          DlrConfig dlr = OfficialConfigs.dlr(config, config.integer("N"));
          Map<String, String> names = new LinkedHashMap<>();
          if (dlr.version().decays()) {
            names.put("rho", "Lambda_log_neg_re");
          }
          if (dlr.version().turns()) {
            names.put("theta", "Lambda_im");
          }
          names.put("W", "W");
          checkKernel(
              reference,
              dlr,
              names,
              config.integer("H"),
              config.integer("channels", 1),
              config.integer("L"),
              1);
        });
  }

  @Test
  void dssKernels() {
    ReferenceReport.check(
        "04_dss_kernel",
        reference -> {
          ReferenceConfig config = reference.config();
          DssConfig dss = OfficialConfigs.dss(config, config.integer("N"));
          Map<String, String> names = new LinkedHashMap<>();
          for (String tensor : reference.tensorNames()) {
            if (tensor.startsWith("param.")) {
              String name = tensor.substring("param.".length());
              names.put(name, name);
            }
          }
          checkKernel(
              reference,
              dss,
              names,
              config.integer("H"),
              config.integer("channels", 1),
              config.integer("L"),
              1);
        });
  }

  @Test
  void sgConvKernels() {
    ReferenceReport.check(
        "04_sgconv",
        reference -> {
          ReferenceConfig config = reference.config();
          SgConvConfig sgConv = OfficialConfigs.sgConv(config, config.integer("N"));
          int channels = config.integer("H");
          int sets = config.integer("channels", 1);
          int length = config.integer("L");
          SgConvKernel first = sgConv(reference, sgConv, "param.", channels, sets);
          assertThat(sgConv.scaleCount()).isEqualTo(config.integer("actual_n_scales"));
          double[][] raw = first.rawValues();
          // The norm in double, as in the official run; the stored one is rounded to float.
          double[] norm = raw[raw.length - 1];
          double[] rounded = norm.clone();
          Arrays.fill(norm, 1);
          for (int row = 0; row < norm.length; row++) {
            double[] taps = first.taps(raw, row, sgConv.stateSize() << (sgConv.scaleCount() - 1));
            norm[row] = Math.sqrt(Arrays.stream(taps).map(t -> t * t).sum());
          }
          reference.compare(
              "k_norm", reference.tensor("k_norm").values(), rounded, Precision.FLOAT.general());
          reference.compare("K_first", kernel(first, raw, length), Precision.DOUBLE);

          SgConvKernel second = sgConv(reference, sgConv, "param_pert.", channels, sets);
          double[][] perturbed = second.rawValues();
          perturbed[perturbed.length - 1] = norm;
          reference.compare("K", kernel(second, perturbed, length), Precision.DOUBLE);
          double[] g = reference.tensor("g").values();
          double[][] grads = RawMap.zerosLike(perturbed);
          for (int row = 0; row < sets * channels; row++) {
            double[] part = Arrays.copyOfRange(g, row * length, (row + 1) * length);
            second.pullback(perturbed, row, part, grads);
          }
          for (int i = 0; i < grads.length - 1; i++) {
            String local = second.parameters().get(i).name().substring("ssm.".length());
            reference.compare("grad." + local, grads[i], Precision.DOUBLE);
          }
        });
  }

  private static SgConvKernel sgConv(
      ReferenceCase reference, SgConvConfig config, String prefix, int channels, int sets) {
    Map<String, float[]> raw = new LinkedHashMap<>();
    for (String tensor : reference.tensorNames()) {
      if (tensor.startsWith(prefix)) {
        raw.put(tensor.substring(prefix.length()), reference.tensor(tensor).floats());
      }
    }
    return (SgConvKernel) KernelMaps.of(config, "ssm", channels, sets, raw);
  }

  private static double[] kernel(SgConvKernel map, double[][] raw, int length) {
    double[] all = new double[map.sets() * map.channels() * length];
    for (int row = 0; row < map.sets() * map.channels(); row++) {
      System.arraycopy(map.taps(raw, row, length), 0, all, row * length, length);
    }
    return all;
  }

  /** Kernel and gradients; returns the map for further checks. */
  private static RawParameterisation checkKernel(
      ReferenceCase reference,
      SsmConfig config,
      Map<String, String> officialNames,
      int channels,
      int sets,
      int length,
      double rate) {
    Map<String, float[]> raw = new LinkedHashMap<>();
    officialNames.forEach(
        (name, official) -> raw.put(name, reference.tensor("param." + official).floats()));
    RawParameterisation map =
        (RawParameterisation) KernelMaps.of(config, "ssm", channels, sets, raw);
    double[][] values = map.rawValues();
    Modes modes = map.modes(values, length, rate);
    double[] kernel = ModesOracle.kernel(modes, length);
    if (reference.has("K64_sub")) {
      double[] index = reference.tensor("K64_idx").values();
      double[] part = pick(kernel, length, index);
      reference.compare(
          "K",
          reference.tensor("K64_sub").values(),
          part,
          reference.tolerance("K", Precision.DOUBLE));
      return map;
    }
    reference.compare("K", kernel, Precision.DOUBLE);
    Tensor cotangent = reference.tensor("g");
    ModesGradient gradient = ModesOracle.adjoint(modes, length, cotangent.values());
    double[][] grads = map.pullback(values, length, rate, gradient);
    for (int i = 0; i < grads.length; i++) {
      String local = map.parameters().get(i).name().substring("ssm.".length());
      reference.compare("grad." + officialNames.get(local), grads[i], Precision.DOUBLE);
    }
    return map;
  }

  private static double[] pick(double[] kernel, int length, double[] index) {
    double[] part = new double[kernel.length / length * index.length];
    for (int i = 0; i < part.length; i++) {
      part[i] = kernel[i / index.length * length + (int) index[i % index.length]];
    }
    return part;
  }
}
