package io.carillon.bench.compare;

import java.util.Arrays;

/** Durations of many runs and their quantiles. */
final class Samples {
  private static final double NANOS_PER_MILLI = 1e6;

  private long[] nanos = new long[1 << 16];
  private int count;

  /** Makes room, so that adding does not disturb what is timed. */
  void reserve(int more) {
    if (count + more > nanos.length) {
      nanos = Arrays.copyOf(nanos, Math.max(count + more, 2 * nanos.length));
    }
  }

  void add(long duration) {
    nanos[count++] = duration;
  }

  /** Number of runs, then median, 99 %, 99.9 % and largest duration in milliseconds. */
  String summary() {
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    StringBuilder text = new StringBuilder().append(count);
    for (double share : new double[] {0.5, 0.99, 0.999, 1}) {
      int at = Math.min(count - 1, (int) (share * count));
      text.append(' ').append(sorted[at] / NANOS_PER_MILLI);
    }
    return text.toString();
  }
}
