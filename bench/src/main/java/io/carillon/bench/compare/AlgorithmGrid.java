package io.carillon.bench.compare;

import io.carillon.config.SsmAlgorithm;
import io.carillon.engine.KernelChoice;
import io.carillon.engine.Parallel;
import io.carillon.internal.kernel.Kernels;
import java.util.Arrays;
import java.util.Locale;

/**
 * Times an S4D layer, forward and backward, as recurrence and as convolution over a grid of sizes
 * and prints what AUTO takes and how much slower that is than the better one. Nanoseconds are per
 * step and channel.
 *
 * <p>Argument: the number of threads.
 */
public final class AlgorithmGrid {
  private static final int[] BATCHES = {1, 16};
  private static final int[] LENGTHS = {256, 2048, 32_768};
  private static final int[] CHANNELS = {64};
  private static final int[] MODES = {8, 16, 32, 64, 128, 256};
  private static final int LARGEST = 1 << 22;
  private static final int WARM_UP = 5;
  private static final int RUNS = 5;

  private final Parallel parallel;
  private final Kernels kernels = KernelChoice.select();

  private AlgorithmGrid(Parallel parallel) {
    this.parallel = parallel;
  }

  /** Prints the table. */
  public static void main(String[] arguments) {
    try (Parallel parallel = Parallel.of(Integer.parseInt(arguments[0]))) {
      AlgorithmGrid grid = new AlgorithmGrid(parallel);
      grid.row(8, 1024, 128, 16);
      System.out.println("| B | L | H | M | recurrence, ns | convolution, ns | AUTO | loss, % |");
      System.out.println("|---|---|---|---|---|---|---|---|");
      for (int length : LENGTHS) {
        for (int batch : BATCHES) {
          for (int channels : CHANNELS) {
            if ((long) batch * length * channels <= LARGEST) {
              for (int modes : MODES) {
                System.out.println(grid.row(batch, length, channels, modes));
              }
            }
          }
        }
      }
    }
  }

  private String row(int batch, int length, int channels, int modes) {
    S4dLayerWork recurrence = work(batch, length, channels, modes, SsmAlgorithm.RECURRENCE);
    S4dLayerWork convolution = work(batch, length, channels, modes, SsmAlgorithm.CONVOLUTION);
    double elements = (double) batch * length * channels;
    double[] times = medians(recurrence, convolution, elements);
    SsmAlgorithm choice = recurrence.automatic();
    double chosen = choice == SsmAlgorithm.RECURRENCE ? times[0] : times[1];
    return String.format(
        Locale.ROOT,
        "| %d | %d | %d | %d | %.2f | %.2f | %s | %.0f |",
        batch,
        length,
        channels,
        modes,
        times[0],
        times[1],
        choice.toString().toLowerCase(Locale.ROOT),
        100 * (chosen / Math.min(times[0], times[1]) - 1));
  }

  private S4dLayerWork work(
      int batch, int length, int channels, int modes, SsmAlgorithm algorithm) {
    return new S4dLayerWork(batch, length, channels, 2 * modes, parallel, kernels, algorithm);
  }

  /** Median nanoseconds per element of each, in turns. */
  private static double[] medians(Work first, Work second, double elements) {
    for (int i = 0; i < WARM_UP; i++) {
      first.run();
      second.run();
    }
    double[] a = new double[RUNS];
    double[] b = new double[RUNS];
    for (int i = 0; i < RUNS; i++) {
      a[i] = time(first) / elements;
      b[i] = time(second) / elements;
    }
    Arrays.sort(a);
    Arrays.sort(b);
    return new double[] {a[RUNS / 2], b[RUNS / 2]};
  }

  private static double time(Work work) {
    long start = System.nanoTime();
    work.run();
    return System.nanoTime() - start;
  }
}
