package io.carillon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.report.console.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What train and predict say and do when the heap is small. */
class MemoryTest {
  private static final String HEAP = "64m";

  @TempDir private Path folder;

  private Cli train(Path out, String... settings) throws Exception {
    List<Object> words =
        new ArrayList<>(
            List.of("train", "adding", "--out", out, "--threads", "1", "--limit", "40", "--quiet"));
    words.addAll(
        List.of("--set", "data.length=400", "--set", "epochs=1", "--set", "network.depth=6"));
    words.addAll(List.of("--set", "ssm.state_size=4", "--set", "network.width=32"));
    words.addAll(List.of(settings));
    return SmallHeapCli.run(folder, HEAP, words.toArray());
  }

  @Test
  void aTrainingThatDoesNotFitIsRefusedWithTheShardsAndTheBatchThatDo() throws Exception {
    Path run = folder.resolve("run");
    Cli refused = train(run, "--set", "train.batch_size=40");
    assertThat(refused.code()).as(refused.toString()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.err())
        .startsWith("error: this training needs about ")
        .contains("CARILLON_OPTS=-Xmx")
        .containsPattern("--set train.batch_size=\\d+ would fit")
        .doesNotContain("Exception", "-Xmx" + HEAP);
    assertThat(run).doesNotExist();
    Matcher size =
        Pattern.compile("--set (train.shard_size=\\d+) would fit").matcher(refused.err());
    assertThat(size.find()).as(refused.err()).isTrue();
    Cli trained = train(run, "--set", "train.batch_size=40", "--set", size.group(1));
    assertThat(trained.code()).as(trained.toString()).isZero();
    assertThat(trained.out()).contains("test");
    assertThat(run.resolve("config.json")).exists();
  }

  @Test
  void whenEvenOneSequenceIsTooMuchTheNetworkIsToBeSmaller() throws Exception {
    Path run = folder.resolve("run");
    Cli refused =
        train(
            run,
            "--set",
            "train.batch_size=1",
            "--set",
            "data.length=30000",
            "--set",
            "data.train=8",
            "--set",
            "data.validation=4",
            "--set",
            "data.test=4");
    assertThat(refused.code()).as(refused.toString()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err())
        .containsPattern("--set network.width=\\d+ would fit")
        .containsPattern("--set data.length=\\d+ would fit")
        .contains("CARILLON_OPTS=-Xmx");
    Cli huge = train(run, "--set", "network.width=20000");
    assertThat(huge.code()).as(huge.toString()).isEqualTo(ExitCode.FAILED);
    assertThat(huge.err()).containsPattern("--set network.width=\\d+ would fit");
    assertThat(run).doesNotExist();
  }

  @Test
  void anEarlierRunOutlivesARefusal() throws Exception {
    Path run = Cli.model(folder.resolve("run"), "adding");
    Cli refused = train(run, "--set", "train.batch_size=40", "--overwrite");
    assertThat(refused.code()).as(refused.toString()).isEqualTo(ExitCode.FAILED);
    assertThat(run.resolve("config.json")).exists();
  }

  @Test
  void dataThatDoNotFitNameTheirFile() throws Exception {
    Path file = folder.resolve("series.csv");
    Files.writeString(file, "x\n" + "1\n".repeat(8_000_000));
    Cli refused = SmallHeapCli.run(folder, HEAP, "train", "--data", file, "--quiet");
    assertThat(refused.code()).as(refused.toString()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err())
        .startsWith("error: " + file)
        .contains("need", "MiB")
        .doesNotContain("batch_size", "Exception");
  }

  @Test
  void aLongSeriesIsAnsweredInAHeapThatCannotHoldIt() throws Exception {
    Path model = PredictStreamingTest.model(folder.resolve("model"), PredictStreamingTest.every());
    Path file = folder.resolve("long.csv");
    PredictStreamingTest.writeSeries(file, 200_000);
    Path answers = folder.resolve("answers.csv");
    Cli result =
        SmallHeapCli.run(
            folder, "40m", "predict", model, "-i", file, "-o", answers, "--threads", "1");
    assertThat(result.code()).as(result.toString()).isZero();
    assertThat(result.out()).contains(file + " does not fit into memory as a whole");
    assertThat(lines(answers)).isEqualTo(200_001);
    Path whole = folder.resolve("whole.csv");
    assertThat(Cli.run("predict", model, "-i", file, "-o", whole).out())
        .doesNotContain("does not fit");
    PredictStreamingTest.assertAlike(answers, whole);
  }

  @Test
  void aTensorOfAnswersThatMemoryCannotHoldIsRefusedBeforeTheyAreComputed() throws Exception {
    Path model =
        PredictStreamingTest.model(folder.resolve("model"), PredictStreamingTest.every(40));
    Path file = folder.resolve("long.csv");
    PredictStreamingTest.writeSeries(file, 200_000);
    Path output = folder.resolve("y.safetensors");
    Cli result = SmallHeapCli.run(folder, "40m", "predict", model, "-i", file, "-o", output);
    assertThat(result.code()).as(result.toString()).isEqualTo(ExitCode.FAILED);
    assertThat(result.err())
        .contains(output.toString(), file.toString(), ".csv or .json")
        .doesNotContain("batch_size");
  }

  @Test
  void aModelThatCannotStreamSaysWhyAndNamesTheFile() throws Exception {
    Path model =
        PredictStreamingTest.model(folder.resolve("model"), PredictStreamingTest.bothDirections());
    Path file = folder.resolve("long.csv");
    PredictStreamingTest.writeSeries(file, 200_000);
    Cli result =
        SmallHeapCli.run(
            folder, "40m", "predict", model, "-i", file, "-o", folder.resolve("a.csv"));
    assertThat(result.code()).as(result.toString()).isEqualTo(ExitCode.FAILED);
    assertThat(result.err())
        .contains(file.toString(), "cannot", "CARILLON_OPTS=-Xmx")
        .doesNotContain("batch_size", "network.width", "Exception");
    assertThat(folder.resolve("a.csv")).doesNotExist();
  }

  private static long lines(Path file) throws IOException {
    try (var lines = Files.lines(file)) {
      return lines.count();
    }
  }
}
