package io.carillon.cli;

import io.carillon.cli.run.LayerMethods;
import io.carillon.cli.show.MetricsTable;
import io.carillon.config.Computing;
import io.carillon.config.SsmConfig;
import io.carillon.data.DataFormat;
import io.carillon.data.Loaders;
import io.carillon.data.Splits;
import io.carillon.io.Json;
import io.carillon.model.Meaning;
import io.carillon.model.SequenceModel;
import io.carillon.report.console.CommandFailure;
import io.carillon.report.console.ExitCode;
import io.carillon.report.console.Table;
import io.carillon.report.console.Text;
import io.carillon.report.console.UsageException;
import io.carillon.report.folder.ModelInfo;
import io.carillon.report.folder.RunData;
import io.carillon.report.settings.Trees;
import io.carillon.train.Dataset;
import io.carillon.train.Decimation;
import io.carillon.train.Evaluation;
import io.carillon.train.Evaluator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures a model on data with targets. */
@Command(
    name = "evaluate",
    sortOptions = false,
    description = {
      "How well a model does: on the test part of the data it was trained on, or on other data."
    })
final class EvaluateCommand extends ConsoleCommand {
  /** Parts of data on the command line; ALL is a whole file. */
  enum Split {
    TRAIN,
    VALIDATION,
    TEST,
    ALL
  }

  private static final int MOST_CLASSES_SHOWN = 12;

  @Mixin private ModelArgument modelArgument = new ModelArgument();

  @Option(
      names = {"-d", "--data"},
      paramLabel = "PATH",
      description = "Other data, read with the settings of the training.")
  private Path data;

  @Option(
      names = "--split",
      paramLabel = "PART",
      description =
          "train, validation, test, or all of a file. Default: test of the training data and of"
              + " folders that have a test part, else all.")
  private Split split;

  @Option(
      names = "--every",
      defaultValue = "1",
      paramLabel = "N",
      description =
          "Keep every N-th step only and multiply the step size by N: the same signal sampled at an"
              + " N times lower rate (for models with a step size).")
  private int every;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Mixin private ThreadsOption threadsOption = new ThreadsOption();

  @Mixin private ComputingOptions computingOptions = new ComputingOptions();

  @Override
  public Integer call() throws Exception {
    return ComputingOptions.possible(this::answer);
  }

  private int answer() throws IOException {
    Computing computing = computingOptions.computing(threadsOption.count());
    SequenceModel model = modelArgument.load(console, computing);
    requireStepSize(model);
    Dataset set = dataset(model);
    if (set.size() == 0) {
      throw new CommandFailure("the " + name(split) + " part of these data is empty");
    }
    if (every > 1) {
      set = Decimation.everyNth(set, every);
    }
    if (!json) {
      set.notes().forEach(note -> console.say("note: %s", note));
      console.say("%s", LayerMethods.line(model, set.maxLength()));
    }
    Evaluation evaluation = Evaluator.evaluate(model, set, every);
    if (json) {
      console.out().print(Json.write(toMap(set, evaluation)));
    } else {
      print(set, evaluation);
    }
    return ExitCode.OK;
  }

  private void requireStepSize(SequenceModel model) {
    if (every < 1) {
      throw new UsageException("--every is " + every + "; give at least 1");
    }
    boolean hasStepSize =
        model.config().block().ssm() instanceof SsmConfig ssm && ssm.hasStepSize();
    if (every > 1 && !hasStepSize) {
      throw new UsageException(
          "--every needs a model with a step size (s4d, dss); this one has layers of kind "
              + model.config().block().ssm().kind());
    }
  }

  private static String name(Split split) {
    return split.name().toLowerCase(Locale.ROOT);
  }

  private Dataset dataset(SequenceModel model) {
    Meaning fitted = model.meaning();
    Map<String, Object> trainedOn = Trees.child(model.info(), ModelInfo.DATA);
    RunData known = RunData.fromMap(trainedOn);
    if (data != null && !isTrainingData(known)) {
      return other(fitted, known == null ? 0 : known.seed());
    }
    if (known == null) {
      throw new UsageException("this model does not say what it was trained on; give --data PATH");
    }
    split = split == null ? Split.TEST : split;
    if (split == Split.ALL) {
      throw new UsageException(
          "--split all is for a file of --data; of the training data give train, validation or test");
    }
    Splits splits = known.reopen(fitted);
    Object recorded = trainedOn.get("fingerprint");
    if (recorded != null && !recorded.equals(splits.fingerprint())) {
      console.warn(
          "the data in %s have changed since the training (fingerprint %s, then %s)",
          known.source().title(), splits.fingerprint(), recorded);
    }
    return splits.part(name(split));
  }

  private boolean isTrainingData(RunData known) {
    return known != null
        && known.source().path() != null
        && known.source().path().equals(data.toAbsolutePath().normalize());
  }

  private Dataset other(Meaning fitted, long seed) {
    if (split == null) {
      DataFormat kind = Loaders.format(data);
      boolean hasTestPart = Files.isDirectory(data) && kind.hasTestPart();
      split = hasTestPart ? Split.TEST : Split.ALL;
    }
    return split == Split.ALL
        ? Loaders.labelled(data, fitted)
        : Loaders.open(data, fitted, seed).part(name(split));
  }

  private void print(Dataset set, Evaluation evaluation) {
    MetricsTable table = new MetricsTable();
    table.add(name(split), set.size(), evaluation);
    table.print(console);
    long[][] confusion = evaluation.confusion();
    if (confusion == null || confusion.length > MOST_CLASSES_SHOWN) {
      return;
    }
    console.say("");
    console.say("Rows are the true classes, columns the predicted ones:");
    List<String> heading = new ArrayList<>(List.of(""));
    heading.addAll(set.namesOfClasses());
    Table counts = new Table(heading.toArray(String[]::new));
    for (int c = 0; c < confusion.length; c++) {
      List<String> row = new ArrayList<>(List.of(set.namesOfClasses().get(c)));
      Arrays.stream(confusion[c]).forEach(n -> row.add(Text.count(n)));
      counts.row(row.toArray(String[]::new));
    }
    counts.print(console);
  }

  private Map<String, Object> toMap(Dataset set, Evaluation evaluation) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("model", modelArgument.folder().toString());
    map.put("data", set.name());
    map.put("split", name(split));
    if (every > 1) {
      map.put("every", every);
    }
    map.put("sequences", set.size());
    map.put("targets", evaluation.count());
    putFinite(map, "loss", evaluation.loss());
    evaluation.metrics().forEach((name, value) -> putFinite(map, name, value));
    if (evaluation.confusion() != null) {
      map.put("classes", set.namesOfClasses());
      map.put(
          "confusion",
          Arrays.stream(evaluation.confusion())
              .map(row -> Arrays.stream(row).boxed().toList())
              .toList());
    }
    return map;
  }

  private static void putFinite(Map<String, Object> map, String name, double value) {
    map.put(name, Double.isFinite(value) ? value : null);
  }
}
