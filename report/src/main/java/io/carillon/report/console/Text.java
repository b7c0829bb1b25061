package io.carillon.report.console;

import java.util.Locale;

/** Numbers, durations and sizes as people read them; the same in every locale. */
public final class Text {
  private static final String[] UNITS = {"bytes", "KiB", "MiB", "GiB", "TiB"};

  private Text() {}

  /** {@link String#format} without a locale. */
  public static String format(String format, Object... values) {
    return values.length == 0 ? format : String.format(Locale.ROOT, format, values);
  }

  /** A count with thousands separated: {@code 1,234,567}. */
  public static String count(long n) {
    return format("%,d", n);
  }

  /** A count and its noun: {@code 1 class}, {@code 3 classes}. */
  public static String count(long n, String one, String many) {
    return count(n) + " " + (n == 1 ? one : many);
  }

  /** With a capital at the beginning. */
  public static String sentence(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }

  /** Bytes with a binary unit: {@code 1.5 GiB}. */
  public static String bytes(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0
        ? bytes + " bytes"
        : format(value < 10 ? "%.1f %s" : "%.0f %s", value, UNITS[unit]);
  }

  /** Time to come in words; NaN is time that cannot be told yet. */
  public static String timeLeft(double seconds) {
    return Double.isNaN(seconds)
        ? "warming up, time left not known yet"
        : duration(seconds) + " left";
  }

  /** A time span: {@code 0.8 s}, {@code 42 s}, {@code 3 min 5 s}, {@code 2 h 7 min}. */
  public static String duration(double seconds) {
    if (!(seconds >= 0) || Double.isInfinite(seconds)) {
      return "?";
    }
    if (seconds < 9.95) {
      return format("%.1f s", seconds);
    }
    long s = Math.round(seconds);
    if (s < 60) {
      return s + " s";
    }
    return s < 3600 ? s / 60 + " min " + s % 60 + " s" : s / 3600 + " h " + s % 3600 / 60 + " min";
  }

  /** A measured number in about four digits: {@code 0.1234}, {@code 12.35}, {@code 1.2e-07}. */
  public static String number(double value) {
    double size = Math.abs(value);
    if (value == 0) {
      return "0";
    }
    if (!(size < 1e5) || size < 1e-4) {
      return format("%.3g", value);
    }
    return format(size < 10 ? "%.4f" : size < 1000 ? "%.2f" : "%.0f", value);
  }
}
