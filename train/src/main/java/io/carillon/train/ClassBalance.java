package io.carillon.train;

/** Class weights from the frequencies of the training labels. */
final class ClassBalance {
  private ClassBalance() {}

  /**
   * n / (classes that occur · n_c) for class c, so that every class that occurs has the same total
   * weight; 0 for a class that never occurs. Null without weights or classes.
   */
  static double[] weights(ClassWeights rule, Dataset data, int lastSteps) {
    boolean classes =
        data.target() == Dataset.Target.CLASS || data.target() == Dataset.Target.CLASS_PER_STEP;
    if (rule == ClassWeights.NONE || !classes) {
      return null;
    }
    long[] counts = new long[data.outputSize()];
    long total = 0;
    for (int i = 0; i < data.size(); i++) {
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
