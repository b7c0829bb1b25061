package io.carillon.train;

import java.util.Arrays;

/**
 * Sequences at a lower sampling rate: every n-th step, beginning with the first, without a filter.
 * A model with a step size Δ sees them right with a rate factor of n ({@link Evaluator#evaluate}).
 */
public final class Decimation {
  private final Dataset data;
  private final int n;

  private Decimation(Dataset data, int n) {
    this.data = data;
    this.n = n;
  }

  /**
   * The same sequences with every n-th step only, and with the targets of these steps.
   *
   * @param n 1 or more
   * @throws IllegalArgumentException for n below 1, and for tokens, pairs, events with gaps or
   *     targets at the last steps only
   */
  public static Dataset everyNth(Dataset data, int n) {
    if (n < 1) {
      throw new IllegalArgumentException("every " + n + "-th step is asked for; give at least 1");
    }
    if (data.isTokens() || data.isPairs() || data.timed() || data.lastSteps() > 0) {
      throw new IllegalArgumentException(
          data.name()
              + ": only evenly spaced sequences of numbers, with one target or one for every step,"
              + " can be thinned out");
    }
    return new Decimation(data, n).build();
  }

  private Dataset build() {
    int size = data.size();
    float[][] values = new float[size][];
    float[][] masks = new float[size][];
    for (int i = 0; i < size; i++) {
      values[i] = thinned(data.values(i), data.inputSize());
      masks[i] = data.mask(i) == null ? null : thinned(data.mask(i), 1);
    }
    DatasetBuilder builder =
        Dataset.ofValues(data.inputSize(), values)
            .name(data.name())
            .classNames(data.classNames())
            .masks(Arrays.stream(masks).allMatch(mask -> mask == null) ? null : masks)
            .notes(data.notes());
    if (data.missingTargets()) {
      builder.missingTargets();
    }
    return target(builder, data.outputSize()).build();
  }

  private DatasetBuilder target(DatasetBuilder builder, int outputs) {
    int[] labels = new int[data.size()];
    int[][] stepLabels = new int[data.size()][];
    float[][] targets = new float[data.size()][];
    switch (data.target()) {
      case CLASS -> {
        Arrays.setAll(labels, data::label);
        return builder.labels(outputs, labels);
      }
      case CLASS_PER_STEP -> {
        Arrays.setAll(stepLabels, i -> thinned(data.stepLabels(i)));
        return builder.stepLabels(outputs, stepLabels);
      }
      case VALUE -> {
        Arrays.setAll(targets, data::targetValues);
        return builder.targets(outputs, targets);
      }
      default -> {
        Arrays.setAll(targets, i -> thinned(data.targetValues(i), outputs));
        return builder.stepTargets(outputs, targets);
      }
    }
  }

  private float[] thinned(float[] rows, int width) {
    float[] kept = new float[(rows.length / width + n - 1) / n * width];
    for (int k = 0; k < kept.length / width; k++) {
      System.arraycopy(rows, k * n * width, kept, k * width, width);
    }
    return kept;
  }

  private int[] thinned(int[] labels) {
    int[] kept = new int[(labels.length + n - 1) / n];
    Arrays.setAll(kept, k -> labels[k * n]);
    return kept;
  }
}
