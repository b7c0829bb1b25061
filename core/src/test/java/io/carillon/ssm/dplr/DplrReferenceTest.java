package io.carillon.ssm.dplr;

import io.carillon.config.S4Config;
import io.carillon.nn.KernelMaps;
import io.carillon.nn.LayerSteps;
import io.carillon.reference.ReferenceCase;
import io.carillon.reference.ReferenceCase.Precision;
import io.carillon.reference.ReferenceConfig;
import io.carillon.reference.ReferenceReport;
import io.carillon.reference.Tensor;
import io.carillon.reference.UsesShared;
import io.carillon.ssm.RawMap;
import io.carillon.ssm.diagonal.OfficialConfigs;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * S4 kernels, gradients and steps in double precision against the official code in float64: family
 * 03_dplr.
 */
@UsesShared
class DplrReferenceTest {
  private static final String[] NAMES = {"log_dt", "A_real", "A_imag", "B", "P", "C"};
  private static final int OUTPUT = 5;

  /**
   * Gradients are stored as float, so half an ulp of a float is enough. The gradient of the slowest
   * FouT mode needs it (2.2e-8): there the four Cauchy sums cancel.
   */
  private static final double STORED_GRADIENT = 6e-8;

  /**
   * State and stored output weight are floats; taking back the truncation of the weight can magnify
   * its rounding a hundred times.
   */
  private static final double STREAM = 1e-4;

  @Test
  void kernelsGradientsAndSteps() {
    ReferenceReport.check("03_dplr", DplrReferenceTest::check);
  }

  private static void check(ReferenceCase reference) {
    ReferenceConfig c = reference.config();
    // l_max is what the official code stores the output weight for.
    c.ignore("l_max", "perturbed");
    int stored = (int) reference.tensor("param_after.l_kernel").values()[0];
    S4Config config = OfficialConfigs.s4(c, c.integer("N"), stored);
    int channels = c.integer("H");
    int sets = c.integer("channels", 1);
    int length = c.integer("L");
    double rate = c.number("rate", 1);
    Map<String, float[]> raw = new LinkedHashMap<>();
    for (String name : NAMES) {
      raw.put(name, reference.tensor("param." + official(name)).floats());
    }
    DplrKernel map = (DplrKernel) KernelMaps.of(config, "ssm", channels, sets, raw);
    double[][] values = map.rawValues();
    values[OUTPUT] = map.truncated(values);
    reference.compare("param_after.C", values[OUTPUT], Precision.DOUBLE);
    reference.compare("K", kernels(map, values, length, rate), Precision.DOUBLE);
    if (c.has("L2")) {
      int longer = c.integer("L2");
      reference.compare(
          "K_L2",
          reference.tensor("K_L264").values(),
          kernels(map, values, longer, rate),
          reference.tolerance("K_L2", Precision.DOUBLE));
    } else {
      c.ignore("L2");
    }
    gradients(reference, map, values, length, rate);
    if (reference.has("u")) {
      system(reference, map, values);
      steps(reference, map, values, length);
      Map<String, float[]> kept = new LinkedHashMap<>(raw);
      float[] output = new float[values[OUTPUT].length];
      for (int i = 0; i < output.length; i++) {
        output[i] = (float) values[OUTPUT][i];
      }
      kept.put(NAMES[OUTPUT], output);
      streamed(reference, (DplrKernel) KernelMaps.of(config, "ssm", channels, sets, kept), length);
    }
  }

  private static String official(String name) {
    return name.equals("log_dt") ? "inv_dt" : name;
  }

  /** [set][channel][length]. */
  private static double[] kernels(DplrKernel map, double[][] raw, int length, double rate) {
    double[] all = new double[map.sets() * map.channels() * length];
    for (int h = 0; h < map.channels(); h++) {
      double[][] taps = map.taps(raw, h, length, rate);
      for (int s = 0; s < map.sets(); s++) {
        System.arraycopy(taps[s], 0, all, (s * map.channels() + h) * length, length);
      }
    }
    return all;
  }

  private static void gradients(
      ReferenceCase reference, DplrKernel map, double[][] raw, int length, double rate) {
    double[] g = reference.tensor("g").values();
    double[][] sum = RawMap.zerosLike(raw);
    for (int h = 0; h < map.channels(); h++) {
      double[][] part = new double[map.sets()][];
      for (int s = 0; s < map.sets(); s++) {
        int at = (s * map.channels() + h) * length;
        part[s] = Arrays.copyOfRange(g, at, at + length);
      }
      map.pullback(raw, h, rate, part, sum);
    }
    for (int i = 0; i < NAMES.length; i++) {
      String name = "grad." + official(NAMES[i]);
      double tolerance = Math.max(STORED_GRADIENT, reference.tolerance(name, Precision.DOUBLE));
      reference.compare(name, reference.reference64(name), sum[i], tolerance);
    }
  }

  /** Dense Ā, B̄ and the recovered C, with conjugates after the stored modes. */
  private static void system(ReferenceCase reference, DplrKernel map, double[][] raw) {
    int m = map.config().stateSize() / 2;
    int n = 2 * m;
    double[] a = new double[map.channels() * n * n * 2];
    double[] b = new double[map.channels() * n * 2];
    double[] c = new double[map.sets() * map.channels() * n * 2];
    for (int h = 0; h < map.channels(); h++) {
      DplrSystem system = map.untruncated(raw, h, 1);
      DplrStep step = new DplrStep(system);
      double[][] dense = step.dense();
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < m; j++) {
          // x' = M₁ x + M₂ conj(x) from the real matrix on (Re x, Im x).
          double xx = dense[i][j];
          double xy = dense[i][m + j];
          double yx = dense[m + i][j];
          double yy = dense[m + i][m + j];
          double[] first = {(xx + yy) / 2, (yx - xy) / 2};
          double[] second = {(xx - yy) / 2, (yx + xy) / 2};
          put(a, ((h * n + i) * n + j), first[0], first[1]);
          put(a, ((h * n + i) * n + m + j), second[0], second[1]);
          put(a, ((h * n + m + i) * n + j), second[0], -second[1]);
          put(a, ((h * n + m + i) * n + m + j), first[0], -first[1]);
        }
      }
      double[] re = new double[m];
      double[] im = new double[m];
      step.forward(re, im, 1);
      both(b, h * n, re, im);
      for (int s = 0; s < map.sets(); s++) {
        both(c, (s * map.channels() + h) * n, system.outRe[s], system.outIm[s]);
      }
    }
    reference.compare("dA", a, Precision.DOUBLE);
    reference.compare("dB", b, Precision.DOUBLE);
    reference.compare("dC", c, Precision.DOUBLE);
  }

  private static void put(double[] to, int at, double re, double im) {
    to[2 * at] = re;
    to[2 * at + 1] = im;
  }

  private static void both(double[] to, int at, double[] re, double[] im) {
    for (int i = 0; i < re.length; i++) {
      put(to, at + i, re[i], im[i]);
      put(to, at + re.length + i, re[i], -im[i]);
    }
  }

  /** The official code has three ways to step; ours must equal them all. */
  private static void steps(ReferenceCase reference, DplrKernel map, double[][] raw, int length) {
    double[] u = reference.tensor("u").values();
    double[] start = reference.tensor("state0").values();
    double[] fromZero = run(map, raw, length, u, new double[start.length]);
    for (String mode : new String[] {"y_dense", "y_linear", "y_diagonal"}) {
      reference.compare(mode, fromZero, Precision.DOUBLE);
    }
    double[] state = start.clone();
    run(map, raw, length, u, state);
    reference.compare("fwd_state", state, Precision.DOUBLE);
    double[] undriven = run(map, raw, length, new double[u.length], start.clone());
    reference.compare("K_state", undriven, Precision.DOUBLE);
  }

  /** The steps that streams take. */
  private static void streamed(ReferenceCase reference, DplrKernel map, int length) {
    Tensor input = reference.tensor("u");
    double[] y = LayerSteps.run(map, input.floats(), input.shape()[0], length);
    reference.compare("y_linear", reference.reference64("y_linear"), y, STREAM);
  }

  /** Outputs [B][C][H][L]; state [B][H][M][2] is updated. */
  private static double[] run(
      DplrKernel map, double[][] raw, int length, double[] u, double[] state) {
    int m = map.config().stateSize() / 2;
    int channels = map.channels();
    int batch = u.length / (channels * length);
    double[] y = new double[batch * map.sets() * channels * length];
    for (int h = 0; h < channels; h++) {
      DplrSystem system = map.untruncated(raw, h, 1);
      DplrStep step = new DplrStep(system);
      for (int b = 0; b < batch; b++) {
        double[] re = new double[m];
        double[] im = new double[m];
        for (int i = 0; i < m; i++) {
          re[i] = state[2 * ((b * channels + h) * m + i)];
          im[i] = state[2 * ((b * channels + h) * m + i) + 1];
        }
        for (int t = 0; t < length; t++) {
          step.forward(re, im, u[(b * channels + h) * length + t]);
          for (int s = 0; s < map.sets(); s++) {
            y[((b * map.sets() + s) * channels + h) * length + t] = system.output(s, re, im);
          }
        }
        for (int i = 0; i < m; i++) {
          put(state, (b * channels + h) * m + i, re[i], im[i]);
        }
      }
    }
    return y;
  }
}
