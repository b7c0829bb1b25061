package io.carillon.report.run;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Lags grouped evenly on a logarithmic axis, because a kernel has fine detail at its beginning and
 * a long smooth tail. Lag l is drawn at l + 1, the age of the input after the step.
 *
 * @param from [n] first lag of each group
 * @param to [n] lag after its last
 */
record LagGroups(int[] from, int[] to) {

  /** Groups of the lags 0 .. lags − 1. The first groups hold the same lag until it is passed. */
  static LagGroups of(int lags, int groups) {
    int[] from = new int[groups];
    int[] to = new int[groups];
    double step = Math.log(lags + 1.0) / groups;
    for (int g = 0; g < groups; g++) {
      from[g] = Math.min(lags, (int) Math.exp(g * step)) - 1;
      int end = g == groups - 1 ? lags : (int) Math.exp((g + 1) * step) - 1;
      to[g] = Math.max(from[g] + 1, Math.min(lags, end));
    }
    return new LagGroups(from, to);
  }

  int size() {
    return from.length;
  }

  /** Whether a group begins with another lag than the group before. */
  boolean isNew(int g) {
    return g == 0 || from[g] != from[g - 1];
  }

  /** Groups that begin with a lag of their own, each lag in one of them. */
  int[] distinct() {
    return IntStream.range(0, size()).filter(this::isNew).toArray();
  }

  /** Whether some group holds several lags. */
  boolean isReduced() {
    return IntStream.range(0, size()).anyMatch(g -> to[g] - from[g] > 1);
  }

  /** Smallest value of a group. */
  float low(float[] taps, int g) {
    float low = taps[from[g]];
    for (int l = from[g]; l < to[g]; l++) {
      low = Math.min(low, taps[l]);
    }
    return low;
  }

  /** Largest value of a group. */
  float high(float[] taps, int g) {
    float high = taps[from[g]];
    for (int l = from[g]; l < to[g]; l++) {
      high = Math.max(high, taps[l]);
    }
    return high;
  }

  /** The distinct groups at their ages, in units of a step. */
  double[] ages(double step) {
    return Arrays.stream(distinct()).mapToDouble(g -> (from[g] + 1) * step).toArray();
  }
}
