package io.carillon.ssm.diagonal;

import io.carillon.config.S4dConfig;
import io.carillon.config.kernel.ImagSign;
import io.carillon.config.kernel.InputWeight;
import io.carillon.config.kernel.InputWeightInit;
import io.carillon.config.kernel.S4dInit;
import io.carillon.config.kernel.Transform;
import io.carillon.engine.SeededRandom;
import io.carillon.math.Complex;
import io.carillon.ssm.hippo.LegsSpectrum;
import java.util.ArrayList;
import java.util.List;

/**
 * Draws the initial raw values of an S4D layer (papers A.2, A.3), in the order of its parameters.
 */
final class S4dInitialiser {
  private final S4dConfig config;
  private final int channels;
  private final int sets;
  private final SeededRandom random;
  private final int modes;
  private final int copies;

  /** LegS frequencies and input vector, the same for all its copies; empty without LegS. */
  private final double[] legsFrequency;

  private final Complex[] legsInput;

  S4dInitialiser(S4dConfig config, int channels, int sets, SeededRandom random) {
    this.config = config;
    this.channels = channels;
    this.sets = sets;
    this.random = random;
    modes = config.storedModes();
    copies = config.copies(channels);
    boolean legs = config.init().parts().contains(S4dInit.LEGS);
    legsFrequency = legs ? LegsSpectrum.frequencies(2 * modes) : new double[0];
    legsInput = new Complex[legsFrequency.length];
    for (int m = 0; m < legsInput.length; m++) {
      legsInput[m] = LegsSpectrum.inputComponent(2 * modes, legsFrequency[m]);
    }
  }

  /** One array per raw parameter. */
  double[][] values() {
    double[] stepSize = stepSize();
    double[] real = new double[copies * modes];
    double[] imag = new double[copies * modes];
    Complex[] input = new Complex[copies * modes];
    List<S4dInit> parts = config.init().parts();
    for (int s = 0; s < copies; s++) {
      Copy copy = copy(parts.get(s / (copies / parts.size())));
      for (int m = 0; m < modes; m++) {
        int k = s * modes + m;
        real[k] = config.realTransform().inverseClamped(copy.decay[m]);
        imag[k] = rawImag(copy.frequency[m]);
        input[k] = copy.input[m];
      }
    }
    List<double[]> values = new ArrayList<>(List.of(stepSize, real));
    if (!config.realValued()) {
      values.add(imag);
    }
    if (config.inputWeight() != InputWeight.ABSENT) {
      values.add(flatten(input));
    }
    values.add(flatten(output()));
    return values.toArray(double[][]::new);
  }

  /**
   * Im A = 0 stays exactly 0 where the raw number is Im A itself; elsewhere it is raised to 1e-4.
   */
  private double rawImag(double frequency) {
    Transform transform = config.imagTransform();
    return transform == Transform.NONE
        ? transform.inverse(frequency)
        : transform.inverseClamped(frequency);
  }

  private double[] stepSize() {
    double[] raw = new double[config.dtTied() ? channels : channels * modes];
    double low = Math.log(config.dtMin());
    double high = Math.log(config.dtMax());
    for (int i = 0; i < raw.length; i++) {
      int h = config.dtTied() ? i : i / modes;
      double spaced = channels == 1 ? low : low + (high - low) * h / (channels - 1);
      double log = config.deterministic() ? spaced : random.uniform(low, high);
      double value =
          config.dtTransform() == Transform.EXP
              ? log
              : config.dtTransform().inverseClamped(Math.exp(log));
      raw[i] = config.dtFast() ? asinh(value) : value;
    }
    return raw;
  }

  private static double asinh(double x) {
    return Math.copySign(Math.log(Math.abs(x) + Math.hypot(x, 1)), x);
  }

  /** −Re A, |Im A| and B of one copy. */
  private record Copy(double[] decay, double[] frequency, Complex[] input) {}

  private Copy copy(S4dInit kind) {
    double[] decay = new double[modes];
    double[] frequency = new double[modes];
    for (int m = 0; m < modes; m++) {
      decay[m] = decay(kind, m) * config.realScale();
      double index = config.randomImag() ? modes * random.uniform() : m;
      double plain = kind == S4dInit.LEGS ? legsFrequency[m] : frequency(kind, index);
      frequency[m] = plain * config.imagScale();
    }
    return new Copy(decay, frequency, input(kind, decay, frequency));
  }

  private double decay(S4dInit kind, int m) {
    if (config.randomReal()) {
      return random.uniform() * (kind == S4dInit.REAL ? modes : 1);
    }
    return switch (kind) {
      case REAL -> m + 1;
      case FOURIER -> 0;
      default -> 0.5;
    };
  }

  /** |Im A| of index n with N = 2M; LegS has no formula in n. */
  private double frequency(S4dInit kind, double n) {
    double size = 2.0 * modes;
    return switch (kind) {
      case LIN -> Math.PI * n;
      case INV -> size / Math.PI * (size / (2 * n + 1) - 1);
      case INV2 -> size / Math.PI * (size / (n + 1) - 1);
      case QUAD -> (1 + 2 * n) * (1 + 2 * n) / Math.PI;
      case REAL -> 0;
      case RANDOM -> Math.exp(random.normal());
      case FOURIER -> Math.PI * (modes - 1 - n);
      case LEGS, DIAG, HIPPO, ALL ->
          throw new IllegalArgumentException("init " + kind + " has no formula of an index");
    };
  }

  private Complex[] input(S4dInit kind, double[] decay, double[] frequency) {
    Complex[] input = new Complex[modes];
    double sum = 0;
    for (int m = 0; m < modes; m++) {
      input[m] = input(kind, m).times(config.bScale());
      double norm = decay[m] * decay[m] + frequency[m] * frequency[m];
      sum += 2 * input[m].absSquared() / norm;
    }
    if (config.normalize()) {
      for (int m = 0; m < modes; m++) {
        input[m] = input[m].times(1 / Math.sqrt(sum));
      }
    }
    return input;
  }

  private Complex input(S4dInit kind, int m) {
    double angle = Math.PI * m / modes;
    return switch (config.bInit()) {
      case ONES -> Complex.ONE;
      case RANDOM -> normal(1);
      case ALTERNATING -> new Complex(m % 2 == 0 ? 1 : -1, 0);
      case UNIT_CW -> new Complex(Math.cos(angle), -Math.sin(angle));
      case UNIT_CCW -> new Complex(Math.cos(angle), Math.sin(angle));
      case HIPPO, HALF_HIPPO -> hippoInput(kind, m);
    };
  }

  private Complex hippoInput(S4dInit kind, int m) {
    if (!kind.isHippo()) {
      return Complex.ONE;
    }
    Complex full =
        kind == S4dInit.LEGS ? legsInput[m] : new Complex(m == modes - 1 ? Math.sqrt(0.5) : 1, 0);
    // The vector belongs to the eigenvalues with negative imaginary part.
    Complex signed = config.imagSign() == ImagSign.MINUS ? full : full.conj();
    return config.bInit() == InputWeightInit.HALF_HIPPO
        ? signed.times(0.5)
        : new Complex(signed.re(), Math.max(-2, Math.min(2, signed.im())));
  }

  private Complex[] output() {
    Complex[] output = new Complex[sets * channels * modes];
    for (int i = 0; i < output.length; i++) {
      output[i] =
          config.deterministic()
              ? (i % modes == 0 ? Complex.ONE : Complex.ZERO)
              : normal(config.cVariance());
    }
    return output;
  }

  /** Complex normal; real and imaginary part each have half the variance. */
  private Complex normal(double variance) {
    double deviation = Math.sqrt(variance / 2);
    double re = random.normal() * deviation;
    return new Complex(re, config.realValued() ? 0 : random.normal() * deviation);
  }

  private double[] flatten(Complex[] values) {
    int width = config.realValued() ? 1 : 2;
    double[] flat = new double[width * values.length];
    for (int i = 0; i < values.length; i++) {
      flat[width * i] = values[i].re();
      if (width == 2) {
        flat[2 * i + 1] = values[i].im();
      }
    }
    return flat;
  }
}
