package io.carillon.ssm.hippo;

import io.carillon.math.Complex;

/**
 * Eigenvalues and eigenvectors of the normal part −½I + S of HiPPO-LegS in closed form, O(N²) for
 * all of them, to full relative accuracy.
 *
 * <p>With d_n = 2n + 1 the skew part is S_nk = −½√(d_n d_k) below the diagonal and +½√(d_n d_k)
 * above. Subtracting consecutive rows of S x = −iωx leaves a two-term recurrence for y_n = √d_n
 * x_n,
 *
 * <pre>
 *   y_n (1 − 2iω/d_n) = −y_{n-1} (1 + 2iω/d_{n-1}),
 * </pre>
 *
 * whose factors have equal modulus up to a known scale, and the first and last row together demand
 * (N even)
 *
 * <pre>
 *   Σ_n atan(2ω/d_n) = (j + ½)π,   j = 0 .. N/2 − 1.
 * </pre>
 *
 * The left side is increasing and concave, so Newton's method from the left converges
 * monotonically. See docs/math.md, section HiPPO.
 */
public final class LegsSpectrum {
  private static final int MAX_ITERATIONS = 200;

  private LegsSpectrum() {}

  /**
   * The positive frequencies ω, largest first.
   *
   * @param size N, even
   */
  public static double[] frequencies(int size) {
    if (size < 2 || size % 2 != 0) {
      throw new IllegalArgumentException(
          "HiPPO-LegS spectrum: size N = " + size + " must be even and at least 2");
    }
    int half = size / 2;
    double[] frequency = new double[half];
    int low = half / 2;
    // Small ω: solve for 2ω. Large ω: solve for 1/(2ω), where the target is the small number.
    double root = 0;
    for (int j = 0; j < low; j++) {
      root = solve(size, root, (j + 0.5) * Math.PI, false);
      frequency[half - 1 - j] = root / 2;
    }
    root = 0;
    for (int k = 0; k < half - low; k++) {
      root = solve(size, root, (k + 0.5) * Math.PI, true);
      frequency[k] = 1 / (2 * root);
    }
    return frequency;
  }

  /** Root x of Σ atan(x/d_n) (or Σ atan(x·d_n) if inverted) = target, from x0 below it. */
  private static double solve(int size, double x0, double target, boolean inverted) {
    double x = x0;
    for (int i = 0; i < MAX_ITERATIONS; i++) {
      double sum = 0;
      double slope = 0;
      for (int n = 0; n < size; n++) {
        double scale = inverted ? 2.0 * n + 1 : 1 / (2.0 * n + 1);
        double arg = x * scale;
        sum += Math.atan(arg);
        slope += scale / (1 + arg * arg);
      }
      double step = (target - sum) / slope;
      x += step;
      if (Math.abs(step) <= 4 * Math.ulp(x)) {
        return x;
      }
    }
    return x;
  }

  /**
   * y_0 = x_0 &gt; 0 of the eigenvector of −iω with unit norm; it fixes the phase.
   *
   * <p>|x_n|² = c² d_n/(d_n² + 4ω²), so c² = 1/Σ d_n/(d_n² + 4ω²) and y_0 = c/√(1 + 4ω²).
   */
  static double firstComponent(int size, double omega) {
    double square = 4 * omega * omega;
    double sum = 0;
    for (int n = 0; n < size; n++) {
      double d = 2.0 * n + 1;
      sum += d / (d * d + square);
    }
    return 1 / Math.sqrt(sum * (1 + square));
  }

  /** Component V*B = y_0 (1 + 2iω) of the HiPPO input vector along the eigenvector of −iω. */
  public static Complex inputComponent(int size, double omega) {
    return new Complex(1, 2 * omega).times(firstComponent(size, omega));
  }

  /** The unit eigenvector of −iω, first component real and positive. */
  static Complex[] eigenvector(int size, double omega) {
    Complex[] x = new Complex[size];
    Complex y = new Complex(firstComponent(size, omega), 0);
    x[0] = y;
    for (int n = 1; n < size; n++) {
      double d = 2.0 * n + 1;
      Complex up = new Complex(1, 2 * omega / (d - 2));
      Complex down = new Complex(1, -2 * omega / d);
      y = y.times(up).times(down.reciprocal()).times(-1);
      x[n] = y.times(1 / Math.sqrt(d));
    }
    return x;
  }
}
