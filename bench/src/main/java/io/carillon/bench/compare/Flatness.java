package io.carillon.bench.compare;

import io.carillon.config.SsmAlgorithm;
import io.carillon.engine.KernelChoice;
import io.carillon.engine.Parallel;
import io.carillon.internal.kernel.Kernels;
import java.util.Arrays;
import java.util.Locale;

/**
 * Nanoseconds per step and channel of an S4D layer (H = 64, N = 64), forward and backward, for
 * lengths from 1,024 to 262,144 at a constant number of steps in a batch: as recurrence, and as the
 * algorithm that AUTO takes. The best of {@value #RUNS} runs. About two minutes.
 *
 * <p>Argument: the number of threads, 2 without it.
 */
public final class Flatness {
  private static final int SHORTEST = 1024;
  private static final int LONGEST = 262_144;
  private static final int CHANNELS = 64;
  private static final int STATE = 64;
  private static final int WARM_UP = 2;
  private static final int RUNS = 5;

  private Flatness() {}

  /** Prints the table. */
  public static void main(String[] arguments) {
    int threads = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 2;
    int count = Integer.numberOfTrailingZeros(LONGEST / SHORTEST) / 2 + 1;
    double[][] times = new double[2][count];
    String[] chosen = new String[count];
    Kernels kernels = KernelChoice.select();
    try (Parallel parallel = Parallel.of(threads)) {
      // The first length once more than the others, to compile.
      measure(SHORTEST, parallel, kernels, 0, times, chosen);
      for (int i = 0; i < count; i++) {
        measure(SHORTEST << 2 * i, parallel, kernels, i, times, chosen);
      }
    }
    System.out.printf(
        "Java %s, %s kernels, %d threads%n%n",
        System.getProperty("java.version"), kernels.name(), threads);
    System.out.println("| L | B | recurrence, ns | AUTO, ns | AUTO takes |");
    System.out.println("|---|---|---|---|---|");
    for (int i = 0; i < count; i++) {
      System.out.printf(
          Locale.ROOT,
          "| %,d | %d | %.1f | %.1f | %s |%n",
          SHORTEST << 2 * i,
          LONGEST / (SHORTEST << 2 * i),
          times[0][i],
          times[1][i],
          chosen[i]);
    }
    System.out.printf(
        Locale.ROOT,
        "%nSlowest length above the fastest: recurrence %.0f %%, AUTO %.0f %%.%n",
        spread(times[0]),
        spread(times[1]));
  }

  private static void measure(
      int length, Parallel parallel, Kernels kernels, int i, double[][] times, String[] chosen) {
    SsmAlgorithm[] algorithms = {SsmAlgorithm.RECURRENCE, SsmAlgorithm.AUTO};
    for (int a = 0; a < 2; a++) {
      S4dLayerWork work =
          new S4dLayerWork(
              LONGEST / length, length, CHANNELS, STATE, parallel, kernels, algorithms[a]);
      chosen[i] = work.automatic().name().toLowerCase(Locale.ROOT);
      for (int run = 0; run < WARM_UP; run++) {
        work.run();
      }
      times[a][i] = Double.POSITIVE_INFINITY;
      for (int run = 0; run < RUNS; run++) {
        long start = System.nanoTime();
        work.run();
        double nanos = (double) (System.nanoTime() - start) / LONGEST / CHANNELS;
        times[a][i] = Math.min(times[a][i], nanos);
      }
    }
  }

  private static double spread(double[] times) {
    double[] sorted = times.clone();
    Arrays.sort(sorted);
    return 100 * (sorted[sorted.length - 1] / sorted[0] - 1);
  }
}
