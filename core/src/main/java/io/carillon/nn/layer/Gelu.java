package io.carillon.nn.layer;

/** The standard normal distribution function and density in double precision, for GELU gates. */
public final class Gelu {
  private static final double INVERSE_SQRT_TWO_PI = 1 / Math.sqrt(2 * Math.PI);

  private Gelu() {}

  /**
   * Φ(x) with absolute error below 1e-14, by the series Φ(x) = ½ + φ(x)(x + x³/3 + x⁵/15 + …), all
   * terms of which are positive for x &gt; 0; exactly 0 or 1 beyond |x| = 9.
   */
  public static double cdf(double x) {
    double size = Math.abs(x);
    if (size > 9) {
      return x > 0 ? 1 : 0;
    }
    double term = size;
    double sum = size;
    for (int k = 3; term > 1e-17 * sum; k += 2) {
      term *= size * size / k;
      sum += term;
    }
    double upper = 0.5 + density(size) * sum;
    return x >= 0 ? upper : 1 - upper;
  }

  /** φ(x) = e^{−x²/2} / √(2π). */
  public static double density(double x) {
    return Math.exp(-0.5 * x * x) * INVERSE_SQRT_TWO_PI;
  }
}
