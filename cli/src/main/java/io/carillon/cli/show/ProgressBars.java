package io.carillon.cli.show;

import io.carillon.report.console.Console;
import io.carillon.report.console.Text;
import io.carillon.train.EpochRecord;
import io.carillon.train.StepRecord;
import io.carillon.train.TrainListener;
import io.carillon.train.TrainPlan;
import java.time.Duration;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarRenderer;
import me.tongfei.progressbar.ProgressState;

/**
 * Progress on a terminal: one bar over all steps with loss, metric, speed and time left, and above
 * it one line for every finished epoch.
 */
public final class ProgressBars implements TrainListener, AutoCloseable {
  private static final int REDRAW_MILLIS = 200;
  private static final int SHORTEST_BAR = 10;

  private final Console console;
  private final int epochs;
  private ProgressBar bar;
  private boolean drawn;
  private volatile String words = "starting";

  /** Progress of a training over {@code epochs} epochs. */
  public ProgressBars(Console console, int epochs) {
    this.console = console;
    this.epochs = epochs;
  }

  @Override
  public void onStart(TrainPlan plan) {
    ProgressBarRenderer renderer = (state, width) -> line(state, words, width);
    bar =
        new ProgressBarBuilder()
            .setInitialMax(plan.totalSteps())
            .startsFrom(plan.doneSteps(), Duration.ZERO)
            .setUpdateIntervalMillis(REDRAW_MILLIS)
            .setRenderer(renderer)
            .setConsumer(new DelegatingProgressBarConsumer(this::draw, console.columns() - 1))
            .build();
  }

  @Override
  public void onStep(StepRecord r) {
    words =
        Text.format(
            "epoch %d/%d  loss %s  %s %s  %s steps/s  %s",
            r.epoch(),
            epochs,
            Text.number(r.loss()),
            r.metric(),
            Text.number(r.metricSoFar()),
            Text.number(r.stepsPerSecond()),
            Text.timeLeft(r.secondsLeft()));
    bar.stepTo(r.step());
  }

  @Override
  public void onValidation(int epoch) {
    words = Text.format("epoch %d/%d  validating", epoch, epochs);
  }

  @Override
  public void onEpoch(EpochRecord record) {
    String line = ProgressLines.epoch(record, epochs);
    words = Text.format("epoch %d/%d done", record.epoch(), epochs);
    synchronized (this) {
      erase();
      console.out().println(line);
    }
  }

  /** {@code [#####.....] 42% words}, as much of it as fits into {@code width}. */
  static String line(ProgressState state, String words, int width) {
    double part = state.getMax() > 0 ? (double) state.getCurrent() / state.getMax() : 0;
    String end = Text.format(" %3.0f%% %s", Math.floor(100 * part), words);
    int room = Math.max(SHORTEST_BAR, width - end.length() - 2);
    int filled = (int) Math.round(part * room);
    String all = "[" + "#".repeat(filled) + ".".repeat(room - filled) + "]" + end;
    return all.substring(0, Math.min(all.length(), width));
  }

  private synchronized void draw(String line) {
    erase();
    console.out().print(line);
    console.out().flush();
    drawn = true;
  }

  /** Goes back to the start of the bar's line and clears it. */
  private void erase() {
    if (drawn) {
      console.out().print("\r\033[K");
      drawn = false;
    }
  }

  /** Takes the bar away; the lines above it stay. */
  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
    synchronized (this) {
      erase();
      console.out().flush();
    }
  }
}
