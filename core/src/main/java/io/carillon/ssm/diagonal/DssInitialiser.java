package io.carillon.ssm.diagonal;

import io.carillon.config.DssConfig;
import io.carillon.config.kernel.DssInit;
import io.carillon.config.kernel.DssVersion;
import io.carillon.config.kernel.Transform;
import io.carillon.engine.SeededRandom;
import io.carillon.math.MutableComplex;
import io.carillon.ssm.hippo.LegsSpectrum;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Draws the initial raw values of a DSS layer (papers B.2), in the order of its parameters. */
final class DssInitialiser {
  private static final double REAL_PART = -0.5;

  private DssInitialiser() {}

  /** One array per raw parameter. */
  static double[][] values(DssConfig config, int channels, int sets, SeededRandom random) {
    double[] dt = stepSize(config, channels, random);
    double[] im = frequencies(config, random);
    List<double[]> values = new ArrayList<>(List.of(dt));
    values.addAll(lambda(config, im));
    values.add(weights(config, dt, im, channels, sets, random));
    return values.toArray(double[][]::new);
  }

  /** W [sets][channels][N][2]. */
  private static double[] weights(
      DssConfig config, double[] dt, double[] im, int channels, int sets, SeededRandom random) {
    int n = config.stateSize();
    double[] w = new double[sets * channels * n * 2];
    for (int i = 0; i < w.length; i++) {
      int h = i / (2 * n) % channels;
      double step = Math.exp(dt[config.separateDt() ? 2 * h : h]);
      w[i] = scale(config, step, im[i / 2 % n]) * random.normal();
    }
    return w;
  }

  /**
   * Standard deviation. Re W and Im W are alike and independent, so that their factor in EXP counts
   * by its size only.
   */
  private static double scale(DssConfig config, double step, double im) {
    if (config.wScale() > 0
        || config.version().scales()
        || config.version() == DssVersion.SOFTMAX) {
      return config.wScale() > 0 ? config.wScale() : 1;
    }
    double frequency = config.version() == DssVersion.EXP_NO_SCALE_REAL ? 0 : im;
    MutableComplex lambda = new MutableComplex().set(REAL_PART, frequency);
    double size = Math.sqrt(lambda.absSquared());
    return Math.sqrt(lambda.times(step).expm1().absSquared()) / size;
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

  private static List<double[]> lambda(DssConfig config, double[] im) {
    int n = config.stateSize();
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
