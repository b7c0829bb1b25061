package io.carillon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.config.NetworkConfig;
import io.carillon.data.generated.Tasks;
import io.carillon.engine.SeededRandom;
import io.carillon.io.Json;
import io.carillon.io.SafeTensors;
import io.carillon.model.SequenceModel;
import io.carillon.model.inside.Inside;
import io.carillon.nn.Network;
import io.carillon.report.console.ExitCode;
import io.carillon.report.settings.Trees;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every command on tiny generated data. */
class CommandsTest {
  @TempDir private static Path shared;
  @TempDir private Path folder;
  private static Path tones;

  @BeforeAll
  static void train() {
    tones = Cli.model(shared.resolve("tones"), "tones", "--set", "data.length=40");
  }

  static List<String> tasks() {
    return Tasks.names();
  }

  @Test
  void tasksListsTasksAndKindsOfFiles() {
    Cli result = Cli.run("tasks");
    assertThat(result.code()).isEqualTo(ExitCode.OK);
    assertThat(result.out()).contains("tones (default)", "listops", "wav", "--data");
    assertThat(Cli.run("tasks", "delay").out()).contains("data.delay", "64");
    assertThat(Cli.run("tasks", "wav").out()).contains("data.label-regex");
  }

  @Test
  void presetsListsPresets() {
    assertThat(Cli.run("presets").out()).contains("s4d", "fsdd-dlr", "ett");
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void everyTaskTrainsEvaluatesAndDescribes(String task) {
    Path run = folder.resolve("run");
    Cli trained =
        Cli.run(
            "train",
            task,
            Cli.tiny(),
            "--set",
            "data.train=8",
            "--set",
            "data.validation=4",
            "--set",
            "data.test=4",
            "--out",
            run);
    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(trained.out())
        .contains("data       task " + task, "parameters", "kernels", "memory", "epoch 1/1")
        .contains("validation", "test", "carillon evaluate " + run);
    Cli evaluated = Cli.run("evaluate", run);
    assertThat(evaluated.code()).as(evaluated.err()).isZero();
    assertThat(row(evaluated.out(), "test")).isEqualTo(row(trained.out(), "test"));
    assertThat(evaluated.err()).isEmpty();
    boolean streams = !task.startsWith("pathfinder");
    assertThat(Cli.run("describe", run).out())
        .contains(streams ? "bytes of state per stream" : "not possible: it is bidirectional")
        .contains("time constant", "blocks.0");
  }

  @Test
  void theWayToComputeCanBeForced() {
    String scalar = Cli.run("describe", tones, "--kernels", "scalar").out();
    assertThat(scalar).contains("computing", "scalar kernels");
    for (String algorithm : List.of("recurrence", "convolution")) {
      String described = Cli.run("describe", tones, "--algorithm", algorithm).out();
      assertThat(described).contains("computing  " + algorithm + " in all layers");
      String evaluated = Cli.run("evaluate", tones, "--algorithm", algorithm).out();
      assertThat(evaluated).contains("computing  " + algorithm + " in all layers");
    }
  }

  private static String row(String table, String first) {
    return table
        .lines()
        .filter(line -> line.startsWith(first + " "))
        .map(line -> line.replaceAll(" +", " "))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aRunFolderHoldsModelSettingsAndRecord() throws IOException {
    assertThat(tones).isDirectoryContaining("glob:**/resume.safetensors");
    Map<String, Object> config = Json.parseObject(Files.readString(tones.resolve("config.json")));
    Map<String, Object> info = Trees.child(config, "info");
    assertThat(Trees.get(info, "preprocessing.class_names"))
        .asInstanceOf(InstanceOfAssertFactories.LIST)
        .hasSize(6);
    assertThat(Trees.get(info, "data.task")).isEqualTo("tones");
    assertThat(Trees.get(info, "data.fingerprint")).isNotNull();
    assertThat(Trees.get(info, "metrics.test.accuracy")).isInstanceOf(Double.class);
    assertThat(Trees.get(info, "provenance.java")).isNotNull();
    assertThat(Files.readString(tones.resolve("run.yaml")))
        .contains("task: tones", "preset: tones", "train.epochs: \"1\"", "width: 4");
    List<String> lines = Files.readAllLines(tones.resolve("metrics.jsonl"));
    assertThat(lines.stream().map(line -> Json.parseObject(line).get("type")))
        .containsExactly("step", "step", "epoch");
  }

  @Test
  void evaluateGivesJson() {
    Cli result = Cli.run("evaluate", tones, "--split", "validation", "--json");
    Map<String, Object> json = Json.parseObject(result.out());
    assertThat(json)
        .containsEntry("split", "validation")
        .containsEntry("sequences", 8L)
        .containsKeys("loss", "accuracy", "confusion");
  }

  @Test
  void quietPrintsTheFinalTableOnly() {
    Cli result = Cli.run("train", Cli.tiny(), "--quiet", "--out", folder.resolve("q"));
    assertThat(result.out().lines()).hasSize(3);
    assertThat(result.out()).startsWith("split");
    // Two steps of training teach nothing, which is said in any case.
    assertThat(result.err().lines()).singleElement().asString().startsWith("warning: ");
  }

  @Test
  void aRunThatHasLearntNothingSaysSoAndAgainstWhat() {
    Path run = folder.resolve("useless");
    for (List<String> more : List.of(List.of("--quiet"), List.<String>of())) {
      Cli result = Cli.run("train", Cli.tiny(), "--out", run, "--overwrite", more);
      assertThat(result.code()).as(result.err()).isZero();
      assertThat(result.err())
          .contains("warning: the model in " + run + " is NO BETTER THAN GUESSING on the test part")
          .contains("without learning (always the most frequent class) 0.", "train.epochs is 1");
    }
  }

  @Test
  void theFirstCommandOfTheReadmeLearnsAndSaysAgainstWhat() {
    Path run = folder.resolve("quick");
    Cli result = Cli.run("train", "--preset", "quick", "--out", run);
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .containsPattern(
            "Reached on the test part: accuracy 0\\.9\\d+;"
                + " without learning \\(always the most frequent class\\) 0\\.1\\d+");
  }

  @Test
  void valuesAreComparedWithTheMean() {
    Cli result = Cli.run("train", "adding", Cli.tiny(), "--out", folder.resolve("adding"));
    assertThat(result.out()).contains("Reached on the test part: mse ");
    assertThat(result.err())
        .contains("NO BETTER THAN GUESSING", "without learning (always the mean)");
  }

  @Test
  void predictAnswersInThreeForms() throws IOException {
    Path samples = folder.resolve("x.safetensors");
    Cli.run("generate", "tones", "--count", 3, "--seed", 5, "--out", samples, "-s", "length=40");
    Path tensors = folder.resolve("y.safetensors");
    Path csv = folder.resolve("y.csv");
    Path json = folder.resolve("y.json");
    for (Path output : List.of(tensors, csv, json)) {
      Cli result = Cli.run("predict", tones, "--input", samples, "--output", output);
      assertThat(result.code()).as(result.err()).isZero();
    }
    SafeTensors.Tensor x = SafeTensors.read(samples).tensors().get("x");
    float[] first = Arrays.copyOf(x.floats(), 40);
    float[] expected = SequenceModel.load(tones).predict(first)[0];
    SafeTensors.Tensor y = SafeTensors.read(tensors).tensors().get("y");
    assertThat(y.shape()).containsExactly(3, 6);
    assertThat(Arrays.copyOf(y.floats(), 6)).containsExactly(expected);
    List<String> lines = Files.readAllLines(csv);
    assertThat(lines).hasSize(4);
    assertThat(lines.get(0)).startsWith("sequence,class,probability,p(ABC)");
    int best = best(expected);
    String name = SequenceModel.load(tones).meaning().classNames().get(best);
    assertThat(lines.get(1)).startsWith("0," + name + ",");
    List<?> entries = (List<?>) Json.parse(Files.readString(json));
    assertThat(entries).hasSize(3);
    assertThat(((Map<?, ?>) entries.get(0)).get("class")).isEqualTo(name);
  }

  private static int best(float[] scores) {
    int best = 0;
    for (int c = 1; c < scores.length; c++) {
      best = scores[c] > scores[best] ? c : best;
    }
    return best;
  }

  @Test
  void predictReadsCsvInTheLayoutThatGenerateWrites() throws IOException {
    Path samples = folder.resolve("x.csv");
    Path answers = folder.resolve("y.csv");
    Cli.run("generate", "tones", "-n", 2, "-o", samples, "-s", "data.length=40");
    Cli result =
        Cli.run("predict", tones, "-i", samples, "-o", answers, "--set", "layout=sequences");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(Files.readAllLines(answers)).hasSize(3);
  }

  @Test
  void predictWithSettingsAnswersForTheSameRowsAsWithout() throws IOException {
    Path samples = folder.resolve("x.csv");
    StringBuilder rows = new StringBuilder("sound\n");
    for (int i = 0; i < 300; i++) {
      rows.append(i % 7 - i / 100.0).append('\n');
    }
    Files.writeString(samples, rows);
    Path without = folder.resolve("without.json");
    Path with = folder.resolve("with.json");
    assertThat(Cli.run("predict", tones, "-i", samples, "-o", without).code()).isZero();
    Cli result = Cli.run("predict", tones, "-i", samples, "-o", with, "--set", "missing=fill");
    assertThat(result.code()).as(result.toString()).isZero();
    assertThat(result.out()).doesNotContain("the last ");
    assertThat(Files.readString(with)).isEqualTo(Files.readString(without));
  }

  @Test
  void aModelOfManySequencesTakesAFileThatIsOneSeriesWhole() throws IOException {
    Path many = folder.resolve("many.csv");
    StringBuilder rows = new StringBuilder("sequence,x,kind\n");
    for (int i = 0; i < 400; i++) {
      rows.append(i / 20).append(',').append(i % 3).append(',').append("ab".charAt(i / 20 % 2));
      rows.append('\n');
    }
    Files.writeString(many, rows);
    Path run = folder.resolve("many");
    List<String> layout = List.of("--set", "layout=sequences", "--set", "targets=kind");
    Cli trained = Cli.run("train", "--data", many, layout, Cli.tiny(), "--out", run);
    assertThat(trained.code()).as(trained.toString()).isZero();
    Path one = folder.resolve("one.csv");
    Files.writeString(one, "sequence,x\n" + "0,1\n".repeat(150) + "0,2\n".repeat(150));
    Path asSequences = folder.resolve("sequences.safetensors");
    Path asSeries = folder.resolve("series.safetensors");
    assertThat(Cli.run("predict", run, "-i", one, "-o", asSequences).code()).isZero();
    Cli result = Cli.run("predict", run, "-i", one, "-o", asSeries, "-s", "layout=series");
    assertThat(result.code()).as(result.toString()).isZero();
    assertThat(result.out()).doesNotContain("as in training");
    assertThat(asSeries).hasSameBinaryContentAs(asSequences);
  }

  @Test
  void generatedCsvCanBeTrainedOnAsItSays() {
    Path samples = folder.resolve("x.csv");
    Cli generated = Cli.run("generate", "delay", "-n", 12, "-o", samples, "-s", "length=70");
    String line =
        generated.out().lines().filter(l -> l.startsWith("Train on it:")).findFirst().get();
    String[] words = line.substring(line.indexOf("train --data")).split(" ");
    Cli result = Cli.run(List.of(words), Cli.tiny(), "--out", folder.resolve("r"));
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).contains("mse");
  }

  @Test
  void generatedPicturesAreShownBesideTheirClasses() throws IOException {
    Path picture = folder.resolve("samples.png");
    Cli written =
        Cli.run("generate", "pathfinder-segmentation", "-n", 5, "-s", "side=32", "-o", picture);
    assertThat(written.code()).as(written.err()).isZero();
    BufferedImage image = ImageIO.read(picture.toFile());
    assertThat(image.getWidth()).isEqualTo(4 * 2 * 36 + 4);
    assertThat(image.getHeight()).isEqualTo(2 * 36 + 4);
    Path numbers = folder.resolve("samples.safetensors");
    Cli.run("generate", "pathfinder-segmentation", "-n", 5, "-s", "side=32", "-o", numbers);
    Map<String, SafeTensors.Tensor> tensors = SafeTensors.read(numbers).tensors();
    long[] classes = (long[]) tensors.get("y").data();
    float[] pixels = tensors.get("x").floats();
    for (int k = 0; k < 1024; k++) {
      int grey = image.getRGB(4 + k % 32, 4 + k / 32) & 0xFF;
      assertThat(grey / 127.5 - 1).isCloseTo(pixels[k], Offset.offset(1e-6));
      boolean background = image.getRGB(40 + k % 32, 4 + k / 32) == 0xFF101018;
      assertThat(background).isEqualTo(classes[k] == 0);
    }
    assertThat(Cli.run("generate", "shift", "-o", picture).err())
        .contains("samples of this task are written as .csv or .safetensors");
  }

  @Test
  void answersAtTheLastStepsOnly() throws IOException {
    Path run = Cli.model(folder.resolve("reverse"), "reverse", "--set", "data.length=12");
    Map<String, Object> config = Json.parseObject(Files.readString(run.resolve("config.json")));
    assertThat(Trees.get(config, "network.last_steps")).isEqualTo(12L);
    Cli evaluated = Cli.run("evaluate", run, "--json");
    assertThat(Json.parseObject(evaluated.out()))
        .containsEntry("targets", 8L * 12)
        .containsKey("r2");
    Path samples = folder.resolve("samples.safetensors");
    Cli.run("generate", "reverse", "-n", 2, "-s", "length=12", "-o", samples);
    Map<String, SafeTensors.Tensor> tensors = SafeTensors.read(samples).tensors();
    assertThat(tensors.get("x").shape()).containsExactly(2, 24, 3);
    assertThat(tensors.get("y").shape()).containsExactly(2, 12, 1);
    float lastOfX = tensors.get("x").floats()[3 * 11];
    assertThat(tensors.get("y").floats()[0]).isEqualTo(lastOfX);
    Path text = folder.resolve("samples.csv");
    Cli csv = Cli.run("generate", "reverse", "-n", 2, "-s", "length=12", "-o", text);
    assertThat(csv.out()).doesNotContain("Train on it");
    List<String> lines = Files.readAllLines(text);
    assertThat(lines).hasSize(49).startsWith("sequence,x,cos,sin,y");
    assertThat(lines.get(12)).startsWith("0," + lastOfX + ",").endsWith(",");
    assertThat(lines.get(13)).startsWith("0,0.0,").endsWith("," + lastOfX);
  }

  @Test
  void generatedTokensCanBeTrainedOnAndPredicted() throws IOException {
    Path samples = folder.resolve("ops.tsv");
    Cli.run("generate", "listops", "-n", 30, "-o", samples, "-s", "max-length=30");
    Path run = folder.resolve("r");
    Cli result = Cli.run("train", "--data", samples, Cli.tiny(), "--out", run);
    assertThat(result.code()).as(result.err()).isZero();
    Path answers = folder.resolve("y.csv");
    assertThat(Cli.run("predict", run, "-i", samples, "-o", answers).code()).isZero();
    assertThat(Files.readAllLines(answers)).hasSize(31);
    Cli streamed = Cli.runWithInput("[MAX\n3\n4\nX\n", "stream", run);
    assertThat(streamed.out().lines()).hasSize(4);
  }

  @Test
  void theSameSeedGeneratesTheSameSamples() throws IOException {
    for (String file : List.of("a.csv", "b.csv")) {
      Cli.run("generate", "adding", "--seed", 3, "-n", 2, "-o", folder.resolve(file));
    }
    Cli.run("generate", "adding", "--seed", 4, "-n", 2, "-o", folder.resolve("c.csv"));
    String a = Files.readString(folder.resolve("a.csv"));
    assertThat(Files.readString(folder.resolve("b.csv"))).isEqualTo(a);
    assertThat(Files.readString(folder.resolve("c.csv"))).isNotEqualTo(a);
  }

  @Test
  void streamAnswersEveryLineAsPredictWould() throws IOException {
    Cli result = Cli.runWithInput("0.5\n-0.25\n1\n\n0.5\n", "stream", tones, "--raw");
    List<String> lines = result.out().lines().toList();
    assertThat(result.code()).isZero();
    assertThat(lines).hasSize(5);
    float[] whole = SequenceModel.load(tones).predict(new float[] {0.5f, -0.25f, 1f})[0];
    String[] cells = lines.get(2).split("\t");
    for (int c = 0; c < whole.length; c++) {
      // A stream sums the pooled features in another order: a few rounding errors of float.
      assertThat(Float.parseFloat(cells[c])).isCloseTo(whole[c], Offset.offset(1e-5f));
    }
    assertThat(lines.get(3)).isEmpty();
    assertThat(lines.get(4)).isEqualTo(lines.get(0));
  }

  @Test
  void streamKeepsGoingWhenAsked() {
    Cli clean = Cli.runWithInput("0.5\n0.25\n", "stream", tones);
    Cli result = Cli.runWithInput("0.5\nx\n0.25\n", "stream", tones, "--keep-going");
    List<String> lines = result.out().lines().toList();
    assertThat(result.code()).isEqualTo(ExitCode.FAILED);
    assertThat(lines).hasSize(3);
    assertThat(lines.get(1)).isEqualTo("?");
    assertThat(lines.get(2)).isEqualTo(clean.out().lines().toList().get(1));
    assertThat(result.err()).contains("line 2: 'x' is no number");
  }

  @Test
  void verifyComparesAllWays() throws IOException {
    Cli result = Cli.run("verify", tones, "--sequences", 3);
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out())
        .contains("3 sequences", "120 steps", "stepped together", "encoder", "blocks.0", "answers")
        .contains("All ways agree");
    Path samples = folder.resolve("x.safetensors");
    Cli.run("generate", "tones", "-n", 2, "-o", samples, "-s", "length=50");
    Cli other = Cli.run("verify", tones, "--data", samples, "--length", 30, "--json");
    Map<String, Object> json = Json.parseObject(other.out());
    assertThat(json)
        .containsEntry("passed", true)
        .containsEntry("sequences", 2L)
        .containsEntry("steps", 60L)
        .containsEntry("data", samples.toString());
  }

  @Test
  void verifyFailsAboveTheTolerance() {
    Cli result = Cli.run("verify", tones, "--tolerance", "1e-12");
    assertThat(result.code()).isEqualTo(ExitCode.FAILED);
    assertThat(result.out()).contains("do NOT agree", "1.0e-12");
    assertThat(Cli.run("verify", tones, "--tolerance", "0").code()).isEqualTo(ExitCode.USAGE);
    assertThat(Cli.run("verify", tones, "--length", "0").code()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void verifySaysWhatCannotStream() throws IOException {
    NetworkConfig config = NetworkConfig.sequence(1, 2).withWidth(4).withDepth(1);
    Path plain = folder.resolve("bidirectional");
    Inside.model(
            new Network(
                config.withBlock(config.block().withBidirectional(true)), new SeededRandom(1)),
            Map.of())
        .save(plain);
    Cli result = Cli.run("verify", plain);
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out())
        .contains("random numbers", "cannot stream", "bidirectional=false")
        .doesNotContain("stepped");
  }

  @Test
  void aTrainedModelCarriesItsParity() throws IOException {
    Map<String, Object> config = Json.parseObject(Files.readString(tones.resolve("config.json")));
    assertThat(Trees.get(config, "info.parity.passed")).isEqualTo(true);
    assertThat(Trees.get(config, "info.parity.layers")).asString().contains("stepped", "answers");
  }

  @Test
  void describeShowsThePresetsSettings() {
    Cli result = Cli.run("describe", "s4d", "--set", "width=8", "--length", "50");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out())
        .contains("network.width=8", "train.epochs=", "time constant", "50 steps");
  }

  @Test
  void describeTellsTheCostOfALiveStream() {
    Cli result = Cli.run("describe", "s4d", "--set", "width=32", "--set", "state_size=64");
    assertThat(result.out()).containsPattern("[0-9,]+ streams per GiB, about [0-9.]+ us per step");
    Cli measured = Cli.run("describe", "s4d", "--set", "width=4", "--set", "depth=1", "--measure");
    assertThat(measured.out()).containsPattern("[0-9.]+ us per step, measured");
  }

  @Test
  void aBudgetProposesSizesThatKeepToIt() {
    Cli result = Cli.run("describe", "s4d", "--budget", "us=30,kib=40");
    assertThat(result.code()).as(result.err()).isZero();
    List<String[]> rows =
        result
            .out()
            .lines()
            .map(line -> line.trim().split(" +"))
            .filter(words -> words[0].matches("[0-9]+"))
            .toList();
    assertThat(rows).isNotEmpty();
    for (String[] row : rows) {
      assertThat(Double.parseDouble(row[4])).isLessThanOrEqualTo(40);
      assertThat(Double.parseDouble(row[6])).isLessThanOrEqualTo(30);
    }
    String[] best = rows.get(0);
    Cli described =
        Cli.run(
            "describe",
            "s4d",
            "--set",
            "depth=" + best[0],
            "--set",
            "width=" + best[1],
            "--set",
            "state_size=" + best[2]);
    assertThat(described.out()).contains(best[5] + " streams per GiB, about " + best[6] + " us");
  }

  @Test
  void overwriteReplacesARunAndNothingElse() throws IOException {
    Path run = Cli.model(folder.resolve("run"), "tones");
    Cli refused = Cli.run("train", Cli.tiny(), "--out", run);
    assertThat(refused.code()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err()).contains("not empty", "--resume", "--overwrite");
    assertThat(Cli.run("train", Cli.tiny(), "--out", run, "--overwrite", "-q").code()).isZero();
    Files.writeString(run.resolve("notes.txt"), "mine");
    Cli foreign = Cli.run("train", Cli.tiny(), "--out", run, "--overwrite");
    assertThat(foreign.code()).isEqualTo(ExitCode.FAILED);
    assertThat(foreign.err()).contains("notes.txt");
    assertThat(run.resolve("config.json")).exists();
  }

  @Test
  void aModelOfTheLibraryWithoutInfoIsServedToo() throws IOException {
    NetworkConfig config = NetworkConfig.sequence(2, 3).withWidth(4).withDepth(1);
    Path plain = folder.resolve("plain");
    Inside.model(new Network(config, new SeededRandom(1)), Map.of()).save(plain);
    Cli streamed = Cli.runWithInput("1 2\n", "stream", plain);
    assertThat(streamed.code()).as(streamed.err()).isZero();
    assertThat(streamed.out().trim().split("\t")).hasSize(3);
    assertThat(Cli.run("describe", plain).code()).isZero();
    Cli evaluated = Cli.run("evaluate", plain);
    assertThat(evaluated.code()).isEqualTo(ExitCode.USAGE);
    assertThat(evaluated.err()).contains("--data");
  }
}
