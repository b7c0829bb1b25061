package io.carillon.train;

import java.util.Arrays;

/**
 * What the outputs of a batch are compared with, row by row of {@link
 * io.carillon.nn.Network#outputRows}.
 *
 * @param rows output rows
 * @param labels [rows] class ids or {@link Dataset#IGNORE}; null for values
 * @param values [rows][size], NaN where one is not known; null for classes
 * @param used [rows] false where a step was not observed or has no target; null when all are used,
 *     or for classes, whose labels are then IGNORE
 */
record Targets(int rows, int[] labels, float[] values, boolean[] used) {

  /**
   * The targets of the given sequences.
   *
   * @param lastSteps per-step targets: only that many last steps of every sequence; 0 = all
   */
  static Targets of(Dataset data, int[] sequences, int lastSteps) {
    return of(data, sequences, lastSteps, null);
  }

  /** {@link #of(Dataset, int[], int)} in the arrays of targets that are done with, if they fit. */
  static Targets of(Dataset data, int[] sequences, int lastSteps, Targets reused) {
    return switch (data.target()) {
      case CLASS -> labels(data, sequences, reused);
      case VALUE -> {
        float[] values = rowValues(data, sequences, 0, 1, reused);
        boolean same = reused != null && reused.values == values;
        yield same ? reused : new Targets(sequences.length, null, values, null);
      }
      case CLASS_PER_STEP -> {
        int[] labels = stepLabels(data, sequences, lastSteps, reused);
        yield new Targets(labels.length, labels, null, null);
      }
      case VALUE_PER_STEP -> {
        float[] values = rowValues(data, sequences, lastSteps, 0, reused);
        int rows = values.length / data.outputSize();
        yield new Targets(rows, null, values, observed(data, sequences, lastSteps, rows));
      }
    };
  }

  /** One label for each sequence. */
  private static Targets labels(Dataset data, int[] sequences, Targets reused) {
    int n = sequences.length;
    Targets targets =
        reused != null && reused.rows == n ? reused : new Targets(n, new int[n], null, null);
    for (int b = 0; b < n; b++) {
      targets.labels[b] = data.label(sequences[b]);
    }
    return targets;
  }

  /** Steps of sequence i that are answered. */
  private static int steps(Dataset data, int i, int lastSteps) {
    return lastSteps == 0 ? data.length(i) : lastSteps;
  }

  private static int[] stepLabels(Dataset data, int[] sequences, int lastSteps, Targets reused) {
    int rows = Arrays.stream(sequences).map(i -> steps(data, i, lastSteps)).sum();
    int[] labels = reused != null && reused.rows == rows ? reused.labels : new int[rows];
    int to = 0;
    for (int i : sequences) {
      float[] mask = data.mask(i);
      for (int t = data.length(i) - steps(data, i, lastSteps); t < data.length(i); t++) {
        boolean seen = mask == null || mask[t] != 0;
        labels[to++] = seen ? data.stepLabels(i)[t] : Dataset.IGNORE;
      }
    }
    return labels;
  }

  private static float[] rowValues(
      Dataset data, int[] sequences, int lastSteps, int rowsEach, Targets reused) {
    int size = data.outputSize();
    int rows = 0;
    for (int i : sequences) {
      rows = Math.addExact(rows, rowsEach > 0 ? rowsEach : steps(data, i, lastSteps));
    }
    float[] values =
        reused != null && reused.rows == rows
            ? reused.values
            : new float[Math.multiplyExact(rows, size)];
    int to = 0;
    for (int i : sequences) {
      int n = (rowsEach > 0 ? rowsEach : steps(data, i, lastSteps)) * size;
      float[] from = data.targetValues(i);
      int known = Math.min(n, from.length);
      Arrays.fill(values, to, to + n - known, 0f);
      System.arraycopy(from, from.length - known, values, to + n - known, known);
      to += n;
    }
    return values;
  }

  private static boolean[] observed(Dataset data, int[] sequences, int lastSteps, int rows) {
    int target = data.lastSteps();
    boolean everyStep = target == 0 || lastSteps > 0 && lastSteps <= target;
    if (everyStep && Arrays.stream(sequences).allMatch(i -> data.mask(i) == null)) {
      return null;
    }
    boolean[] used = new boolean[rows];
    int to = 0;
    for (int i : sequences) {
      float[] mask = data.mask(i);
      for (int t = data.length(i) - steps(data, i, lastSteps); t < data.length(i); t++) {
        boolean hasTarget = everyStep || t >= data.length(i) - target;
        used[to++] = hasTarget && (mask == null || mask[t] != 0);
      }
    }
    return used;
  }

  /**
   * Loss of the outputs [rows][size], and its gradient unless null.
   *
   * @param own loss of one's own, or null for the usual one
   */
  Losses.Value loss(Loss own, float[] outputs, int size, double[] classWeights, float[] gradient) {
    if (own != null) {
      return OwnLoss.mean(own, outputs, this, size, classWeights, gradient);
    }
    return labels != null
        ? Losses.crossEntropy(outputs, rows, size, labels, classWeights, gradient)
        : Losses.squaredError(outputs, rows, size, values, used, gradient);
  }
}
