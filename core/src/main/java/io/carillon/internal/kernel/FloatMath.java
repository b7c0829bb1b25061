package io.carillon.internal.kernel;

/** Single-precision exponential and error function that are cheap enough for inner loops. */
final class FloatMath {
  private FloatMath() {}

  static float exp(float x) {
    return (float) Math.exp(x);
  }

  static float sigmoid(float x) {
    return 1f / (1f + exp(-x));
  }

  /** Φ(x), the standard normal distribution function (Abramowitz and Stegun 26.2.17 in double). */
  static float normalCdf(float x) {
    double z = Math.abs(x) * Math.sqrt(0.5);
    double t = 1 / (1 + 0.3275911 * z);
    double erf =
        1
            - (((((1.061405429 * t - 1.453152027) * t) + 1.421413741) * t - 0.284496736) * t
                    + 0.254829592)
                * t
                * Math.exp(-z * z);
    return (float) (x < 0 ? 0.5 * (1 - erf) : 0.5 * (1 + erf));
  }

  static float normalPdf(float x) {
    return 0.3989422804f * exp(-0.5f * x * x);
  }
}
