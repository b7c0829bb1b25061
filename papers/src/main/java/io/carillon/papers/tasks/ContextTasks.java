package io.carillon.papers.tasks;

import static io.carillon.papers.tasks.SequenceTasks.length;
import static io.carillon.papers.tasks.SequenceTasks.task;

import io.carillon.data.generated.Task;
import io.carillon.engine.SeededRandom;
import java.util.Arrays;
import java.util.List;

/**
 * The atomic tasks on several channels or a system of equations (papers B.5): select, solve, each
 * also with its random part fixed once for all samples, and mips.
 */
final class ContextTasks {
  /**
   * Seed of what the -fixed tasks keep fixed: the same for every data set, so that it can be
   * learned.
   */
  private static final long FIXED = 0;

  private ContextTasks() {}

  /** All of them. */
  static List<Task> all() {
    return List.of(
        select("select", false)
            .describe(
                "Some tokens of a sequence are marked; they must be put out in their order at the"
                    + " end.")
            .sizes(14400, 1600, 1600),
        select("select-fixed", true)
            .describe("As select, with the same marked positions in all samples.")
            .sizes(14400, 1600, 1600),
        solve("solve", false)
            .describe(
                "A system of linear equations A x = b with orthogonal A, row by row; its solution"
                    + " must be put out at the end.")
            .sizes(14400, 1600, 1600),
        solve("solve-fixed", true)
            .describe("As solve, with the same A in all samples.")
            .sizes(14400, 1600, 1600),
        task("mips", o -> new Mips(length(o, 1), o.integer("dimension", 1, 1024), o.flag("causal")))
            .describe(
                "Every step has a query, a key and a value; the value of the step so far whose key"
                    + " fits the present query best must be put out.")
            .target("4 values per step", "R2")
            .option("dimension", 4, "numbers of a query, key or value")
            .option(
                "causal",
                "yes",
                "yes: the best key so far is looked for; no: the best of the whole sequence, which a"
                    + " layer answers that sees the future too (block.bidirectional=true)")
            .sizes(57600, 6400, 6400));
  }

  private static Task.Builder select(String name, boolean fixed) {
    return task(
            name,
            o ->
                new Select(
                    length(o, o.flag("consecutive") ? 1 : 0),
                    o.integer("marked", 1, 1_000_000),
                    o.flag("consecutive"),
                    fixed))
        .target("1 value per step of the last 32", "R2")
        .option("marked", 32, "number M of marked tokens among the first length + M")
        .option(
            "consecutive",
            "no",
            "yes: the marked tokens follow each other, the first is one of the first length tokens");
  }

  private static Task.Builder solve(String name, boolean fixed) {
    return task(name, o -> new Solve(length(o, 3), fixed))
        .target("1 value per step of the last 21, one for each unknown", "R2");
  }

  /** L + M tokens, of which M are marked, then M zeros at which the marked ones are answered. */
  private static final class Select extends AtomicTask {
    private final int tokens;
    private final int marked;
    private final boolean consecutive;
    private final boolean[] fixed;

    Select(int length, int marked, boolean consecutive, boolean fixed) {
      this.tokens = Math.addExact(length, marked);
      this.marked = marked;
      this.consecutive = consecutive;
      this.fixed = fixed ? marks(new SeededRandom(FIXED)) : null;
    }

    /** A random choice of {@code marked} of the tokens. */
    private boolean[] marks(SeededRandom random) {
      boolean[] chosen = new boolean[tokens];
      if (consecutive) {
        int first = random.nextInt(tokens - marked);
        Arrays.fill(chosen, first, first + marked, true);
        return chosen;
      }
      int[] order = random.permutation(tokens);
      for (int k = 0; k < marked; k++) {
        chosen[order[k]] = true;
      }
      return chosen;
    }

    @Override
    int steps() {
      return tokens + marked;
    }

    @Override
    int answered() {
      return marked;
    }

    @Override
    List<String> channels() {
      return List.of("token", "marker");
    }

    @Override
    int outputSize() {
      return 1;
    }

    @Override
    float[] inputs(SeededRandom random) {
      float[] values = normalised(random, tokens, tokens);
      boolean[] marks = fixed == null ? marks(random) : fixed;
      float[] own = new float[2 * steps()];
      for (int i = 0; i < tokens; i++) {
        own[2 * i] = values[i];
        own[2 * i + 1] = marks[i] ? 1f : 0f;
      }
      return own;
    }

    @Override
    float[] target(float[] own) {
      float[] y = new float[marked];
      int to = 0;
      for (int i = 0; i < tokens; i++) {
        if (own[2 * i + 1] == 1f) {
          y[to++] = own[2 * i];
        }
      }
      return y;
    }
  }

  /**
   * [A | b] row by row, then zeros up to L; the answer is the unit vector x with A x = b at the
   * last N steps, N the largest whole number with N² + 2N ≤ L. A is orthogonal, evenly distributed:
   * the paper takes U Vᵀ of the singular value decomposition of a matrix of normal numbers, here
   * the columns of such a matrix are orthonormalised, which gives the same (Haar) distribution.
   */
  private static final class Solve extends AtomicTask {
    private final int length;
    private final int unknowns;
    private final double[][] fixed;

    Solve(int length, boolean fixed) {
      this.length = length;
      int n = (int) Math.sqrt(length + 1.0) - 1;
      this.unknowns = n;
      this.fixed = fixed ? orthogonal(new SeededRandom(FIXED), n) : null;
    }

    @Override
    int steps() {
      return length;
    }

    @Override
    int answered() {
      return unknowns;
    }

    @Override
    List<String> channels() {
      return List.of("system");
    }

    @Override
    int outputSize() {
      return 1;
    }

    @Override
    float[] inputs(SeededRandom random) {
      double[][] a = fixed == null ? orthogonal(random, unknowns) : fixed;
      double[] x = unit(random, unknowns);
      float[] own = new float[length];
      for (int i = 0; i < unknowns; i++) {
        double b = 0;
        for (int j = 0; j < unknowns; j++) {
          own[i * (unknowns + 1) + j] = (float) a[i][j];
          b += a[i][j] * x[j];
        }
        own[i * (unknowns + 1) + unknowns] = (float) b;
      }
      return own;
    }

    /** x = Aᵀ b. */
    @Override
    float[] target(float[] own) {
      float[] x = new float[unknowns];
      for (int j = 0; j < unknowns; j++) {
        double sum = 0;
        for (int i = 0; i < unknowns; i++) {
          int row = i * (unknowns + 1);
          sum += (double) own[row + j] * own[row + unknowns];
        }
        x[j] = (float) sum;
      }
      return x;
    }
  }

  /** Rows of normal numbers orthonormalised one after the other; twice, against rounding. */
  private static double[][] orthogonal(SeededRandom random, int n) {
    double[][] rows = new double[n][];
    for (int i = 0; i < n; i++) {
      rows[i] = AtomicTask.unit(random, n);
      for (int k = 0; k < 2 * i; k++) {
        subtractPart(rows[i], rows[k % i]);
      }
      double length = Math.sqrt(dot(rows[i], rows[i]));
      for (int j = 0; j < n; j++) {
        rows[i][j] /= length;
      }
    }
    return rows;
  }

  private static void subtractPart(double[] of, double[] along) {
    double part = dot(of, along);
    for (int j = 0; j < of.length; j++) {
      of[j] -= part * along[j];
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += a[j] * b[j];
    }
    return sum;
  }

  /**
   * Maximum inner product search: y_i = v_j with the j, causal: j ≤ i, of the largest q_i · k_j.
   */
  private static final class Mips extends AtomicTask {
    private final int length;
    private final int size;
    private final boolean causal;

    Mips(int length, int size, boolean causal) {
      this.length = length;
      this.size = size;
      this.causal = causal;
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
      String[] names = new String[3 * size];
      Arrays.setAll(names, k -> "qkv".charAt(k / size) + Integer.toString(k % size));
      return List.of(names);
    }

    @Override
    int outputSize() {
      return size;
    }

    @Override
    float[] inputs(SeededRandom random) {
      float[] own = new float[3 * size * length];
      for (int at = 0; at < own.length; at += size) {
        double[] vector = unit(random, size);
        for (int k = 0; k < size; k++) {
          own[at + k] = (float) vector[k];
        }
      }
      return own;
    }

    @Override
    float[] target(float[] own) {
      float[] y = new float[length * size];
      for (int i = 0; i < length; i++) {
        int best = 0;
        double largest = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < (causal ? i + 1 : length); j++) {
          double fit = 0;
          for (int k = 0; k < size; k++) {
            fit += (double) own[3 * size * i + k] * own[3 * size * j + size + k];
          }
          if (fit > largest) {
            largest = fit;
            best = j;
          }
        }
        System.arraycopy(own, 3 * size * best + 2 * size, y, i * size, size);
      }
      return y;
    }
  }
}
