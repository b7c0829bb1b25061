package io.carillon.bench.compare;

import io.carillon.config.NetworkConfig;
import io.carillon.engine.Parallel;
import io.carillon.model.StepCost;
import java.util.Arrays;
import java.util.Locale;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * What a step of 1,000 streams takes against what the machine needs for it at least, microseconds
 * per stream, best of all runs, in turns:
 *
 * <ul>
 *   <li>arithmetic: multiply-adds from registers, {@value #PER_MODE} for every mode and channel (8
 *       for λ in two floats, 2 for w) and one for every weight; norms and activations not counted;
 *   <li>memory: one multiply-add on every number of all states, in place and in order, which reads
 *       and writes what a step has to read and write;
 *   <li>one by one, together on one thread, and together on all threads, with the memory's time on
 *       all threads beside it.
 * </ul>
 *
 * <p>Wall-clock times, so the machine must be idle. Arguments: seconds for each number (default 1)
 * and threads (default 2).
 */
public final class StepFloors {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  /** Blocks, width, N: states that outgrow the caches, then weights that do. */
  private static final int[][] SIZES = {{2, 32, 32}, {4, 128, 64}, {4, 256, 16}, {6, 512, 4}};

  private static final int STREAMS = 1000;
  private static final int PER_MODE = 10;
  private static final int ROUNDS = 3;
  private static final int GROUP = 80;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double MICROS = 1e6;

  private StepFloors() {}

  /** Prints the table. */
  public static void main(String[] arguments) {
    double seconds = arguments.length > 0 ? Double.parseDouble(arguments[0]) : 1;
    int threads = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 2;
    double peak = MachinePeak.flopsPerSecond(seconds) / 2;
    System.out.printf(
        Locale.ROOT,
        "%.0f thousand million multiply-adds per second from registers, %d threads%n%n",
        peak / 1e9,
        threads);
    System.out.println(
        "| blocks x H x N | states, MB | arithmetic | memory | one by one | together | memory, threads"
            + " | together, threads | one by one / together | one by one / threads | together / memory |");
    System.out.println("|---|---|---|---|---|---|---|---|---|---|---|");
    try (Parallel parallel = Parallel.of(threads)) {
      for (int[] size : SIZES) {
        System.out.println(row(size, seconds, peak, parallel));
      }
    }
  }

  private static String row(int[] size, double seconds, double peak, Parallel parallel) {
    NetworkConfig config = StepWork.config(size[0], size[1], size[2]);
    long floats = StepCost.stateFloats(config);
    double multiplyAdds = PER_MODE * floats / 2.0 + StepCost.weights(config);
    float[][] states = new float[STREAMS * size[0]][(int) floats / size[0]];
    double[] times =
        best(
            seconds,
            () -> update(states, 0, states.length),
            StepWork.oneByOne(size[0], size[1], size[2], STREAMS)::run,
            StepWork.batch(size[0], size[1], size[2], STREAMS, 1)::run,
            () -> update(states, parallel),
            StepWork.batch(size[0], size[1], size[2], STREAMS, parallel.threads())::run);
    return String.format(
        Locale.ROOT,
        "| %d x %d x %d | %.1f | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f | %.1f | %.1f | %.1f |",
        size[0],
        size[1],
        size[2],
        1e-6 * STREAMS * floats * Float.BYTES,
        MICROS * multiplyAdds / peak,
        times[0],
        times[1],
        times[2],
        times[3],
        times[4],
        times[1] / times[2],
        times[1] / times[4],
        times[2] / times[0]);
  }

  /** Shortest times in microseconds per stream, the works in turns; the first turn warms up. */
  private static double[] best(double seconds, Runnable... works) {
    double[] best = new double[works.length];
    for (int round = 0; round <= ROUNDS; round++) {
      if (round <= 1) {
        Arrays.fill(best, Double.POSITIVE_INFINITY);
      }
      for (int i = 0; i < works.length; i++) {
        long begin = System.nanoTime();
        long last = begin;
        while (last - begin < seconds * NANOS_PER_SECOND) {
          works[i].run();
          long now = System.nanoTime();
          best[i] = Math.min(best[i], (now - last) / NANOS_PER_SECOND * MICROS / STREAMS);
          last = now;
        }
      }
    }
    return best;
  }

  private static void update(float[][] states, Parallel parallel) {
    int groups = (states.length + GROUP - 1) / GROUP;
    parallel.run(groups, i -> update(states, i * GROUP, Math.min(states.length, (i + 1) * GROUP)));
  }

  private static void update(float[][] states, int from, int to) {
    for (int i = from; i < to; i++) {
      update(states[i]);
    }
  }

  /** x ← x / 2 + 1; the lengths are multiples of the vectors'. */
  private static void update(float[] x) {
    FloatVector half = FloatVector.broadcast(SPECIES, 0.5f);
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    for (int i = 0; i < x.length; i += SPECIES.length()) {
      FloatVector.fromArray(SPECIES, x, i).fma(half, one).intoArray(x, i);
    }
  }
}
