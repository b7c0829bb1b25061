package io.carillon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.carillon.config.NetworkConfig;
import io.carillon.engine.SeededRandom;
import io.carillon.model.inside.Inside;
import io.carillon.nn.Network;
import io.carillon.report.console.ExitCode;
import io.carillon.testing.Browser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reports of tiny runs of every kind of target, input and layer. */
class ReportCommandTest {
  private static final long LARGEST = 2_000_000;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir private Path folder;

  private static final List<String> FEW =
      List.of("--set", "data.train=8", "--set", "data.validation=4", "--set", "data.test=6");

  /** A tiny run of a task on a few sequences. */
  private static Path run(Path folder, String task, String... more) {
    List<String> words = new ArrayList<>(FEW);
    words.addAll(List.of(more));
    return Cli.model(folder, task, words.toArray(String[]::new));
  }

  private static Document read(Path file) throws IOException {
    assertThat(Files.size(file)).isLessThan(LARGEST);
    Document page = Jsoup.parse(Files.readString(file));
    assertThat(page.select("[src]").eachAttr("src")).allMatch(src -> src.startsWith("data:"));
    for (Element script : page.select("script.chart")) {
      JsonNode chart = MAPPER.readTree(script.data());
      assertThat(chart.path("x").path("label").asText()).isNotEmpty();
      assertThat(chart.path("y").path("label").asText()).isNotEmpty();
      assertThat(chart.path("series")).isNotEmpty();
      assertThat(script.parent().selectFirst("canvas").attr("aria-label")).isNotEmpty();
    }
    return page;
  }

  private static List<String> titles(Document page) {
    return page.select("figcaption strong").eachText();
  }

  @ParameterizedTest
  @CsvSource({
    "tones, s4d, Confusion matrix, Layer 0: poles λ",
    "adding, dlr, Predictions of, Layer 0: poles λ",
    "delay, dss, Error by place, Layer 0: kernels by memory",
    "copy, s4, Accuracy by place, Layer 0: kernels by memory",
    "listops, sgconv, Confusion matrix, Layer 0: kernels",
    "listops-subtrees, gru, Accuracy by place, Accuracy"
  })
  void everyTaskAndKindOfLayerHasAReport(String task, String kind, String answers, String learned)
      throws IOException {
    Path run = folder.resolve("run");
    List<String> small = new ArrayList<>(Cli.tiny());
    int size = small.indexOf("ssm.state_size=4");
    small.subList(size - 1, size + 1).clear();
    Cli trained = Cli.run("train", task, "--preset", kind, small, FEW, "--out", run, "-q");
    assertThat(trained.code()).as(trained.err()).isZero();

    Document page = read(run.resolve("report.html"));

    assertThat(page.select("h2").eachText())
        .contains("Summary", "Training", "Answers", "Kernels", "Ways to compute", "Provenance");
    assertThat(titles(page)).contains("Loss", learned);
    assertThat(page.selectFirst("#answers").text()).contains(answers);
    assertThat(page.selectFirst("#summary").text())
        .contains("test data", "without learning", "Throughput");
    assertThat(page.select("#time-constants-and-poles").isEmpty())
        .isEqualTo(List.of("s4", "sgconv", "gru").contains(kind));

    byte[] first = Files.readAllBytes(run.resolve("report.html"));
    Cli again = Cli.run("report", run);
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.out()).contains("report.html");
    assertThat(Files.readAllBytes(run.resolve("report.html"))).isEqualTo(first);
  }

  /** A data set whose class names are markup, which a page must show and not obey. */
  private Path hostileData() throws IOException {
    Path data = Files.createDirectories(folder.resolve("Hostile<b>"));
    for (String part : List.of("TRAIN", "TEST")) {
      StringBuilder text =
          new StringBuilder(
              "@problemName P\n@timeStamps false\n@missing false\n@univariate true\n"
                  + "@equalLength true\n@seriesLength 4\n"
                  + "@classLabel true <b>x</b> </script>&amp;\n@data\n");
      for (int i = 0; i < 6; i++) {
        text.append("1,2,").append(i).append(",4:<b>x</b>\n");
        text.append("-1,2,-").append(i).append(",3:</script>&amp;\n");
      }
      Files.writeString(data.resolve("P_" + part + ".ts"), text);
    }
    return data;
  }

  @Test
  void namesOfClassesAndFilesAreShownAsTheyAre() throws IOException {
    Path data = hostileData();
    Path run = folder.resolve("run");
    Cli trained = Cli.run("train", "--data", data, Cli.tiny(), "--out", run, "-q");
    assertThat(trained.code()).as(trained.err()).isZero();

    Document page = read(run.resolve("report.html"));

    assertThat(page.select("b")).isEmpty();
    assertThat(page.select(".matrix tbody th").eachText())
        .containsExactlyInAnyOrder("<b>x</b>", "</script>&amp;");
    assertThat(page.selectFirst("h1").text()).isEqualTo("S4D on Hostile<b>");

    Files.delete(data.resolve("P_TEST.ts"));
    Files.delete(data.resolve("P_TRAIN.ts"));
    Path other = folder.resolve("other.html");
    Cli without = Cli.run("report", run, "-o", other);
    assertThat(without.code()).as(without.err()).isZero();
    Document pale = read(other);
    assertThat(pale.select(".warning").text()).contains("cannot be read any more");
    assertThat(pale.selectFirst("#summary").text()).contains("most frequent class");
    assertThat(titles(pale)).contains("Layer 0: poles λ", "Layer 0: kernels");
  }

  @Test
  void forecastsShowTheirHistory() throws IOException {
    Path csv = folder.resolve("load.csv");
    StringBuilder text = new StringBuilder("date,load,other\n");
    for (int t = 0; t < 300; t++) {
      text.append(t).append(',').append(Math.sin(t * 0.3) * 100 + 500).append(",1\n");
    }
    Files.writeString(csv, text);
    Path run = folder.resolve("run");
    Cli trained =
        Cli.run(
            "train",
            "--data",
            csv,
            Cli.tiny(),
            "--set",
            "data.targets=load",
            "--set",
            "data.horizon=6",
            "--set",
            "data.history=24",
            "--out",
            run,
            "-q");
    assertThat(trained.code()).as(trained.err()).isZero();

    Document page = read(run.resolve("report.html"));

    assertThat(titles(page)).contains("Predictions of load", "Error by place");
    Element example =
        page.select("figure").stream()
            .filter(f -> f.text().startsWith("Example: sequence 0"))
            .findFirst()
            .orElseThrow();
    JsonNode series = MAPPER.readTree(example.selectFirst("script").data()).path("series");
    assertThat(series.findValuesAsText("name")).containsExactly("history", "true", "predicted");
    // In the unit of the file, not scaled.
    assertThat(series.get(0).path("y").get(0).asDouble()).isBetween(390.0, 610.0);
    assertThat(page.selectFirst("#summary").text()).contains("last value");
  }

  @Test
  void polesBeforeTrainingAreThoseOfTheSeed() throws IOException {
    Path still = run(folder.resolve("still"), "tones", "--set", "learning_rate=1e-30");
    Path moved = run(folder.resolve("moved"), "tones", "--set", "learning_rate=0.1");

    Cli.run("report", still);
    Element row =
        read(still.resolve("report.html")).selectFirst("#time-constants-and-poles tbody tr");
    // A parameter that was 0 has moved by the learning rate.
    assertThat(Double.parseDouble(row.child(row.childrenSize() - 1).text())).isLessThan(1e-25);
    row = read(moved.resolve("report.html")).selectFirst("#time-constants-and-poles tbody tr");
    assertThat(Double.parseDouble(row.child(row.childrenSize() - 1).text())).isGreaterThan(1e-6);
  }

  @Test
  void unknownMetricsAreShownAndDamagedLinesSaid() throws IOException {
    Path run = run(folder.resolve("run"), "tones");
    Path metrics = run.resolve("metrics.jsonl");
    String epoch =
        "{\"type\":\"epoch\",\"epoch\":2,\"step\":4,\"train_loss\":1,\"validation_words_per_<i>\":3}";
    Files.writeString(metrics, epoch + "\n{\"type\":\"ep", StandardOpenOption.APPEND);

    Cli result = Cli.run("report", run);

    assertThat(result.code()).as(result.err()).isZero();
    Document page = read(run.resolve("report.html"));
    assertThat(titles(page)).contains("Words per <i>");
    assertThat(page.select(".warning").text()).contains("1 line of metrics.jsonl");
  }

  @Test
  void aModelOfTheLibraryHasAReportToo() throws IOException {
    NetworkConfig config = NetworkConfig.sequence(2, 3).withWidth(4).withDepth(1);
    Path plain = folder.resolve("plain");
    Inside.model(new Network(config, new SeededRandom(1)), Map.of()).save(plain);

    Cli result = Cli.run("report", plain);

    assertThat(result.code()).as(result.err()).isZero();
    Document page = read(plain.resolve("report.html"));
    assertThat(page.select(".warning").text()).contains("does not say what it was trained on");
    assertThat(titles(page)).contains("Layer 0: poles λ", "Layer 0: kernels by memory");
    assertThat(page.select("#training")).isEmpty();
  }

  @Test
  void whatCannotBeDoneIsSaid() {
    assertThat(Cli.run("report", folder.resolve("none")).err()).contains("no such folder");
    Path run = run(folder.resolve("run"), "tones");
    Cli result = Cli.run("report", run, "-o", folder.resolve("no/such/r.html"));
    assertThat(result.code()).isEqualTo(ExitCode.FAILED);
    assertThat(result.err()).contains("cannot write", "does not exist");
  }

  @Test
  void aBrowserDrawsTheReport() throws Exception {
    Browser browser = Browser.orSkip();
    Path run = run(folder.resolve("run"), "delay");
    Path file = run.resolve("report.html");
    int charts = read(file).select("script.chart").size();

    Browser.Page page = browser.open(file, folder, 1200, 900);

    assertThat(page.console()).isEmpty();
    Element root = page.document().selectFirst("html");
    assertThat(root.attr("data-drawn")).isEqualTo(Integer.toString(charts));
    assertThat(root.attr("data-failed")).isEqualTo("0");
  }
}
