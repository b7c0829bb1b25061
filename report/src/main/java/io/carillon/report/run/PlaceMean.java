package io.carillon.report.run;

/** Means by place in a sequence, over groups of neighbouring places where there are many. */
final class PlaceMean {
  private static final int MOST_GROUPS = 200;

  private final int group;
  private final double[] sums;
  private final long[] counts;

  PlaceMean(int places) {
    group = Math.max(1, (places + MOST_GROUPS - 1) / MOST_GROUPS);
    sums = new double[(places + group - 1) / group];
    counts = new long[sums.length];
  }

  /** Adds a value; NaN counts as none. */
  void add(int place, double value) {
    if (!Double.isNaN(value)) {
      sums[place / group] += value;
      counts[place / group]++;
    }
  }

  /** Mean of each group, NaN where there is nothing. */
  double[] means() {
    double[] means = new double[sums.length];
    for (int g = 0; g < means.length; g++) {
      means[g] = sums[g] / counts[g];
    }
    return means;
  }

  /** First place of each group, counted from 1. */
  double[] places() {
    double[] places = new double[sums.length];
    for (int g = 0; g < places.length; g++) {
      places[g] = 1 + (double) g * group;
    }
    return places;
  }

  String caption(String what) {
    return what + (group > 1 ? ", over " + group + " neighbouring places each." : ".");
  }
}
