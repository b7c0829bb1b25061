package io.carillon.bench.compare;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * Times short work on the calling thread by its processor time, which other processes disturb
 * least, and takes the shortest of many runs: what is left are the caches and frequency they take
 * away.
 */
final class Stopwatch {
  private static final double NANOS_PER_SECOND = 1e9;

  /** A measurement takes at least this long, so that the clock's grain does not matter. */
  private static final double SHORTEST_NANOS = 2e6;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private Stopwatch() {}

  /** Processor seconds of one run, the best of those that fit into so many processor seconds. */
  static double best(Runnable work, double seconds) {
    long end = THREADS.getCurrentThreadCpuTime() + (long) (seconds * NANOS_PER_SECOND);
    int runs = 1;
    double best = Double.POSITIVE_INFINITY;
    do {
      long start = THREADS.getCurrentThreadCpuTime();
      for (int i = 0; i < runs; i++) {
        work.run();
      }
      double nanos = THREADS.getCurrentThreadCpuTime() - start;
      if (nanos < SHORTEST_NANOS) {
        runs *= 2;
      } else {
        best = Math.min(best, nanos / runs);
      }
    } while (THREADS.getCurrentThreadCpuTime() < end || best == Double.POSITIVE_INFINITY);
    return best / NANOS_PER_SECOND;
  }
}
