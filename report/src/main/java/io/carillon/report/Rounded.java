package io.carillon.report;

import java.math.BigDecimal;
import java.math.MathContext;

/** Numbers for a drawing: five digits are finer than a pixel. */
final class Rounded {
  private static final MathContext DIGITS = new MathContext(5);
  private static final double LARGEST_WHOLE = 1e9;

  private Rounded() {}

  /** The number for JSON: whole numbers as they are, others in five digits, else null for a gap. */
  static Number of(double value) {
    if (!Double.isFinite(value)) {
      return null;
    }
    if (value == Math.rint(value) && Math.abs(value) < LARGEST_WHOLE) {
      return (long) value;
    }
    return new BigDecimal(value).round(DIGITS).doubleValue();
  }
}
