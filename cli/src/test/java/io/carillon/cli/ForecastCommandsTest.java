package io.carillon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.carillon.io.Json;
import io.carillon.model.Predictor;
import io.carillon.model.RawSequence;
import io.carillon.model.forecast.Forecast;
import io.carillon.report.console.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * From a table of three sensors with irregular stamps, of which one value in twenty is missing, to
 * forecasts with quantiles and intervals, live ones and a backtest, all on the command line.
 */
class ForecastCommandsTest {
  private static final LocalDateTime START = LocalDateTime.parse("2026-01-01T00:00:00");

  @TempDir private static Path folder;
  private static Path file;
  private static Path model;
  private static Cli trained;

  /** Waves of 24 minutes in rows that are half a minute to three minutes apart. */
  private static List<String> rows(int count, long seed) {
    Random random = new Random(seed);
    List<String> rows = new ArrayList<>();
    int seconds = 0;
    for (int r = 0; r < count; r++) {
      seconds += random.nextInt(10) > 0 ? 60 : 30 * (1 + random.nextInt(6));
      StringBuilder row = new StringBuilder(START.plusSeconds(seconds).toString());
      for (int k = 0; k < 3; k++) {
        double value =
            20 + k + Math.sin(2 * Math.PI * seconds / 1440 + k) + 0.1 * random.nextGaussian();
        row.append(',').append(random.nextInt(20) == 0 ? "" : Double.toString(value));
      }
      rows.add(row.toString());
    }
    return rows;
  }

  private static Path write(String name, List<String> rows) throws IOException {
    return Files.writeString(folder.resolve(name), "when,a,b,c\n" + String.join("\n", rows) + "\n");
  }

  @BeforeAll
  static void train() throws IOException {
    file = write("sensors.csv", rows(900, 1));
    model = folder.resolve("model");
    trained =
        Cli.run(
            "train",
            "--data",
            file,
            "--out",
            model,
            network(),
            "--set",
            "epochs=3",
            "--set",
            "history=24",
            "--set",
            "horizon=6",
            "--set",
            "time=when",
            "--set",
            "missing=mask",
            "--set",
            "quantiles=0.05,0.5,0.95",
            "--set",
            "interval=0.9");
    assertThat(trained.code()).as(trained.toString()).isZero();
  }

  private static List<String> network() {
    return List.of(
        "--set", "network.width=8",
        "--set", "network.depth=1",
        "--set", "ssm.state_size=8",
        "--threads", "1");
  }

  private static Cli ok(Object... words) {
    Cli result = Cli.run(words);
    assertThat(result.code()).as(result.toString()).isEqualTo(ExitCode.OK);
    return result;
  }

  /** Before, most windows would have been left out without a word. */
  @Test
  void allWindowsAreTrainedOnAndWhatIsMissingIsSaid() throws IOException {
    assertThat(trained.out())
        .contains("note: a step is 60.0 seconds; the distances of rows go from 0.5000 to 3.000")
        .containsPattern(
            "note: sensors.csv train: in \\d+ of \\d+ windows some target values are missing")
        .doesNotContain("left out", "EQUAL STEPS");
    assertThat(Files.readString(model.resolve("report.html")))
        .contains("target values are missing");
    assertThat(ok("evaluate", model).out()).contains("note: sensors.csv test: in ");
  }

  @Test
  void predictAnswersWithTimesQuantilesAndIntervals() throws IOException {
    List<String> rows = rows(900, 1).subList(0, 600);
    Path input = write("new.csv", rows);
    Path answers = folder.resolve("answers.csv");
    ok("predict", model, "-i", input, "-o", answers);
    List<String> lines = Files.readAllLines(answers);
    assertThat(lines).hasSize(1 + 6);
    assertThat(lines.get(0))
        .startsWith("sequence,ahead,time,a,q0.05(a),q0.5(a),q0.95(a),low(a),high(a),b,");
    LocalDateTime last = LocalDateTime.parse(rows.get(599).split(",")[0]);
    for (int ahead = 1; ahead <= 6; ahead++) {
      String[] cells = lines.get(ahead).split(",");
      assertThat(cells[1]).isEqualTo(Integer.toString(ahead));
      assertThat(cells[2]).isEqualTo(last.plusMinutes(ahead).toString());
      double[] a = Arrays.stream(cells, 3, 9).mapToDouble(Double::parseDouble).toArray();
      assertThat(a[0]).as("the median stands for the value").isEqualTo(a[2]);
      assertThat(Arrays.copyOfRange(a, 1, 4)).isSorted();
      assertThat(a[4]).isLessThanOrEqualTo(a[0]);
      assertThat(a[5]).isGreaterThanOrEqualTo(a[0]);
    }
    Path json = folder.resolve("answers.json");
    ok("predict", model, "-i", input, "-o", json);
    Map<?, ?> first = (Map<?, ?>) ((List<?>) Json.parse(Files.readString(json))).get(0);
    assertThat((List<?>) first.get("time")).hasSize(6);
    assertThat(((Map<?, ?>) first.get("b")).keySet().stream().map(String::valueOf))
        .containsExactly("value", "q0.05", "q0.5", "q0.95", "low", "high");
  }

  /** At the last row a stream of the history says what the prediction for the file says. */
  @Test
  void aStreamAnswersAsThePrediction() throws IOException {
    List<String> rows = rows(900, 1).subList(500, 524);
    Path answers = folder.resolve("same.csv");
    ok("predict", model, "-i", write("same-rows.csv", rows), "-o", answers);
    StringBuilder input = new StringBuilder();
    for (String row : rows) {
      input.append(row.replaceAll(",(?=,|$)", ",?")).append('\n');
    }
    Cli streamed = Cli.runWithInput(input.toString(), "stream", model, "--time");
    assertThat(streamed.code()).as(streamed.toString()).isZero();
    String[] live = streamed.out().lines().toList().get(23).split("\t");
    List<String> whole = new ArrayList<>();
    for (String line : Files.readAllLines(answers).subList(1, 7)) {
      whole.addAll(List.of(line.split(",")).subList(3, 21));
    }
    assertThat(live).hasSize(whole.size());
    for (int i = 0; i < live.length; i++) {
      assertThat(Double.parseDouble(live[i]))
          .as("number %d", i)
          .isCloseTo(Double.parseDouble(whole.get(i)), within(1e-3));
    }
  }

  /** In Java the same: whole, and live. */
  @Test
  void aPredictorForecasts() throws IOException {
    Predictor predictor = Predictor.load(model);
    double[] steady = new double[3 * 24];
    Arrays.fill(steady, 21);
    Forecast whole = predictor.forecast(RawSequence.ofValues(steady));
    var live = predictor.open();
    Forecast last = null;
    for (int t = 0; t < 24; t++) {
      last = live.forecast(21, 21, 21).orElseThrow();
    }
    assertThat(whole.names()).containsExactly("a", "b", "c");
    assertThat(whole.horizon()).isEqualTo(6);
    assertThat(last.low(6, 2)).isCloseTo(whole.low(6, 2), within(1e-3f));
    assertThat(last.high(6, 2)).isCloseTo(whole.high(6, 2), within(1e-3f));
    assertThat(whole.low(1, 0)).isLessThan(whole.high(1, 0));
  }

  @Test
  void aBacktestSaysWhoWins() {
    String out = ok("backtest", model, "--season", "24", "--horizons", "1,6").out();
    assertThat(out)
        .containsPattern("steps +test part +mse +mae +mase +coverage of 0.9 +width +best")
        .contains("last value", "value 24 rows before", "linear autoregression", "training mean")
        .containsPattern("Over 1 step, mse: the model (wins|LOSES|is no better): ")
        .containsPattern("Over 6 steps, mae: the model (wins|LOSES|is no better): ");
    Map<String, Object> map =
        Json.parseObject(ok("backtest", model, "--horizons", "6", "--every", "3", "--json").out());
    Map<?, ?> all = (Map<?, ?>) ((List<?>) map.get("horizons")).get(0);
    Map<?, ?> scores = (Map<?, ?>) all.get("scores");
    assertThat(scores).hasSize(5);
    Map<?, ?> own = (Map<?, ?>) scores.get("the model");
    assertThat(((Number) own.get("coverage")).doubleValue()).isBetween(0.8, 0.98);
    double best = Double.POSITIVE_INFINITY;
    for (Object each : scores.values()) {
      best = Math.min(best, ((Number) ((Map<?, ?>) each).get("mae")).doubleValue());
    }
    Object winner = ((Map<?, ?>) all.get("best")).get("mae");
    assertThat(((Map<?, ?>) scores.get(winner)).get("mae")).isEqualTo(best);
  }

  /** What is measured without refitting is what 'evaluate' measures. */
  @Test
  void aBacktestAgreesWithAnEvaluation() {
    Map<String, Object> evaluated = Json.parseObject(ok("evaluate", model, "--json").out());
    double mae = own(ok("backtest", model, "--horizons", "6", "--json"), "mae");
    assertThat(mae).isCloseTo((double) evaluated.get("mae"), within(1e-5));
  }

  private static double own(Cli backtest, String metric) {
    Map<?, ?> all = (Map<?, ?>) ((List<?>) Json.parseObject(backtest.out()).get("horizons")).get(0);
    Map<?, ?> scores = (Map<?, ?>) ((Map<?, ?>) all.get("scores")).get("the model");
    return ((Number) scores.get(metric)).doubleValue();
  }

  @Test
  void aBacktestRefits() {
    Cli once = ok("backtest", model, "--horizons", "6", "--refit", "2", "--json", "--threads", "1");
    assertThat(Json.parseObject(once.out())).containsEntry("refit", 2L);
    assertThat(own(once, "mae")).isLessThan(0.5);
    assertThat(own(once, "coverage")).isBetween(0.75, 0.99);
  }

  @Test
  void wrongUseOfABacktestIsSaid() {
    assertUsage(Cli.run("backtest", model, "--horizons", "7"), "--horizons has 7", "1 to 6");
    assertUsage(Cli.run("backtest", model, "--every", "0"), "--every is 0");
    assertUsage(Cli.run("backtest", model, "--refit", "100000"), "--refit is 100000");
    Path other = Cli.model(folder.resolve("copy"), "copy", "--set", "data.gap=4");
    Cli none = Cli.run("backtest", other);
    assertThat(none.code()).isEqualTo(ExitCode.FAILED);
    assertThat(none.err()).contains("this model forecasts no series");
  }

  private static void assertUsage(Cli result, String... words) {
    assertThat(result.code()).as(result.toString()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err()).startsWith("error: ").contains(words);
  }

  /** The commands of docs/forecasting.md, with a network that is trained in a moment. */
  @Test
  void theGuideWorks() throws IOException {
    write("new.csv", rows(60, 2));
    String guide = Files.readString(Path.of("..", "docs", "forecasting.md"));
    String block = guide.substring(guide.indexOf("```sh test\n") + 11);
    List<String> lines = block.substring(0, block.indexOf("```")).lines().toList();
    assertThat(lines).hasSize(3);
    for (String line : lines) {
      assertThat(line).startsWith("carillon ");
      List<String> words = new ArrayList<>();
      for (String word : line.substring("carillon ".length()).split(" ")) {
        boolean path = word.matches("\\w+\\.csv|runs/\\w+");
        words.add(path ? folder.resolve(word).toString() : word);
      }
      if (words.get(0).equals("train")) {
        words.addAll(network());
        words.addAll(List.of("--set", "epochs=1"));
      }
      ok(words);
    }
    assertThat(Files.readAllLines(folder.resolve("forecast.csv"))).hasSize(1 + 6);
  }

  @Test
  void severalSeriesAnswerByTheirIds() throws IOException {
    StringBuilder text = new StringBuilder("well,level\n");
    for (int r = 0; r < 200; r++) {
      text.append("north,").append(Math.sin(r / 3.0)).append("\nsouth,");
      text.append(5 + Math.sin(r / 3.0)).append('\n');
    }
    Path wells = Files.writeString(folder.resolve("wells.csv"), text);
    Path run = folder.resolve("wells");
    String out =
        ok(
                "train",
                "--data",
                wells,
                "--out",
                run,
                network(),
                "--set",
                "epochs=1",
                "--set",
                "history=12",
                "--set",
                "horizon=2",
                "--set",
                "id=well",
                "--set",
                "interval=0.5")
            .out();
    assertThat(out).contains("EQUAL STEPS", "2 series of 400 rows");
    Path answers = folder.resolve("wells-answers.csv");
    ok("predict", run, "-i", wells, "-o", answers);
    List<String> lines = Files.readAllLines(answers);
    assertThat(lines.get(0)).isEqualTo("sequence,ahead,level,low(level),high(level)");
    assertThat(lines.subList(1, 5))
        .extracting(line -> line.substring(0, 7))
        .containsExactly("north,1", "north,2", "south,1", "south,2");
    Cli refit = Cli.run("backtest", run, "--refit", "2");
    assertThat(refit.err()).contains("--refit needs one series");
    assertThat(ok("backtest", run).out()).contains("coverage of 0.5");
  }
}
