package io.carillon.train;

/** Sums of metrics over batches. */
sealed interface Metrics permits ClassMetrics, ValueMetrics {
  /** Empty sums for the targets of a data set. */
  static Metrics of(Dataset data) {
    return switch (data.target()) {
      case CLASS, CLASS_PER_STEP -> new ClassMetrics(data.outputSize());
      case VALUE, VALUE_PER_STEP -> new ValueMetrics(data.outputSize());
    };
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
