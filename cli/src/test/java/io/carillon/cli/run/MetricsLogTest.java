package io.carillon.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.cli.show.Console;
import io.carillon.io.Json;
import io.carillon.train.EpochRecord;
import io.carillon.train.MemoryEstimate;
import io.carillon.train.StepRecord;
import io.carillon.train.TrainPlan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The record of a training. */
class MetricsLogTest {
  @TempDir private Path folder;
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Console console =
      new Console(InputStream.nullInputStream(), Console.utf8(err), Console.utf8(err), false, 80);

  private static TrainPlan plan(long total, long done) {
    return new TrainPlan(
        1, 1, 1, total, done, 1, "scalar", List.of(), new MemoryEstimate(1, 1, 1, 1));
  }

  private static StepRecord step(long step) {
    return new StepRecord(step, 9, 1, 1, 0.5, "accuracy", 0.75, 0.01, 1, 2, 3);
  }

  @Test
  void linesAreCompleteJsonWithoutNumbersThatAreNotFinite() throws IOException {
    MetricsLog log = new MetricsLog(folder.resolve("m.jsonl"), console);
    log.onStart(plan(9, 0));
    log.onStep(step(1));
    log.onEpoch(new EpochRecord(1, 1, 0.6, 0.7, "mse", Double.NaN, Map.of(), 0.01, false, 1));
    List<String> lines = Files.readAllLines(folder.resolve("m.jsonl"));
    assertThat(lines).hasSize(2);
    assertThat(Json.parseObject(lines.get(0))).containsEntry("loss", 0.5).containsEntry("step", 1L);
    assertThat(Json.parseObject(lines.get(1)))
        .containsEntry("train_mse", 0.7)
        .doesNotContainKey("validation_loss");
  }

  @Test
  void longRunsAreThinnedOut() throws IOException {
    MetricsLog log = new MetricsLog(folder.resolve("m.jsonl"), console);
    log.onStart(plan(10_000, 0));
    for (int s = 1; s <= 100; s++) {
      log.onStep(step(s));
    }
    assertThat(Files.readAllLines(folder.resolve("m.jsonl"))).hasSize(10);
  }

  @Test
  void aResumedRunForgetsTheEpochThatWasBrokenOff() throws IOException {
    Path file = folder.resolve("m.jsonl");
    MetricsLog log = new MetricsLog(file, console);
    log.onStart(plan(9, 0));
    for (int s = 1; s <= 5; s++) {
      log.onStep(step(s));
    }
    MetricsLog resumed = new MetricsLog(file, console);
    resumed.onStart(plan(9, 3));
    resumed.onStep(step(4));
    assertThat(Files.readAllLines(file).stream().map(l -> Json.parseObject(l).get("step")))
        .containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void aRecordThatCannotBeWrittenIsSaidOnce() throws IOException {
    MetricsLog log = new MetricsLog(Files.createDirectory(folder.resolve("m.jsonl")), console);
    log.onStart(plan(9, 0));
    log.onStep(step(1));
    log.onStep(step(2));
    assertThat(err.toString(StandardCharsets.UTF_8).lines())
        .singleElement()
        .asString()
        .startsWith("warning: the metrics are no longer recorded");
  }
}
