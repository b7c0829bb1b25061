package io.carillon.train;

import io.carillon.error.FormatException;
import java.util.List;
import java.util.stream.Stream;

/**
 * Sums of metrics over batches. A batch is added at once, or in parts of which each was computed
 * apart, in their order.
 */
sealed interface Metrics permits ClassMetrics, ValueMetrics, OwnMetrics {
  /** Empty sums for the targets of a data set. */
  static Metrics of(Dataset data, Objective objective) {
    boolean chosen = objective.main() != null && !objective.owns(objective.main());
    String main = chosen ? objective.main() : data.metric();
    Metrics usual =
        switch (data.target()) {
          case CLASS, CLASS_PER_STEP -> new ClassMetrics(data.outputSize(), main);
          case VALUE, VALUE_PER_STEP -> new ValueMetrics(data.outputSize(), main, objective.loss());
        };
    return objective.metrics().isEmpty()
        ? usual
        : new OwnMetrics(usual, objective, data.outputSize());
  }

  /** Whether a metric of any target, or its mean over batches, has this name. */
  static boolean isUsual(String name) {
    return Stream.concat(ClassMetrics.NAMES.stream(), ValueMetrics.NAMES.stream())
        .anyMatch(usual -> name.equals(usual) || name.equals(usual + "_batch_mean"));
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

  /** No sums at all, of answers that are not finite. */
  Saved NOTHING = new Saved(new long[0], new double[0]);

  /** What was added so far; shares nothing with these metrics. */
  Saved saved();

  /**
   * Goes on from sums of metrics of the same kind, in place of its own.
   *
   * @throws io.carillon.error.FormatException if they are of another kind or size
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

  /**
   * The sums of the outputs [rows][size] of a part of a batch; changes nothing. The next part may
   * overwrite them.
   */
  Saved part(float[] outputs, Targets targets);

  /** Adds a part to the batch that is collected. */
  void addPart(Saved part);

  /** Adds the batch whose parts were collected. */
  void endBatch();

  /** Name of the main metric. */
  String main();

  /** The main metric over everything added so far; NaN when nothing was. */
  double mainSoFar();

  /** Whether a larger main metric is better. */
  boolean higherIsBetter();

  /** All metrics. */
  Evaluation evaluation(double loss);
}
