package io.carillon.cli.show;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.report.console.Console;
import io.carillon.train.EpochRecord;
import io.carillon.train.MemoryEstimate;
import io.carillon.train.StepRecord;
import io.carillon.train.TrainPlan;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Progress on a terminal and in a file. */
class ProgressTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private static final TrainPlan PLAN =
      new TrainPlan(100, 8, 2, 4, 0, 1, "scalar", List.of(), new MemoryEstimate(1, 1, 1, 1));
  private static final StepRecord STEP =
      new StepRecord(2, 4, 1, 2, 0.5, "accuracy", 0.75, 0.01, 1, 12.5, 90);
  private static final EpochRecord EPOCH =
      new EpochRecord(1, 2, 0.6, 0.7, "accuracy", 0.4, Map.of("accuracy", 0.8), 0.01, true, 3.5);

  private Console console(boolean terminal, int columns) {
    return new Console(
        InputStream.nullInputStream(), Console.utf8(out), Console.utf8(out), terminal, columns);
  }

  private String text() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aFileGetsOneLineForAnEpoch() {
    ProgressLines lines = new ProgressLines(console(false, 80), 2);
    lines.onStart(PLAN);
    lines.onStep(STEP);
    lines.onEpoch(EPOCH);
    assertThat(text().lines())
        .containsExactly(
            "epoch 1/2  loss 0.6000  accuracy 0.7000  validation loss 0.4000  accuracy 0.8000  3.5 s"
                + "  best so far");
  }

  @Test
  void aStepSaysWhereSpeedAndTimeLeft() {
    assertThat(ProgressLines.step(STEP, 2))
        .isEqualTo(
            "epoch 1/2  step 2/4  loss 0.5000  accuracy 0.7500  12.50 steps/s  1 min 30 s left");
  }

  @Test
  void noTimeIsToldBeforeThePaceHasSettled() {
    StepRecord warming =
        new StepRecord(2, 4, 1, 2, 0.5, "accuracy", 0.75, 0.01, 1, 12.5, Double.NaN);
    assertThat(ProgressLines.step(warming, 2))
        .isEqualTo(
            "epoch 1/2  step 2/4  loss 0.5000  accuracy 0.7500  12.50 steps/s"
                + "  warming up, time left not known yet");
  }

  @Test
  void aTerminalGetsABarThatFitsAndLeavesTheEpochsOnly() throws InterruptedException {
    try (ProgressBars bars = new ProgressBars(console(true, 70), 2)) {
      bars.onStart(PLAN);
      bars.onStep(STEP);
      bars.onEpoch(EPOCH);
      bars.onStep(STEP);
    }
    String[] drawn = text().split("\r\033\\[K|\n", -1);
    assertThat(drawn)
        .anyMatch(line -> line.startsWith("epoch 1/2") && line.endsWith("best so far"));
    assertThat(drawn)
        .filteredOn(line -> line.startsWith("["))
        .isNotEmpty()
        .allMatch(line -> line.length() <= 69);
    assertThat(text()).endsWith("\r\033[K");
  }
}
