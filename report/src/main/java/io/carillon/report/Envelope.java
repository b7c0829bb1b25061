package io.carillon.report;

/**
 * A signal reduced to what a chart can show: the smallest and largest sample of each group of
 * neighbours. Groups of one sample where the signal is short enough to be shown as it is.
 *
 * @param low [n] smallest sample of each group
 * @param high [n] largest sample of each group
 * @param group samples in each group but perhaps the last
 */
record Envelope(double[] low, double[] high, int group) {
  /** About as many as a chart is wide in pixels. */
  private static final int MOST_GROUPS = 320;

  /** Reduces a signal. Samples that are not finite are left out of their group. */
  static Envelope of(float[] samples) {
    int group = Math.max(1, (samples.length + MOST_GROUPS - 1) / MOST_GROUPS);
    int n = (samples.length + group - 1) / group;
    double[] low = new double[n];
    double[] high = new double[n];
    for (int g = 0; g < n; g++) {
      double min = Double.POSITIVE_INFINITY;
      double max = Double.NEGATIVE_INFINITY;
      for (int i = g * group; i < Math.min(samples.length, (g + 1) * group); i++) {
        if (Float.isFinite(samples[i])) {
          min = Math.min(min, samples[i]);
          max = Math.max(max, samples[i]);
        }
      }
      low[g] = min;
      high[g] = max;
    }
    return new Envelope(low, high, group);
  }

  /** Whether every sample is kept. */
  boolean isExact() {
    return group == 1;
  }

  /** Where the groups begin. */
  double[] positions(double start, double step) {
    double[] positions = new double[low.length];
    for (int g = 0; g < positions.length; g++) {
      positions[g] = start + step * g * group;
    }
    return positions;
  }
}
