package io.carillon.internal.kernel;

/**
 * Single-precision exponential and logistic functions that are cheap enough for inner loops, and
 * the numbers of the normal distribution function. {@code VectorMath} has the same formulas for
 * vectors, {@code ScalarFunctions} others for loops that the compiler vectorises.
 */
public final class FloatMath {
  /**
   * Arguments of exp are cut to this range. e^-50 is small enough to be nothing beside 1, and large
   * enough that its product with a gradient is not subnormal: one subnormal operand makes a vector
   * instruction a hundred times slower, and the tail of GELU is full of them.
   */
  public static final float EXP_LOWEST = -50f;

  static final float EXP_HIGHEST = 88f;
  public static final float LOG2_E = 1.44269504f;

  /** ln 2 in two parts, the first with few enough bits that its small multiples are exact. */
  public static final float LN2_HIGH = 0.693359375f;

  public static final float LN2_LOW = -2.12194440e-4f;

  /** 1.5 · 2^23: adding it rounds to an integer and leaves that integer in the lowest bits. */
  public static final float ROUNDER = 0x1.8p23f;

  // exp(r) = 1 + r + r² (E0 + E1 r + …) for |r| ≤ ln 2 / 2, relative error 2e-8 (Cephes expf).
  public static final float E0 = 5.0000001201e-1f;
  public static final float E1 = 1.6666665459e-1f;
  public static final float E2 = 4.1665795894e-2f;
  public static final float E3 = 8.3334519073e-3f;
  public static final float E4 = 1.3981999507e-3f;
  public static final float E5 = 1.9875691500e-4f;

  // Φ(−z) = exp(−z²/2) t (P0 + P1 t + …) with t = 1 / (1 + T z) for z ≥ 0: half the scaled
  // complementary error function erfcx(z / √2), fitted to a relative error of 4.2e-8 for
  // z / √2 in [0, 9.3].
  public static final float T = 0.353553391f;
  public static final float P0 = 0.5f * 0.28208834f;
  public static final float P1 = 0.5f * 0.28234217f;
  public static final float P2 = 0.5f * 0.24334207f;
  public static final float P3 = 0.5f * 0.20175336f;
  public static final float P4 = 0.5f * -0.024438124f;
  public static final float P5 = 0.5f * 0.27491492f;
  public static final float P6 = 0.5f * -0.48446202f;
  public static final float P7 = 0.5f * 0.28326002f;
  public static final float P8 = 0.5f * -0.05880076f;

  /** 1 / √(2π). */
  public static final float DENSITY = 0.3989422804f;

  private FloatMath() {}

  /** e^x with a relative error below 2e-7; e^-50 below −50, e^88 above 88, NaN for NaN. */
  public static float exp(float x) {
    float cut = x < EXP_LOWEST ? EXP_LOWEST : x > EXP_HIGHEST ? EXP_HIGHEST : x;
    float shifted = cut * LOG2_E + ROUNDER;
    float n = shifted - ROUNDER;
    float r = cut - n * LN2_HIGH - n * LN2_LOW;
    float p = ((((E5 * r + E4) * r + E3) * r + E2) * r + E1) * r + E0;
    float y = p * (r * r) + r + 1f;
    return Float.intBitsToFloat(
        Float.floatToRawIntBits(y) + (Float.floatToRawIntBits(shifted) << 23));
  }

  /** 1 / (1 + e^-x), absolute error below 2e-7; never a subnormal number. */
  public static float sigmoid(float x) {
    float e = exp(-Math.abs(x));
    // 1 for x > 0 and e for x < 0, without a branch that nobody could predict.
    float sign = Math.copySign(0.5f, x);
    return (0.5f + sign + (0.5f - sign) * e) / (1f + e);
  }
}
