package io.carillon.io;

/** Numbers of 16 bits as they stand in files, widened without rounding. */
public final class HalfPrecision {
  private HalfPrecision() {}

  /** IEEE 754 binary16: 1 sign bit, 5 exponent bits with bias 15, 10 fraction bits. */
  public static float ofFloat16(short bits) {
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    float size;
    if (exponent == 0) {
      size = fraction * 0x1p-24f;
    } else if (exponent == 31) {
      size = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
    } else {
      size = Math.scalb(1 + fraction * 0x1p-10f, exponent - 15);
    }
    return bits < 0 ? -size : size;
  }

  /** bfloat16: the upper half of a binary32. */
  public static float ofBfloat16(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }
}
