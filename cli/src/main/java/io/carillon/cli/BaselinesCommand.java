package io.carillon.cli;

import io.carillon.cli.run.Models;
import io.carillon.cli.settings.Preset;
import io.carillon.cli.settings.Presets;
import io.carillon.cli.settings.RunSettings;
import io.carillon.config.Computing;
import io.carillon.data.Splits;
import io.carillon.data.baseline.Baselines;
import io.carillon.io.Json;
import io.carillon.model.SequenceModel;
import io.carillon.report.console.CommandFailure;
import io.carillon.report.console.ExitCode;
import io.carillon.report.console.Table;
import io.carillon.report.console.Text;
import io.carillon.report.console.UsageException;
import io.carillon.report.folder.BaselineScores;
import io.carillon.report.folder.DataSource;
import io.carillon.report.folder.ModelInfo;
import io.carillon.report.folder.RunData;
import io.carillon.report.folder.RunFolder;
import io.carillon.report.settings.Trees;
import io.carillon.train.Evaluation;
import io.carillon.train.Evaluator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures what a model has to beat. */
@Command(
    name = "baselines",
    sortOptions = false,
    description = {
      "What a model has to beat on the test part: always the same answer, for forecasts a value of"
          + " the past, and two cheap methods that learn in closed form, a ridge regression on pooled"
          + " log-spectra and one on the features of MiniRocket.",
      "With a model it stands beside them, and 'carillon report' of its run shows them."
    })
final class BaselinesCommand extends ConsoleCommand {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "MODEL",
      description = "Folder of a model or run, to compare on the data of its training.")
  private Path model;

  @Option(
      names = {"-d", "--data"},
      paramLabel = "PATH",
      description = "Data instead of a model: .ts, .csv, .tsv, .zip or a folder.")
  private Path data;

  @Option(
      names = "--task",
      paramLabel = "TASK",
      description = "A task of 'carillon tasks' instead of a model.")
  private String task;

  @Option(
      names = {"-p", "--preset"},
      paramLabel = "PRESET",
      description = "With --data or --task: a preset, for its settings of the data.")
  private String presetName;

  @Mixin private SettingsOptions settingsOptions = new SettingsOptions();

  @Option(
      names = "--seed",
      defaultValue = "0",
      paramLabel = "N",
      description = "Of what MiniRocket draws; with --data or --task also of random divisions.")
  private long seed;

  @Option(
      names = "--seconds",
      defaultValue = "600",
      paramLabel = "N",
      description =
          "What one baseline may take, about. One that would take longer learns from fewer"
              + " sequences, or is left out. Default: ${DEFAULT-VALUE}.")
  private double seconds;

  @Mixin private LimitOption limitOption = new LimitOption();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Mixin private ThreadsOption threadsOption = new ThreadsOption();

  @Override
  public Integer call() throws IOException {
    int threads = threadsOption.count();
    limitOption.check();
    checkOptions();
    return model == null ? ofData(threads) : ofModel(threads);
  }

  private void checkOptions() {
    int given = (model == null ? 0 : 1) + (data == null ? 0 : 1) + (task == null ? 0 : 1);
    if (given != 1) {
      throw new UsageException(
          "give one of MODEL, --data PATH and --task TASK"
              + (given > 1 ? "; a model is compared on the data of its training" : ""));
    }
    boolean ofData =
        presetName != null || !settingsOptions.changes().isEmpty() || limitOption.count() > 0;
    if (model != null && ofData) {
      throw new UsageException(
          "--preset, --set and --limit are for --data and --task; a model is compared on the data of"
              + " its training as they were");
    }
    if (!(seconds > 0) || Double.isInfinite(seconds)) {
      throw new UsageException("--seconds is " + seconds + "; give a number above 0");
    }
  }

  private int ofData(int threads) throws IOException {
    DataSource source =
        data != null ? DataSource.ofPath(data) : DataSource.ofTask(DefaultPreset.task(task).name());
    Preset preset = presetName == null ? Preset.EMPTY : Presets.load(presetName);
    RunSettings settings = PreparedTraining.settings(source, preset, settingsOptions.changes());
    settings.changes().keySet().stream()
        .filter(key -> !key.startsWith("data."))
        .findFirst()
        .ifPresent(
            key -> {
              throw new UsageException(
                  "--set " + key + ": baselines have no settings but those of the data");
            });
    Splits splits =
        PreparedTraining.open(PreparedTraining.data(source, settings, seed, limitOption.count()));
    requireTest(splits);
    BaselineScores scores = measure(splits, threads);
    show(scores, null);
    return ExitCode.OK;
  }

  private int ofModel(int threads) throws IOException {
    Computing computing = Computing.standard().withThreads(threads);
    SequenceModel loaded = Models.load(console, model, computing);
    Map<String, Object> trainedOn = Trees.child(loaded.info(), ModelInfo.DATA);
    RunData known = RunData.fromMap(trainedOn);
    if (known == null) {
      throw new CommandFailure(
          model + ": this model does not say what it was trained on; give --data PATH instead");
    }
    Splits splits = known.reopen(loaded.meaning());
    Object recorded = trainedOn.get("fingerprint");
    boolean changed = recorded != null && !recorded.equals(splits.fingerprint());
    if (changed) {
      console.warn(
          "the data in %s have changed since the training (fingerprint %s, then %s)",
          known.source().title(), splits.fingerprint(), recorded);
    }
    requireTest(splits);
    Evaluation evaluation = Evaluator.evaluate(loaded, splits.test());
    BaselineScores scores = measure(splits, threads);
    show(scores, evaluation);
    scores.write(RunFolder.at(model));
    if (!json && !changed) {
      console.say("The report shows them after: carillon report %s", model);
    }
    return ExitCode.OK;
  }

  private static void requireTest(Splits splits) {
    if (splits.test().size() == 0) {
      throw new CommandFailure(
          "these data have no test part to compare on; see 'carillon tasks KIND' for the options"
              + " that divide them");
    }
  }

  private BaselineScores measure(Splits splits, int threads) {
    if (!json) {
      console.say("data       %s", splits.description());
      splits.notes().forEach(note -> console.say("note: %s", note));
    }
    Baselines.Bounds bounds = Baselines.Bounds.ofSeconds(seconds);
    List<Baselines.Measured> measured =
        Baselines.measure(splits, bounds, seed, threads, this::starting);
    return BaselineScores.of(splits, seed, measured);
  }

  private void starting(Baselines.Plan plan) {
    if (json || !plan.baseline().learns() || plan.leftOut() != null) {
      return;
    }
    console.say(
        "%s: at most about %s of one core and %s of memory, %s training sequences",
        plan.baseline().title(),
        Text.duration(plan.cost().seconds()),
        Text.bytes((long) plan.cost().bytes()),
        plan.known() == plan.of()
            ? "all " + Text.count(plan.of())
            : "for its bounds from " + Text.count(plan.known()) + " of " + Text.count(plan.of()));
  }

  private void show(BaselineScores scores, Evaluation evaluation) {
    if (json) {
      console.out().print(Json.write(toMap(scores, evaluation)));
      return;
    }
    Set<String> metrics = new LinkedHashSet<>(List.of(scores.metric()));
    scores.rows().forEach(row -> metrics.addAll(row.metrics().keySet()));
    List<String> heading = new ArrayList<>(List.of("test part"));
    heading.addAll(metrics);
    heading.addAll(List.of("seconds", "learned from"));
    Table table = new Table(heading.toArray(String[]::new));
    for (BaselineScores.Row row : scores.rows()) {
      if (row.leftOut() == null) {
        List<String> cells = cells(row.name(), row.metrics(), metrics);
        cells.add(Text.format("%.1f", row.seconds()));
        cells.add(row.known() == row.of() ? "all " + Text.count(row.of()) : fewer(row));
        table.row(cells.toArray(String[]::new));
      }
    }
    if (evaluation != null) {
      table.row(cells("the model", evaluation.metrics(), metrics).toArray(String[]::new));
    }
    table.print(console);
    for (BaselineScores.Row row : scores.rows()) {
      if (row.leftOut() != null) {
        console.say("left out: %s: %s", row.name(), row.leftOut());
      }
    }
    if (evaluation != null) {
      console.say("%s", scores.winner(evaluation.metrics().get(scores.metric())));
    } else {
      scores
          .best()
          .ifPresent(
              best ->
                  console.say(
                      "The best baseline is %s: %s %s.",
                      best.name(),
                      scores.metric(),
                      Text.number(best.metrics().get(scores.metric()))));
    }
  }

  private static String fewer(BaselineScores.Row row) {
    return Text.count(row.known()) + " of " + Text.count(row.of());
  }

  private static List<String> cells(String name, Map<String, Double> values, Set<String> metrics) {
    List<String> cells = new ArrayList<>(List.of(name));
    for (String metric : metrics) {
      Double value = values.get(metric);
      cells.add(value == null ? "–" : Text.number(value));
    }
    return cells;
  }

  private Map<String, Object> toMap(BaselineScores scores, Evaluation evaluation) {
    Map<String, Object> map = scores.toMap();
    if (evaluation != null) {
      Map<String, Object> reached = new LinkedHashMap<>();
      evaluation
          .metrics()
          .forEach((name, value) -> reached.put(name, Double.isFinite(value) ? value : null));
      map.put("model", Map.of("folder", model.toString(), "metrics", reached));
      map.put("winner", scores.winner(evaluation.metrics().get(scores.metric())));
    }
    return map;
  }
}
