package io.carillon.train;

/** Class weights from the frequencies of the training labels. */
final class ClassBalance {
  /** Sequences of a generated data set that stand for all. */
  private static final int MOST_DRAWN = 64;

  private ClassBalance() {}

  /** 1 / n_c for every class c of a batch, 0 for one that does not occur in it. */
  static double[] ofBatch(int[] labels, int classes) {
    double[] weights = new double[classes];
    for (int label : labels) {
      if (label != Dataset.IGNORE) {
        weights[label]++;
      }
    }
    for (int c = 0; c < classes; c++) {
      weights[c] = weights[c] == 0 ? 0 : 1 / weights[c];
    }
    return weights;
  }

  /**
   * n / (classes that occur · n_c) for class c, so that every class that occurs has the same total
   * weight; 0 for a class that never occurs. Null for any other rule, or without classes.
   */
  static double[] weights(ClassWeights rule, Dataset data, int lastSteps) {
    if (rule != ClassWeights.BALANCED || !data.target().isClass()) {
      return null;
    }
    long[] counts = new long[data.outputSize()];
    long total = 0;
    int known = data.isGenerated() ? Math.min(MOST_DRAWN, data.size()) : data.size();
    for (int i = 0; i < known; i++) {
      for (int label : Targets.of(data, new int[] {i}, lastSteps).labels()) {
        if (label != Dataset.IGNORE) {
          counts[label]++;
          total++;
        }
      }
    }
    int occurring = 0;
    for (long count : counts) {
      occurring += count > 0 ? 1 : 0;
    }
    double[] weights = new double[counts.length];
    for (int c = 0; c < counts.length; c++) {
      weights[c] = counts[c] == 0 ? 0 : (double) total / ((double) occurring * counts[c]);
    }
    return weights;
  }
}
