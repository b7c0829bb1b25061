package io.carillon.train;

import io.carillon.io.FormatException;
import java.util.List;

/** Sums of metrics over batches. */
sealed interface Metrics permits ClassMetrics, ValueMetrics {
  /** Empty sums for the targets of a data set. */
  static Metrics of(Dataset data) {
    return switch (data.target()) {
      case CLASS, CLASS_PER_STEP -> new ClassMetrics(data.outputSize(), data.metric());
      case VALUE, VALUE_PER_STEP -> new ValueMetrics(data.outputSize(), data.metric());
    };
  }

  /** Names of the metrics that models can be chosen by, the usual one first. */
  static List<String> names(Dataset.Target target) {
    return switch (target) {
      case CLASS, CLASS_PER_STEP -> ClassMetrics.NAMES;
      case VALUE, VALUE_PER_STEP -> ValueMetrics.NAMES;
    };
  }

  /** The usual main metric of a target. */
  static String defaultName(Dataset.Target target) {
    return names(target).get(0);
  }

  /**
   * Everything that was added, as plain numbers whose order the kind of metrics decides.
   *
   * @param counts whole numbers
   * @param values real numbers
   */
  record Saved(long[] counts, double[] values) {}

  /** What was added so far; shares nothing with these metrics. */
  Saved saved();

  /**
   * Goes on from sums of metrics of the same kind, in place of its own.
   *
   * @throws io.carillon.io.FormatException if they are of another kind or size
   */
  void restore(Saved sums);

  /** Checks the sizes of sums that are to be restored. */
  static void requireSizes(Saved sums, int counts, int values) {
    if (sums.counts.length != counts || sums.values.length != values) {
      throw new FormatException(
          "the sums of an epoch are "
              + sums.counts.length
              + " counts and "
              + sums.values.length
              + " values, these metrics have "
              + counts
              + " and "
              + values);
    }
  }

  /** Adds the outputs [rows][size] of a batch. */
  void add(float[] outputs, Targets targets);

  /** Name of the main metric. */
  String main();

  /** The main metric over everything added so far; NaN when nothing was. */
  double mainSoFar();

  /** Whether a larger main metric is better. */
  boolean higherIsBetter();

  /** All metrics. */
  Evaluation evaluation(double loss);
}
