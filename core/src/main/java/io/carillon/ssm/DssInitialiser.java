package io.carillon.ssm;

import io.carillon.core.SeededRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Draws the initial raw values of a DSS layer (papers B.2), in the order of its parameters. */
final class DssInitialiser {
  private static final double REAL_PART = -0.5;

  private DssInitialiser() {}

  /** One array per raw parameter. */
  static double[][] values(DssConfig config, int channels, int sets, SeededRandom random) {
    List<double[]> values = new ArrayList<>(List.of(stepSize(config, channels, random)));
    values.addAll(lambda(config, random));
    double[] w = new double[sets * channels * config.stateSize() * 2];
    for (int i = 0; i < w.length; i++) {
      w[i] = random.normal();
    }
    values.add(w);
    return values.toArray(double[][]::new);
  }

  private static double[] stepSize(DssConfig config, int channels, SeededRandom random) {
    int width = config.separateDt() ? 2 : 1;
    double[] dt = new double[channels * width];
    for (int h = 0; h < channels; h++) {
      double log = random.uniform(Math.log(config.dtMin()), Math.log(config.dtMax()));
      Arrays.fill(dt, h * width, (h + 1) * width, log);
    }
    return dt;
  }

  private static List<double[]> lambda(DssConfig config, SeededRandom random) {
    int n = config.stateSize();
    double[] im = frequencies(config, random);
    if (config.version().storesComplex()) {
      double[] lambda = new double[2 * n];
      for (int i = 0; i < n; i++) {
        lambda[2 * i] = REAL_PART;
        lambda[2 * i + 1] = im[i];
      }
      return List.of(lambda);
    }
    double[] logNegRe = new double[n];
    Arrays.fill(logNegRe, Math.log(-REAL_PART));
    return switch (config.version()) {
      case EXP_NO_SCALE_REAL -> List.of(logNegRe);
      case EXP_RE_IM ->
          List.of(logNegRe, Arrays.stream(im).map(Transform.EXP::inverseClamped).toArray());
      default -> List.of(logNegRe, im);
    };
  }

  private static double[] frequencies(DssConfig config, SeededRandom random) {
    int n = config.stateSize();
    if (config.init() == DssInit.HIPPO_SKEW_POS_IMAG) {
      return LegsSpectrum.frequencies(2 * n);
    }
    double[] im = new double[n];
    for (int i = 0; i < n; i++) {
      im[i] = config.init() == DssInit.LIN ? Math.PI * i : random.normal();
    }
    return im;
  }
}
