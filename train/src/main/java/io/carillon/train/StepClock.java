package io.carillon.train;

/** Pace of a run. */
final class StepClock {
  private final long totalSteps;
  private long startNanos = System.nanoTime();
  private long firstStep;

  StepClock(long totalSteps) {
    this.totalSteps = totalSteps;
  }

  /** Starts to count, with that many steps done by an earlier run. */
  void start(long doneSteps) {
    startNanos = System.nanoTime();
    firstStep = doneSteps;
  }

  /** Seconds since the start. */
  double seconds() {
    return (System.nanoTime() - startNanos) * 1e-9;
  }

  StepRecord record(
      long step,
      int epoch,
      int stepOfEpoch,
      double loss,
      Metrics metrics,
      double rate,
      double norm) {
    double pace = (step - firstStep) / Math.max(seconds(), 1e-9);
    return new StepRecord(
        step,
        totalSteps,
        epoch,
        stepOfEpoch,
        loss,
        metrics.main(),
        metrics.mainSoFar(),
        rate,
        norm,
        pace,
        (totalSteps - step) / pace);
  }
}
