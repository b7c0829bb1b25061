package io.carillon.data;

import java.util.OptionalDouble;

/** Numbers in text, in the one form that all text formats here share. */
public final class Numbers {
  private Numbers() {}

  /**
   * A finite decimal number such as {@code -1.5e-3}, or nothing. Java's own extensions
   * (hexadecimal, a type letter at the end, words for NaN and infinity) are not numbers here.
   */
  public static OptionalDouble parse(String text) {
    String trimmed = text.trim();
    for (int i = 0; i < trimmed.length(); i++) {
      char c = trimmed.charAt(i);
      boolean allowed = c >= '0' && c <= '9' || "+-.eE".indexOf(c) >= 0;
      if (!allowed) {
        return OptionalDouble.empty();
      }
    }
    try {
      double value = Double.parseDouble(trimmed);
      return Float.isFinite((float) value) ? OptionalDouble.of(value) : OptionalDouble.empty();
    } catch (NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }

  /** Whether the text stands for a missing value: nothing, ?, NaN, NA, N/A or null. */
  public static boolean isMissing(String text) {
    return switch (text.trim()) {
      case "", "?", "NaN", "nan", "NAN", "NA", "N/A", "null" -> true;
      default -> false;
    };
  }
}
