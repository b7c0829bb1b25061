package io.carillon.train;

/**
 * Training losses and their gradients, all sums in double. Outputs are [rows][size], as {@link
 * io.carillon.nn.Network#forward} returns them.
 */
public final class Losses {
  private Losses() {}

  /**
   * A weighted mean as sum and weight, so that the losses of batches can be added up.
   *
   * @param sum Σ weight · loss over the targets
   * @param weight Σ weight over the targets
   */
  public record Value(double sum, double weight) {
    /** Σ weight · loss / Σ weight, and 0 when there is no target at all. */
    public double mean() {
      return weight == 0 ? 0 : sum / weight;
    }

    /** Both sums together with those of other targets. */
    public Value plus(Value other) {
      return new Value(sum + other.sum, weight + other.weight);
    }
  }

  /**
   * Cross entropy in nats, weighted as by PyTorch's {@code cross_entropy}: with c the label of a
   * row and v the class weights,
   *
   * <pre>
   *   mean = Σ_rows v_c (log Σ_k exp s_k − s_c) / Σ_rows v_c
   * </pre>
   *
   * Rows labelled {@link Dataset#IGNORE} count nowhere and get a zero gradient. If no row counts,
   * the mean is 0 (PyTorch: NaN). If a score of a counted row is not finite, so is the result.
   *
   * @param scores [rows][classes] logits
   * @param labels [rows] class ids in [0, classes), or IGNORE
   * @param classWeights [classes], or null for all 1
   * @param gradient [rows][classes] gradient of the mean, overwritten; null when not needed
   */
  public static Value crossEntropy(
      float[] scores,
      int rows,
      int classes,
      int[] labels,
      double[] classWeights,
      float[] gradient) {
    double weight = 0;
    for (int r = 0; r < rows; r++) {
      weight += weight(labels[r], classWeights);
    }
    double sum = 0;
    for (int r = 0; r < rows; r++) {
      int at = r * classes;
      double v = weight(labels[r], classWeights);
      if (v == 0) {
        clear(gradient, at, classes);
        continue;
      }
      double max = max(scores, at, classes);
      double exponentials = 0;
      for (int k = at; k < at + classes; k++) {
        exponentials += Math.exp(scores[k] - max);
      }
      sum += v * (Math.log(exponentials) + max - scores[at + labels[r]]);
      if (gradient != null) {
        for (int k = at; k < at + classes; k++) {
          gradient[k] = (float) (v / weight * Math.exp(scores[k] - max) / exponentials);
        }
        int k = at + labels[r];
        gradient[k] = (float) (v / weight * (Math.exp(scores[k] - max) / exponentials - 1));
      }
    }
    return new Value(sum, weight);
  }

  private static double weight(int label, double[] classWeights) {
    if (label == Dataset.IGNORE) {
      return 0;
    }
    return classWeights == null ? 1 : classWeights[label];
  }

  private static void clear(float[] gradient, int at, int size) {
    if (gradient != null) {
      java.util.Arrays.fill(gradient, at, at + size, 0f);
    }
  }

  /** Largest score, or NaN if one is not finite: a score of −∞ would otherwise pass unnoticed. */
  private static double max(float[] scores, int at, int classes) {
    double max = Double.NEGATIVE_INFINITY;
    for (int k = at; k < at + classes; k++) {
      if (!Float.isFinite(scores[k])) {
        return Double.NaN;
      }
      max = Math.max(max, scores[k]);
    }
    return max;
  }

  /**
   * Squared error, mean over all entries of the rows in use whose target is known: Σ (y − t)² /
   * entries. If there is none the mean is 0.
   *
   * @param outputs [rows][size]
   * @param targets [rows][size], NaN where one is not known
   * @param used [rows] whether a row counts, or null for all
   * @param gradient [rows][size] gradient of the mean, overwritten; null when not needed
   */
  public static Value squaredError(
      float[] outputs, int rows, int size, float[] targets, boolean[] used, float[] gradient) {
    long count = 0;
    for (int r = 0; r < rows; r++) {
      for (int k = r * size; k < (r + 1) * size; k++) {
        count += (used == null || used[r]) && !Float.isNaN(targets[k]) ? 1 : 0;
      }
    }
    double sum = 0;
    for (int r = 0; r < rows; r++) {
      int at = r * size;
      if (used != null && !used[r]) {
        clear(gradient, at, size);
        continue;
      }
      for (int k = at; k < at + size; k++) {
        if (Float.isNaN(targets[k])) {
          clear(gradient, k, 1);
          continue;
        }
        double d = (double) outputs[k] - targets[k];
        sum += d * d;
        if (gradient != null) {
          gradient[k] = (float) (2 * d / count);
        }
      }
    }
    return new Value(sum, count);
  }
}
