package io.carillon.papers.compare;

import io.carillon.report.console.Console;
import io.carillon.report.console.Text;
import io.carillon.train.EpochRecord;
import io.carillon.train.StepRecord;
import io.carillon.train.TrainListener;

/** A line about a run now and then, for runs that take longer than a moment. */
public final class RunProgress implements TrainListener {
  private static final long BETWEEN_LINES = 30_000_000_000L;

  private final Console console;
  private final String title;
  private long lastLine = System.nanoTime();
  private String validated = "";

  /** Progress of the run of that title. */
  public RunProgress(Console console, PlannedRun run) {
    this.console = console;
    this.title = run.title();
  }

  @Override
  public void onStep(StepRecord r) {
    long now = System.nanoTime();
    if (now - lastLine >= BETWEEN_LINES) {
      lastLine = now;
      console.say(
          "  %s: epoch %d, step %s of %s, loss %s%s, %s",
          title,
          r.epoch(),
          Text.count(r.step()),
          Text.count(r.totalSteps()),
          Text.number(r.loss()),
          validated,
          Text.timeLeft(r.secondsLeft()));
    }
  }

  @Override
  public void onEpoch(EpochRecord r) {
    if (r.validated()) {
      validated = ", validation " + r.metric() + " " + Text.number(r.validationMetric());
    }
  }
}
