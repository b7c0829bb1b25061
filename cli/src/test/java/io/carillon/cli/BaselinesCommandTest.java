package io.carillon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.io.Json;
import io.carillon.report.console.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code baselines}, and what the report of a run makes of it. */
class BaselinesCommandTest {
  /** Sequences that are drawn anew in every epoch. */
  private static final String DRAWN = "data.stream=yes";

  @TempDir private static Path shared;
  @TempDir private Path folder;
  private static Path data;

  /** Two kinds of waves, which every baseline that learns tells apart. */
  @BeforeAll
  static void write() throws IOException {
    data = Files.createDirectories(shared.resolve("Waves"));
    Random random = new Random(1);
    for (String part : List.of("TRAIN", "TEST")) {
      StringBuilder text =
          new StringBuilder(
              "@problemName Waves\n@timeStamps false\n@missing false\n@univariate true\n"
                  + "@equalLength true\n@seriesLength 40\n@classLabel true slow fast\n@data\n");
      for (int i = 0; i < 24; i++) {
        double phase = random.nextDouble() * 6;
        double step = i % 2 == 0 ? 0.3 : 1.1;
        for (int t = 0; t < 40; t++) {
          double value = Math.sin(phase + step * t) + 0.2 * random.nextGaussian();
          text.append(t == 0 ? "" : ",").append((float) value);
        }
        text.append(i % 2 == 0 ? ":slow\n" : ":fast\n");
      }
      Files.writeString(data.resolve("Waves_" + part + ".ts"), text);
    }
  }

  private static Cli ok(Object... words) {
    Cli result = Cli.run(words);
    assertThat(result.code()).as(result.toString()).isEqualTo(ExitCode.OK);
    assertThat(result.err()).isEmpty();
    return result;
  }

  private static String row(String table, String first) {
    return table.lines().filter(line -> line.startsWith(first + "  ")).findFirst().orElse("");
  }

  private Path model(String... more) {
    Path run = folder.resolve("run");
    Cli trained = Cli.run("train", "--data", data, Cli.tiny(), "--out", run, "-q", List.of(more));
    assertThat(trained.code()).as(trained.err()).isZero();
    return run;
  }

  @Test
  void dataHaveATableOfBaselines() {
    String out = ok("baselines", "--data", data).out();
    assertThat(out)
        .contains("data       ", "24 test sequences")
        .containsPattern(
            "MiniRocket \\+ ridge: at most about .* s of one core and .*iB of memory, all 24")
        .containsPattern("test part +accuracy +macro_f1 +balanced_accuracy +seconds +learned from");
    assertThat(row(out, "most frequent class")).contains("0.5000", "all 19");
    assertThat(row(out, "log-spectra + ridge")).contains("1.0000", "all 24");
    assertThat(row(out, "MiniRocket + ridge")).contains("1.0000", "all 24");
    assertThat(out).contains("The best baseline is log-spectra + ridge: accuracy 1.0000.");
  }

  @Test
  void theSeedDecidesAndThreadsDoNot() {
    String one = ok("baselines", "--data", data, "--json", "--threads", "1").out();
    String three = ok("baselines", "--data", data, "--json", "--threads", "3").out();
    assertThat(metrics(three)).isEqualTo(metrics(one)).hasSize(3);
    assertThat(Json.parseObject(one)).containsEntry("metric", "accuracy").containsEntry("seed", 0L);
  }

  private static List<Object> metrics(String json) {
    List<?> rows = (List<?>) Json.parseObject(json).get("baselines");
    return rows.stream().<Object>map(row -> ((Map<?, ?>) row).get("metrics")).toList();
  }

  @Test
  void aModelThatLosesIsSaidToInTheTableAndFirstInTheReport() throws IOException {
    Path run = model("--set", "learning_rate=1e-9");
    String out = ok("baselines", run).out();
    assertThat(row(out, "the model")).contains("0.");
    assertThat(out)
        .containsPattern(
            "The model LOSES to log-spectra \\+ ridge: accuracy 1.0000, the model 0\\.\\d+, on 8 test"
                + " sequences\\.")
        .contains("carillon report " + run);
    assertThat(run.resolve("baselines.json")).isRegularFile();

    ok("report", run);
    Path report = run.resolve("report.html");
    Document page = Jsoup.parse(Files.readString(report));
    assertThat(page.selectFirst("#summary p").text()).startsWith("The model LOSES to log-spectra");
    assertThat(page.selectFirst("#summary table").text())
        .contains("this model, test data", "most frequent class", "MiniRocket + ridge");
    byte[] first = Files.readAllBytes(report);
    ok("report", run);
    assertThat(Files.readAllBytes(report)).isEqualTo(first);
  }

  @Test
  void aModelThatWinsIsSaidTo() {
    Path run =
        Cli.model(folder.resolve("run"), "copy", "--set", "data.gap=10", "--set", "data.test=6");
    String out = ok("baselines", run).out();
    assertThat(out)
        .contains("left out: log-spectra + ridge: ", "left out: MiniRocket + ridge: ")
        .containsPattern("The model (wins; the best baseline is|is no better than|LOSES to) most");
  }

  /** With files the quick ones are measured when the training ends. */
  @Test
  void theReportOfANewRunHasTheQuickOnes() throws IOException {
    Path run = folder.resolve("run");
    Cli trained = Cli.run("train", "--data", data, Cli.tiny(), "--out", run);
    assertThat(trained.out()).contains("Beside the quick ones of 'carillon baselines': The model ");
    String summary = summary(run);
    assertThat(summary).contains("MiniRocket + ridge", "log-spectra + ridge");
    ok("report", run);
    assertThat(summary(run)).isEqualTo(summary);

    Path task = Cli.model(folder.resolve("task"), "cumsum", "--set", DRAWN);
    assertThat(task.resolve("baselines.json")).doesNotExist();
    assertThat(summary(task)).contains("carillon baselines RUN");
  }

  private static String summary(Path run) throws IOException {
    Document page = Jsoup.parse(Files.readString(run.resolve("report.html")));
    return page.selectFirst("#summary").text();
  }

  @Test
  void baselinesOfOtherDataAreNotShown() throws IOException {
    Path run = model();
    ok("baselines", run);
    Path file = run.resolve("baselines.json");
    Files.writeString(
        file,
        Files.readString(file).replaceFirst("\"fingerprint\": \"\\w+\"", "\"fingerprint\": \"0\""));
    ok("report", run);
    assertThat(summary(run)).contains("were not measured");
  }

  @Test
  void aDamagedRecordIsSaid() throws IOException {
    Path run = model();
    Path file = run.resolve("baselines.json");
    String unnamed = Files.readString(file).replaceFirst("\"fingerprint\"", "\"print\"");
    for (String text : List.of("{", "{}", "{\"baselines\": [1], \"metric\": 3}", unnamed)) {
      Files.writeString(file, text);
      Cli result = Cli.run("report", run);
      assertThat(result.code()).as(text).isEqualTo(ExitCode.FAILED);
      assertThat(result.err()).startsWith("error: ").contains(file.toString(), "damaged");
      assertThat(result.err()).doesNotContain("Exception", "\tat ");
    }
  }

  @Test
  void anOverwrittenRunForgetsItsBaselines() {
    Path run = model();
    assertThat(run.resolve("baselines.json")).exists();
    Cli.model(run, "cumsum", "--overwrite", "--set", DRAWN);
    assertThat(run.resolve("baselines.json")).doesNotExist();
  }

  @Test
  void forecastsAreComparedWithThePast() throws IOException {
    Path csv = folder.resolve("load.csv");
    StringBuilder text = new StringBuilder("load\n");
    for (int t = 0; t < 400; t++) {
      text.append(Math.sin(t * Math.PI / 12) * 100 + 500).append('\n');
    }
    Files.writeString(csv, text);
    List<String> options =
        List.of(
            "--set", "data.targets=load", "--set", "data.horizon=6", "--set", "data.history=24");
    String out = ok("baselines", "--data", csv, options).out();
    assertThat(row(out, "training mean")).isNotEmpty();
    assertThat(row(out, "last value")).isNotEmpty();
    assertThat(row(out, "value 24 rows before")).isNotEmpty();
    assertThat(row(out, "MiniRocket + ridge")).isNotEmpty();
    assertThat(out).contains("The best baseline is value 24 rows before: mse ");
  }

  @Test
  void littleTimeLeavesOut() {
    String out = ok("baselines", "--data", data, "--seconds", "0.001").out();
    assertThat(out)
        .contains("left out: MiniRocket + ridge: it would take about 1 s, and may take 0.001 s");
    assertThat(row(out, "most frequent class")).isNotEmpty();
  }

  @Test
  void aTaskHasBaselinesToo() {
    String out =
        ok("baselines", "--task", "tones", "--limit", "30", "--set", "data.length=60").out();
    assertThat(row(out, "MiniRocket + ridge")).contains("60");
  }

  private static void assertUsage(Cli result, String... words) {
    assertThat(result.code()).as(result.toString()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err()).startsWith("error: ").contains(words).contains("--help");
  }

  @Test
  void wrongUseIsSaid() throws IOException {
    assertUsage(Cli.run("baselines"), "give one of MODEL, --data PATH and --task TASK");
    assertUsage(Cli.run("baselines", folder, "--data", data), "data of its training");
    assertUsage(Cli.run("baselines", folder, "--set", "data.seed=1"), "as they were");
    assertUsage(Cli.run("baselines", "--data", data, "--seconds", "0"), "--seconds is 0");
    assertUsage(Cli.run("baselines", "--data", data, "--limit", "-1"), "--limit is -1");
    assertUsage(
        Cli.run("baselines", "--data", data, "--set", "train.epochs=3"), "no settings but those");
    assertUsage(Cli.run("baselines", "--data", data, "--set", "data.nothing=3"), "nothing");
    Cli none = Cli.run("baselines", folder.resolve("none"));
    assertThat(none.code()).isEqualTo(ExitCode.FAILED);
    assertThat(none.err()).contains("no such folder");
    Path one = folder.resolve("one.ts");
    Files.copy(data.resolve("Waves_TRAIN.ts"), one);
    Cli untested = Cli.run("baselines", "--data", one, "--set", "data.split=0.5/0.5/0");
    assertThat(untested.code()).as(untested.toString()).isEqualTo(ExitCode.FAILED);
    assertThat(untested.err()).contains("no test part to compare on");
    assertThat(ok("baselines", "--help").out()).contains("--seconds", "MiniRocket");
  }
}
