package io.carillon.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

/** Comparisons with a bound that the caller derives. */
public final class Bounds {
  /** Half the distance from 1 to the next float: the largest relative error of one rounding. */
  public static final double EPS = 0x1p-24;

  private Bounds() {}

  /** |actual − expected| ≤ bound everywhere. */
  public static void assertClose(String what, double[] actual, double[] expected, double bound) {
    assertThat(actual.length).as(what).isEqualTo(expected.length);
    for (int i = 0; i < expected.length; i++) {
      double error = Math.abs(actual[i] - expected[i]);
      if (!(error <= bound)) {
        throw new AssertionError(
            what
                + "["
                + i
                + "] is "
                + actual[i]
                + " instead of "
                + expected[i]
                + ", error "
                + error
                + " above the bound "
                + bound);
      }
    }
  }

  public static void assertClose(String what, float[] actual, double[] expected, double bound) {
    double[] wide = new double[actual.length];
    for (int i = 0; i < actual.length; i++) {
      wide[i] = actual[i];
    }
    assertClose(what, wide, expected, bound);
  }

  public static void assertClose(String what, float[] actual, float[] expected, double bound) {
    double[] wide = new double[expected.length];
    for (int i = 0; i < expected.length; i++) {
      wide[i] = expected[i];
    }
    assertClose(what, actual, wide, bound);
  }
}
