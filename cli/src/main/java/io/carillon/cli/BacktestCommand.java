package io.carillon.cli;

import io.carillon.cli.run.Models;
import io.carillon.config.Computing;
import io.carillon.data.Splits;
import io.carillon.data.baseline.Baseline;
import io.carillon.data.baseline.Baselines;
import io.carillon.data.baseline.ForecastScores;
import io.carillon.data.baseline.RollingOrigin;
import io.carillon.io.Json;
import io.carillon.model.Meaning;
import io.carillon.model.Sequence;
import io.carillon.model.SequenceModel;
import io.carillon.model.forecast.Forecast;
import io.carillon.model.forecast.Interval;
import io.carillon.report.console.CommandFailure;
import io.carillon.report.console.ExitCode;
import io.carillon.report.console.Table;
import io.carillon.report.console.Text;
import io.carillon.report.console.UsageException;
import io.carillon.report.folder.ModelInfo;
import io.carillon.report.folder.RunData;
import io.carillon.report.settings.Trees;
import io.carillon.train.Calibration;
import io.carillon.train.Dataset;
import io.carillon.train.TrainConfig;
import io.carillon.train.TrainListener;
import io.carillon.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures forecasts from every row of the test part, beside what has to be beaten. */
@Command(
    name = "backtest",
    sortOptions = false,
    description = {
      "How well a model forecasts from every row of the test part of its data, over the first steps"
          + " and over all, beside the last value, the value of a season before, a linear"
          + " autoregression and the mean: mean squared and absolute error in standard deviations of"
          + " the training part, the absolute error as a multiple of that of the value a season before"
          + " in the training part (mase), and how many true values its intervals hold and how wide"
          + " they are.",
      "With --refit the model, its intervals and the baselines are trained anew on everything before"
          + " each piece of the test part."
    })
final class BacktestCommand extends ConsoleCommand {
  private static final String MODEL = "the model";
  private static final List<String> JUDGED = List.of("mse", "mae");

  @Parameters(index = "0", paramLabel = "MODEL", description = "Folder of a model or run.")
  private Path folder;

  @Option(
      names = "--horizons",
      split = ",",
      paramLabel = "N",
      description =
          "Numbers of steps, of each of which the first are measured; else 1, a quarter,"
              + " half and all.")
  private List<Integer> horizons = List.of();

  @Option(
      names = "--season",
      defaultValue = "24",
      paramLabel = "N",
      description = "Steps of a season; ${DEFAULT-VALUE} is the day of hourly data.")
  private int season;

  @Option(
      names = "--every",
      defaultValue = "1",
      paramLabel = "N",
      description = "Forecast from every N-th row only.")
  private int every;

  @Option(
      names = "--refit",
      defaultValue = "0",
      paramLabel = "N",
      description = "Cut the test part into N pieces and train anew before each; 0 for never.")
  private int refit;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Mixin private ThreadsOption threadsOption = new ThreadsOption();

  /** A method, and what it reached over each number of steps. */
  private record Row(String name, ForecastScores scores) {}

  @Override
  public Integer call() throws IOException {
    int threads = threadsOption.count();
    requireAtLeast("--every", every, 1);
    requireAtLeast("--season", season, 1);
    requireAtLeast("--refit", refit, 0);
    SequenceModel model = Models.load(console, folder, Computing.standard().withThreads(threads));
    Meaning meaning = model.meaning();
    requireForecasts(meaning);
    int[] steps = steps(meaning.horizon());
    Splits splits = data(model);
    List<Splits> pieces = pieces(splits).stream().filter(piece -> piece.test().size() > 0).toList();
    double[] naive = ForecastScores.naive(splits, season);
    if (!json) {
      say(splits, pieces);
    }
    List<Row> rows = measure(model, pieces, steps, naive);
    if (json) {
      console.out().print(Json.write(toMap(rows, steps, pieces, meaning)));
    } else {
      show(rows, steps, meaning);
    }
    return ExitCode.OK;
  }

  private static void requireAtLeast(String option, int value, int least) {
    if (value < least) {
      throw new UsageException(option + " is " + value + "; give at least " + least);
    }
  }

  private void requireForecasts(Meaning meaning) {
    boolean series =
        "csv".equals(meaning.kind()) && "series".equals(meaning.options().get("layout"));
    if (!series || "0".equals(meaning.options().get("horizon"))) {
      throw new CommandFailure(
          folder + ": this model forecasts no series; 'carillon evaluate' measures it");
    }
    if (refit > 0 && meaning.options().containsKey("id")) {
      throw new CommandFailure(
          folder
              + ": --refit needs one series, whose test part comes after the rest; this model"
              + " was trained on several");
    }
  }

  private int[] steps(int horizon) {
    Set<Integer> steps =
        new TreeSet<>(
            horizons.isEmpty()
                ? List.of(1, Math.max(1, horizon / 4), Math.max(1, horizon / 2), horizon)
                : horizons);
    for (int n : steps) {
      if (n < 1 || n > horizon) {
        throw new UsageException(
            "--horizons has " + n + "; this model forecasts 1 to " + horizon + " steps");
      }
    }
    return steps.stream().mapToInt(Integer::intValue).toArray();
  }

  private Splits data(SequenceModel model) {
    Map<String, Object> trainedOn = Trees.child(model.info(), ModelInfo.DATA);
    RunData known = RunData.fromMap(trainedOn);
    if (known == null) {
      throw new CommandFailure(
          folder
              + ": this model does not say what it was trained on, so that there is no test part");
    }
    Splits splits = known.reopen(model.meaning());
    Object recorded = trainedOn.get("fingerprint");
    if (recorded != null && !recorded.equals(splits.fingerprint())) {
      console.warn(
          "the data in %s have changed since the training (fingerprint %s, then %s)",
          known.source().title(), splits.fingerprint(), recorded);
    }
    return splits;
  }

  private List<Splits> pieces(Splits splits) {
    try {
      return RollingOrigin.pieces(splits, Math.max(1, refit), every);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--refit is " + refit + ": " + e.getMessage(), e);
    }
  }

  private void say(Splits splits, List<Splits> pieces) {
    console.say("data       %s", splits.description());
    splits.notes().forEach(note -> console.say("note: %s", note));
    console.say(
        "origins    %s%s",
        Text.count(pieces.stream().mapToLong(piece -> piece.test().size()).sum()),
        refit > 0 ? ", trained anew before each of " + pieces.size() + " pieces" : "");
  }

  private List<Row> measure(SequenceModel model, List<Splits> pieces, int[] steps, double[] naive) {
    Meaning meaning = model.meaning();
    List<Row> rows = new ArrayList<>();
    rows.add(new Row(MODEL, new ForecastScores(meaning, steps, naive)));
    for (Splits piece : pieces) {
      add(rows.get(0).scores, refit > 0 ? refitted(model, piece) : model, piece.test());
    }
    for (Baseline baseline :
        List.of(
            Baselines.pastValue(meaning, 0),
            Baselines.pastValue(meaning, season),
            Baselines.autoregression(meaning),
            Baselines.mean())) {
      String obstacle = baseline.obstacle(pieces.get(0)).orElse(null);
      if (obstacle != null) {
        (json ? console.err() : console.out())
            .println("left out: " + baseline.title() + ": " + obstacle);
        continue;
      }
      ForecastScores scores = new ForecastScores(meaning, steps, naive);
      for (Splits piece : pieces) {
        float[][] answers = Baselines.answers(baseline, piece, threadsOption.count());
        for (int i = 0; i < answers.length; i++) {
          scores.add(answers[i], piece.test().targetValues(i));
        }
      }
      rows.add(new Row(baseline.title(), scores));
    }
    return rows;
  }

  /** The model trained anew in the same way on what comes before a piece. */
  private SequenceModel refitted(SequenceModel model, Splits piece) {
    Map<String, Object> train =
        Trees.child(Trees.child(model.info(), ModelInfo.PROVENANCE), "train");
    TrainConfig config = TrainConfig.DEFAULT.with(train).withThreads(threadsOption.count());
    Dataset validation = piece.validation().size() == 0 ? null : piece.validation();
    SequenceModel fresh =
        new Trainer(model.config(), config)
            .withMeaning(model.meaning())
            .fit(piece.train(), validation, TrainListener.NONE)
            .model();
    if (model.meaning().interval().isEmpty() || validation == null) {
      return fresh;
    }
    double coverage = model.meaning().interval().get().coverage();
    Interval interval = Calibration.of(fresh, validation, coverage);
    return fresh.withMeaning(model.meaning().withInterval(interval));
  }

  private static void add(ForecastScores scores, SequenceModel model, Dataset test) {
    Sequence[] all =
        IntStream.range(0, test.size())
            .mapToObj(
                i ->
                    Sequence.ofValues(test.values(i), test.inputSize())
                        .withMask(test.mask(i))
                        .withGaps(test.gaps(i)))
            .toArray(Sequence[]::new);
    float[][] outputs = model.predict(1, all);
    for (int i = 0; i < outputs.length; i++) {
      Forecast forecast = model.meaning().forecast(outputs[i]);
      scores.add(forecast, test.targetValues(i));
    }
  }

  private void show(List<Row> rows, int[] steps, Meaning meaning) {
    Set<String> metrics = new LinkedHashSet<>();
    rows.forEach(row -> metrics.addAll(row.scores.of(steps.length - 1).keySet()));
    List<String> heading = new ArrayList<>(List.of("steps", "test part"));
    metrics.forEach(
        name ->
            heading.add(
                name.equals("coverage")
                    ? "coverage of " + meaning.interval().get().coverage()
                    : name));
    heading.add("best");
    Table table = new Table(heading.toArray(String[]::new));
    for (int h = 0; h < steps.length; h++) {
      for (Row row : rows) {
        Map<String, Double> reached = row.scores.of(h);
        List<String> cells =
            new ArrayList<>(List.of(steps[h] == 1 ? "1" : "1 to " + steps[h], row.name));
        for (String metric : metrics) {
          Double value = reached.get(metric);
          cells.add(value == null ? "–" : Text.number(value));
        }
        int at = h;
        cells.add(
            String.join(
                ", ", JUDGED.stream().filter(m -> row.name.equals(best(rows, at, m))).toList()));
        table.row(cells.toArray(String[]::new));
      }
    }
    console.say("");
    table.print(console);
    for (int h = 0; h < steps.length; h++) {
      for (String metric : JUDGED) {
        console.say("%s", verdict(rows, h, steps[h], metric));
      }
    }
  }

  private static double value(Row row, int horizon, String metric) {
    return row.scores.of(horizon).getOrDefault(metric, Double.POSITIVE_INFINITY);
  }

  /** Name of the method with the smallest error; of equal ones the first. */
  private static String best(List<Row> rows, int horizon, String metric) {
    Row best = rows.get(0);
    for (Row row : rows) {
      best = value(row, horizon, metric) < value(best, horizon, metric) ? row : best;
    }
    return best.name;
  }

  private static String verdict(List<Row> rows, int horizon, int steps, String metric) {
    Row model = rows.get(0);
    List<Row> others = rows.subList(1, rows.size());
    String place = "Over " + (steps == 1 ? "1 step" : steps + " steps") + ", " + metric + ": ";
    if (others.isEmpty()) {
      return place + "there is no baseline to compare the model with.";
    }
    String name = best(others, horizon, metric);
    double other =
        others.stream().filter(row -> row.name.equals(name)).findFirst().stream()
            .mapToDouble(row -> value(row, horizon, metric))
            .sum();
    double own = value(model, horizon, metric);
    String numbers = Text.number(own) + ", " + name + " " + Text.number(other) + ".";
    return place
        + (own < other
            ? "the model wins: "
            : own > other ? "the model LOSES: " : "the model is no better: ")
        + numbers;
  }

  private Map<String, Object> toMap(
      List<Row> rows, int[] steps, List<Splits> pieces, Meaning meaning) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("model", folder.toString());
    map.put("origins", pieces.stream().mapToInt(piece -> piece.test().size()).sum());
    map.put("refit", refit);
    map.put("season", season);
    meaning.interval().ifPresent(interval -> map.put("wanted_coverage", interval.coverage()));
    List<Object> horizonList = new ArrayList<>();
    for (int h = 0; h < steps.length; h++) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("steps", steps[h]);
      Map<String, Object> scores = new LinkedHashMap<>();
      for (Row row : rows) {
        scores.put(row.name, row.scores.of(h));
      }
      one.put("scores", scores);
      Map<String, Object> winners = new LinkedHashMap<>();
      for (String metric : JUDGED) {
        winners.put(metric, best(rows, h, metric));
      }
      one.put("best", winners);
      horizonList.add(one);
    }
    map.put("horizons", horizonList);
    return map;
  }
}
