package io.carillon.train;

/** The epoch that is being trained: how far it has come, and its sums until there. */
final class OpenEpoch {
  private final int number;
  private final Metrics metrics;
  private Losses.Value loss = new Losses.Value(0, 0);
  private int steps;

  /** Seconds that earlier runs have spent in it. */
  private double earlierSeconds;

  /**
   * What is kept of it in the state to resume from.
   *
   * @param steps done in this epoch
   * @param seconds spent in it
   * @param loss sums of the loss that is minimised
   * @param metrics sums of the metrics
   */
  record Saved(int steps, double seconds, Losses.Value loss, Metrics.Saved metrics) {}

  /** At its start. */
  OpenEpoch(int number, Metrics metrics) {
    this.number = number;
    this.metrics = metrics;
  }

  /** Goes on from where an earlier run was. */
  void restore(Saved saved) {
    steps = saved.steps;
    earlierSeconds = saved.seconds;
    loss = saved.loss;
    metrics.restore(saved.metrics);
  }

  /**
   * Its state; null at the start, which needs none.
   *
   * @param seconds that this run has spent in it
   */
  Saved saved(double seconds) {
    return steps == 0 ? null : new Saved(steps, seconds(seconds), loss, metrics.saved());
  }

  /** From 1. */
  int number() {
    return number;
  }

  /** Steps done in it. */
  int steps() {
    return steps;
  }

  Metrics metrics() {
    return metrics;
  }

  /** Mean of the loss until now. */
  double loss() {
    return loss.mean();
  }

  /** Seconds spent in it by all runs, of which this one has spent so many. */
  double seconds(double ofThisRun) {
    return earlierSeconds + ofThisRun;
  }

  /** Takes note of a step, whose outputs were added to the metrics. */
  void add(Losses.Value batch) {
    loss = loss.plus(batch);
    steps++;
  }
}
