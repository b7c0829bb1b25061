package io.carillon.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.io.Json;
import io.carillon.report.console.Console;
import io.carillon.report.folder.Retry;
import io.carillon.report.folder.RunFolder;
import io.carillon.report.folder.Saving;
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

  private MetricsLog log(Path file) {
    return new MetricsLog(
        file, new Saving(console, RunFolder.at(folder), Map.of(), Retry.ofProperties()));
  }

  private static TrainPlan plan(long total, long done) {
    return new TrainPlan(
        1, 1, 1, total, done, 1, "scalar", List.of(), new MemoryEstimate(1, 1, 1, 1));
  }

  private static StepRecord step(long step) {
    return new StepRecord(step, 9, 1, 1, 0.5, "accuracy", 0.75, 0.01, 1, 2, 3);
  }

  @Test
  void linesAreCompleteJsonWithoutNumbersThatAreNotFinite() throws IOException {
    MetricsLog log = log(folder.resolve("m.jsonl"));
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
    MetricsLog log = log(folder.resolve("m.jsonl"));
    log.onStart(plan(10_000, 0));
    for (int s = 1; s <= 100; s++) {
      log.onStep(step(s));
    }
    assertThat(Files.readAllLines(folder.resolve("m.jsonl"))).hasSize(10);
  }

  private static EpochRecord epoch(int number, long step) {
    return new EpochRecord(
        number, step, 0.6, 0.7, "accuracy", 0.4, Map.of("accuracy", 0.8), 0.01, true, 3.5);
  }

  @Test
  void aResumedRunHasTheLinesOfWhatIsDoneAndEachOnce() throws IOException {
    Path file = folder.resolve("m.jsonl");
    MetricsLog log = log(file);
    log.onStart(plan(9, 0));
    for (int s = 1; s <= 3; s++) {
      log.onStep(step(s));
    }
    log.onEpoch(epoch(1, 3));
    log.onStep(step(4));
    log.onStep(step(5));
    log.onStep(step(6));
    log.onEpoch(epoch(2, 6));
    // A line that a killed process wrote twice, and one that was cut off.
    String text = Files.readString(file);
    Files.writeString(file, text + text.substring(0, text.indexOf('\n') + 1) + "{\"type\":\"st");
    MetricsLog resumed = log(file);
    resumed.onStart(plan(9, 5));
    resumed.onResume(List.of(epoch(1, 3)), 5);
    resumed.onStep(step(6));
    resumed.onEpoch(epoch(2, 6));
    assertThat(file).hasContent(text);
  }

  @Test
  void aRunThatBeginsAnewInItsFirstEpochBeginsItsLinesAnew() throws IOException {
    Path file = folder.resolve("m.jsonl");
    MetricsLog log = log(file);
    log.onStart(plan(9, 0));
    log.onStep(step(1));
    log.onStep(step(2));
    MetricsLog resumed = log(file);
    resumed.onStart(plan(9, 0));
    resumed.onResume(List.of(), 0);
    resumed.onStep(step(1));
    assertThat(Files.readAllLines(file).stream().map(l -> Json.parseObject(l).get("step")))
        .containsExactly(1L);
  }

  @Test
  void epochsThatTheRecordHasLostAreWrittenAgain() throws IOException {
    Path file = folder.resolve("m.jsonl");
    MetricsLog log = log(file);
    log.onStart(plan(9, 3));
    log.onResume(List.of(epoch(1, 3)), 3);
    log.onStep(step(4));
    assertThat(Files.readAllLines(file).stream().map(l -> Json.parseObject(l).get("type")))
        .containsExactly("epoch", "step");
    Files.delete(file);
    log.onStep(step(5));
    assertThat(Files.readAllLines(file).stream().map(l -> Json.parseObject(l).get("step")))
        .containsExactly(3L, 5L);
  }

  @Test
  void whatCannotBeWrittenIsSaidOnceAndKept() throws IOException {
    Path file = Files.createDirectory(folder.resolve("m.jsonl"));
    MetricsLog log = log(file);
    log.onStart(plan(9, 0));
    log.onStep(step(1));
    log.onStep(step(2));
    assertThat(err.toString(StandardCharsets.UTF_8).lines())
        .singleElement()
        .asString()
        .startsWith("warning: the record of the metrics cannot be written")
        .contains("nothing is lost");
    Files.delete(file);
    log.onStep(step(3));
    assertThat(Files.readAllLines(file).stream().map(l -> Json.parseObject(l).get("step")))
        .containsExactly(1L, 2L, 3L);
  }
}
