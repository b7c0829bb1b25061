package io.carillon.internal.kernel;

/**
 * What {@link Kernels} must compute, in double precision and as plainly as possible. Layouts are
 * those of the kernels without offsets and strides.
 */
public final class KernelOracle {
  private KernelOracle() {}

  /** Modes in double precision, [modes][channels]: λ = exp(z). */
  record Modes(int modes, int channels, double[] zRe, double[] zIm, double[] wRe, double[] wIm) {
    double lambdaRe(int i) {
      return Math.exp(zRe[i]) * Math.cos(zIm[i]);
    }

    double lambdaIm(int i) {
      return Math.exp(zRe[i]) * Math.sin(zIm[i]);
    }

    ScanModes rounded() {
      ScanModes result = ScanModes.allocate(modes, channels);
      for (int m = 0; m < modes; m++) {
        for (int h = 0; h < channels; h++) {
          int i = m * channels + h;
          result.set(m, h, zRe[i], zIm[i], wRe[i], wIm[i]);
        }
      }
      return result;
    }
  }

  /** Result of {@link #scanBackward}. */
  record ScanGradients(
      double[] u,
      double[] state,
      double[] lambdaRe,
      double[] lambdaIm,
      double[] wRe,
      double[] wIm) {}

  /** The time at which step k of the scan looks: forwards, or from the end. */
  private static int time(int k, int length, boolean reverse) {
    return reverse ? length - 1 - k : k;
  }

  /** The input that output time t adds to the state. */
  private static double input(double[] u, int t, int h, int length, int channels, boolean reverse) {
    int source = reverse ? t + 1 : t;
    return source < length ? u[source * channels + h] : 0;
  }

  /**
   * y [length][channels]; the state [2][modes][channels] is replaced by the one after the last
   * step.
   */
  static double[] scan(Modes modes, boolean reverse, double[] u, int length, double[] state) {
    int channels = modes.channels();
    int plane = modes.modes() * channels;
    double[] y = new double[length * channels];
    for (int k = 0; k < length; k++) {
      int t = time(k, length, reverse);
      for (int i = 0; i < plane; i++) {
        int h = i % channels;
        double re =
            modes.lambdaRe(i) * state[i]
                - modes.lambdaIm(i) * state[plane + i]
                + input(u, t, h, length, channels, reverse);
        double im = modes.lambdaRe(i) * state[plane + i] + modes.lambdaIm(i) * state[i];
        state[i] = re;
        state[plane + i] = im;
        y[t * channels + h] += modes.wRe()[i] * re - modes.wIm()[i] * im;
      }
    }
    return y;
  }

  /** Gradients of Σ g y + Σ stateGradient · (last state). */
  static ScanGradients scanBackward(
      Modes modes,
      boolean reverse,
      double[] u,
      double[] g,
      int length,
      double[] state,
      double[] stateGradient) {
    int channels = modes.channels();
    int plane = modes.modes() * channels;
    double[] s = stateGradient.clone();
    double[][] states = new double[length + 1][];
    states[0] = state.clone();
    for (int k = 0; k < length; k++) {
      states[k + 1] = states[k].clone();
      int t = time(k, length, reverse);
      double[] single = new double[channels];
      for (int h = 0; h < channels; h++) {
        single[h] = input(u, t, h, length, channels, reverse);
      }
      scan(modes, false, single, 1, states[k + 1]);
    }
    ScanGradients result =
        new ScanGradients(
            new double[length * channels],
            s,
            new double[plane],
            new double[plane],
            new double[plane],
            new double[plane]);
    for (int k = length - 1; k >= 0; k--) {
      int t = time(k, length, reverse);
      int source = reverse ? t + 1 : t;
      for (int i = 0; i < plane; i++) {
        int h = i % channels;
        double out = g[t * channels + h];
        result.wRe()[i] += out * states[k + 1][i];
        result.wIm()[i] -= out * states[k + 1][plane + i];
        double re = s[i] + modes.wRe()[i] * out;
        double im = s[plane + i] - modes.wIm()[i] * out;
        result.lambdaRe()[i] += re * states[k][i] + im * states[k][plane + i];
        result.lambdaIm()[i] += im * states[k][i] - re * states[k][plane + i];
        if (source < length) {
          result.u()[source * channels + h] += re;
        }
        s[i] = modes.lambdaRe(i) * re + modes.lambdaIm(i) * im;
        s[plane + i] = modes.lambdaRe(i) * im - modes.lambdaIm(i) * re;
      }
    }
    return result;
  }

  /** y[r][o] = bias[o] + Σ_i x[r][i] weight[o][i]; bias may be null. */
  static double[] linear(double[] x, double[] weight, double[] bias, int rows, int in, int out) {
    double[] y = new double[rows * out];
    for (int r = 0; r < rows; r++) {
      for (int o = 0; o < out; o++) {
        double sum = bias == null ? 0 : bias[o];
        for (int i = 0; i < in; i++) {
          sum += x[r * in + i] * weight[o * in + i];
        }
        y[r * out + o] = sum;
      }
    }
    return y;
  }

  /** [columns][rows] from [rows][columns]. */
  static double[] transpose(double[] a, int rows, int columns) {
    double[] result = new double[a.length];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        result[c * rows + r] = a[r * columns + c];
      }
    }
    return result;
  }

  /** erf by its Taylor series below 3 and its continued fraction above: error below 1e-13. */
  static double erf(double x) {
    double z = Math.abs(x);
    if (z > 3) {
      double fraction = 0;
      for (int n = 60; n >= 1; n--) {
        fraction = n / 2.0 / (z + fraction);
      }
      return Math.signum(x) * (1 - Math.exp(-z * z) / Math.sqrt(Math.PI) / (z + fraction));
    }
    double term = z;
    double sum = z;
    for (int n = 1; n < 100; n++) {
      term *= -z * z / n;
      sum += term / (2 * n + 1);
    }
    return Math.signum(x) * 2 / Math.sqrt(Math.PI) * sum;
  }

  static double gelu(double x) {
    return x * 0.5 * (1 + erf(x / Math.sqrt(2)));
  }

  static double geluDerivative(double x) {
    return 0.5 * (1 + erf(x / Math.sqrt(2))) + x * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** One row of layer norm. */
  static double[] layerNorm(double[] x, double[] weight, double[] bias, double eps) {
    int n = x.length;
    double mean = 0;
    for (double v : x) {
      mean += v / n;
    }
    double variance = 0;
    for (double v : x) {
      variance += (v - mean) * (v - mean) / n;
    }
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      y[i] = (x[i] - mean) / Math.sqrt(variance + eps) * weight[i] + bias[i];
    }
    return y;
  }

  /** Σ_j past[j] u[t−j] + Σ_j future[j] u[t+1+j] for one channel. */
  public static double[] convolve(double[] u, double[] past, double[] future) {
    double[] y = new double[u.length];
    for (int t = 0; t < u.length; t++) {
      for (int j = 0; j < past.length && j <= t; j++) {
        y[t] += past[j] * u[t - j];
      }
      for (int j = 0; j < future.length && t + 1 + j < u.length; j++) {
        y[t] += future[j] * u[t + 1 + j];
      }
    }
    return y;
  }

  /** Gradient of Σ g · convolve(u, past, future) with respect to u. */
  public static double[] convolveInputGradient(double[] g, double[] past, double[] future) {
    double[] gu = new double[g.length];
    for (int t = 0; t < g.length; t++) {
      for (int j = 0; j < past.length && j <= t; j++) {
        gu[t - j] += past[j] * g[t];
      }
      for (int j = 0; j < future.length && t + 1 + j < g.length; j++) {
        gu[t + 1 + j] += future[j] * g[t];
      }
    }
    return gu;
  }

  /** Gradient with respect to {@code taps} past taps (first = 0) or future taps (first = 1). */
  public static double[] convolveKernelGradient(double[] u, double[] g, int taps, int first) {
    double[] gk = new double[taps];
    for (int t = 0; t < g.length; t++) {
      for (int j = 0; j < taps; j++) {
        int source = first == 0 ? t - j : t + 1 + j;
        if (source >= 0 && source < u.length) {
          gk[j] += g[t] * u[source];
        }
      }
    }
    return gk;
  }
}
