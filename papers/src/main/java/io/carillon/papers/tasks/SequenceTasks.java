package io.carillon.papers.tasks;

import io.carillon.data.Options;
import io.carillon.data.generated.Generator;
import io.carillon.data.generated.Task;
import io.carillon.engine.SeededRandom;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The atomic tasks whose input is one ∞-normalised sequence x of normal numbers (papers B.5):
 * shift, cumsum, cummax, reverse, sort and context-shift.
 */
final class SequenceTasks {
  private SequenceTasks() {}

  /** All of them. */
  static List<Task> all() {
    return List.of(
        task("shift", o -> new Shift(length(o, 8), o.integer("shifts", 2, 1024)))
            .describe(
                "A sequence must be put out shifted by several fixed amounts at once, from none to"
                    + " almost its length: y_c[i] = x[i - s_c], 0 before.")
            .target("8 values per step", "R2")
            .option("shifts", 8, "number of shifts; the largest is length - length/shifts")
            .sizes(14400, 1600, 1600),
        task("cumsum", o -> new Running(length(o, 1), true))
            .describe("Running sum, divided by the root of the number of terms.")
            .target("1 value per step", "R2")
            .sizes(14400, 1600, 1600),
        task("cummax", o -> new Running(length(o, 1), false))
            .describe("Running maximum.")
            .target("1 value per step", "R2")
            .sizes(14400, 1600, 1600),
        task("reverse", o -> new Rearranged(length(o, 1), false))
            .describe("A sequence, then as many zeros, at which it must be put out backwards.")
            .target("1 value per step of the second half", "R2")
            .sizes(14400, 1600, 1600),
        task("sort", o -> new Rearranged(length(o, 1), true))
            .describe(
                "A sequence, then as many zeros, at which it must be put out in the order of the"
                    + " distance from its first number.")
            .target("1 value per step of the second half", "R2")
            .sizes(14400, 1600, 1600),
        task("context-shift", o -> new ContextShift(length(o, 4)))
            .describe(
                "A sequence must be put out shifted by an amount that its first two numbers tell:"
                    + " cos and sin of 2 pi s / length.")
            .target("1 value per step", "R2")
            .sizes(14400, 1600, 1600));
  }

  /** Starts an atomic task with its length. */
  static Task.Builder task(String name, Function<Options, Generator> generator) {
    return Task.named(name, generator)
        .length(
            switch (name) {
              case "reverse", "sort" -> "1024 (two times 512)";
              case "select", "select-fixed" -> "576 (512 + 2 times 32)";
              default -> "512";
            })
        .source("Gupta, Mehta and Berant 2022 (their lengths: 512, 4096); generated")
        .option("length", 512, "length L of the task; the paper has 512 and 4096")
        .streamed();
  }

  static int length(Options options, int least) {
    return options.integer("length", least, 10_000_000);
  }

  /** A task on one sequence x. */
  private abstract static class OneChannel extends AtomicTask {
    final int length;

    OneChannel(int length) {
      this.length = length;
    }

    @Override
    int steps() {
      return length;
    }

    @Override
    int answered() {
      return length;
    }

    @Override
    List<String> channels() {
      return List.of("x");
    }

    @Override
    int outputSize() {
      return 1;
    }

    @Override
    float[] inputs(SeededRandom random) {
      return normalised(random, length, steps());
    }
  }

  /** y_c[i] = x[i − s_c] with s_c = ⌊c E / (C − 1)⌋, E = ⌊L − L/C⌋, c = 0 .. C−1. */
  private static final class Shift extends OneChannel {
    private final int[] shifts;

    Shift(int length, int count) {
      super(length);
      double end = Math.floor(length - (double) length / count);
      shifts = IntStream.range(0, count).map(c -> (int) (c * end / (count - 1))).toArray();
    }

    @Override
    int outputSize() {
      return shifts.length;
    }

    @Override
    float[] target(float[] x) {
      int width = shifts.length;
      float[] y = new float[length * width];
      for (int c = 0; c < width; c++) {
        for (int i = shifts[c]; i < length; i++) {
          y[i * width + c] = x[i - shifts[c]];
        }
      }
      return y;
    }
  }

  /** y_i = Σ_{j≤i} x_j / √(i+1), or max_{j≤i} x_j. */
  private static final class Running extends OneChannel {
    private final boolean sum;

    Running(int length, boolean sum) {
      super(length);
      this.sum = sum;
    }

    @Override
    float[] target(float[] x) {
      float[] y = new float[length];
      double total = 0;
      float largest = Float.NEGATIVE_INFINITY;
      for (int i = 0; i < length; i++) {
        total += x[i];
        largest = Math.max(largest, x[i]);
        y[i] = sum ? (float) (total / Math.sqrt(i + 1.0)) : largest;
      }
      return y;
    }
  }

  /** L numbers, then L zeros at which they are answered backwards, or by |x_j − x_0| (stable). */
  private static final class Rearranged extends OneChannel {
    private final boolean sorted;

    Rearranged(int length, boolean sorted) {
      super(length);
      this.sorted = sorted;
    }

    @Override
    int steps() {
      return 2 * length;
    }

    @Override
    float[] target(float[] x) {
      Integer[] order = new Integer[length];
      Arrays.setAll(order, i -> sorted ? i : length - 1 - i);
      if (sorted) {
        Arrays.sort(order, Comparator.comparingDouble(j -> Math.abs(x[j] - x[0])));
      }
      float[] y = new float[length];
      for (int i = 0; i < length; i++) {
        y[i] = x[order[i]];
      }
      return y;
    }
  }

  /**
   * x = (cos 2πs/L, sin 2πs/L, L − 2 ∞-normalised numbers), s even from 0 to L − 3; y[i] = x[i −
   * s], the first two numbers included.
   */
  private static final class ContextShift extends OneChannel {
    ContextShift(int length) {
      super(length);
    }

    @Override
    float[] inputs(SeededRandom random) {
      double angle = 2 * Math.PI * random.nextInt(length - 2) / length;
      float[] values = normalised(random, length - 2, length - 2);
      float[] x = new float[length];
      x[0] = (float) StrictMath.cos(angle);
      x[1] = (float) StrictMath.sin(angle);
      System.arraycopy(values, 0, x, 2, length - 2);
      return x;
    }

    @Override
    float[] target(float[] x) {
      double turn = StrictMath.atan2(x[1], x[0]) / (2 * Math.PI);
      int shift = Math.floorMod(Math.round(turn * length), length);
      float[] y = new float[length];
      System.arraycopy(x, 0, y, shift, length - shift);
      return y;
    }
  }
}
