package io.carillon.cli.show;

import io.carillon.report.console.Console;
import io.carillon.report.console.Text;
import io.carillon.train.EpochRecord;
import io.carillon.train.StepRecord;
import io.carillon.train.TrainListener;
import io.carillon.train.TrainPlan;

/**
 * Progress for files and pipes: one line for each epoch, and in long epochs one about every ten
 * seconds.
 */
public final class ProgressLines implements TrainListener {
  private static final long BETWEEN_LINES = 10_000_000_000L;

  private final Console console;
  private final int epochs;
  private long lastLine;

  /** Progress of a training over {@code epochs} epochs. */
  public ProgressLines(Console console, int epochs) {
    this.console = console;
    this.epochs = epochs;
  }

  @Override
  public void onStart(TrainPlan plan) {
    lastLine = System.nanoTime();
  }

  @Override
  public void onStep(StepRecord record) {
    long now = System.nanoTime();
    if (now - lastLine >= BETWEEN_LINES) {
      lastLine = now;
      console.say("%s", step(record, epochs));
    }
  }

  @Override
  public void onEpoch(EpochRecord record) {
    lastLine = System.nanoTime();
    console.say("%s", epoch(record, epochs));
  }

  /** The state after a step. */
  static String step(StepRecord r, int epochs) {
    return Text.format(
        "epoch %d/%d  step %s/%s  loss %s  %s %s  %s steps/s  %s",
        r.epoch(),
        epochs,
        Text.count(r.step()),
        Text.count(r.totalSteps()),
        Text.number(r.loss()),
        r.metric(),
        Text.number(r.metricSoFar()),
        Text.number(r.stepsPerSecond()),
        Text.timeLeft(r.secondsLeft()));
  }

  /** What an epoch gave. */
  static String epoch(EpochRecord r, int epochs) {
    StringBuilder line = new StringBuilder();
    line.append(
        Text.format(
            "epoch %" + String.valueOf(epochs).length() + "d/%d  loss %s  %s %s",
            r.epoch(),
            epochs,
            Text.number(r.trainLoss()),
            r.metric(),
            Text.number(r.trainMetric())));
    if (r.validated()) {
      line.append(
          Text.format(
              "  validation loss %s  %s %s",
              Text.number(r.validationLoss()), r.metric(), Text.number(r.validationMetric())));
    }
    line.append("  ").append(Text.duration(r.seconds()));
    if (r.validated() && r.isBest()) {
      line.append("  best so far");
    }
    return line.toString();
  }
}
