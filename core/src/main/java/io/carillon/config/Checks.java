package io.carillon.config;

/** Checks of configuration values; every message names the setting, its value and the bound. */
public final class Checks {
  private Checks() {}

  static void notNull(String name, Object value) {
    if (value == null) {
      throw new IllegalArgumentException(name + " is missing (null)");
    }
  }

  public static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " is " + value + ", must be at least 1");
    }
  }

  static void notNegative(String name, int value) {
    if (value < 0) {
      throw new IllegalArgumentException(
          name + " is " + value + ", must not be negative; 0 switches it off");
    }
  }

  static void finite(String name, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(name + " is " + value + ", must be a finite number");
    }
  }

  public static void positive(String name, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          name + " is " + value + ", must be a positive finite number");
    }
  }

  /** 0 &lt; dtMin ≤ dtMax. */
  static void dtRange(double dtMin, double dtMax) {
    positive("dtMin", dtMin);
    positive("dtMax", dtMax);
    if (dtMin > dtMax) {
      throw new IllegalArgumentException("dtMin " + dtMin + " is above dtMax " + dtMax);
    }
  }
}
