package io.carillon.cli;

import io.carillon.cli.run.Computing;
import io.carillon.cli.run.Models;
import io.carillon.cli.settings.Preset;
import io.carillon.cli.settings.Presets;
import io.carillon.cli.settings.RunSettings;
import io.carillon.config.NetworkConfig;
import io.carillon.config.SsmConfig;
import io.carillon.engine.SeededRandom;
import io.carillon.model.Meaning;
import io.carillon.model.SequenceModel;
import io.carillon.model.StepTimer;
import io.carillon.nn.Network;
import io.carillon.nn.StepCost;
import io.carillon.report.console.CommandFailure;
import io.carillon.report.console.ExitCode;
import io.carillon.report.console.NetworkReport;
import io.carillon.report.console.Text;
import io.carillon.report.console.UsageException;
import io.carillon.report.folder.ModelInfo;
import io.carillon.report.settings.Trees;
import io.carillon.train.MemoryEstimate;
import io.carillon.train.TrainConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a model or preset is made of and what it costs. */
@Command(
    name = "describe",
    sortOptions = false,
    description = {
      "What a model or preset is made of and what it costs: parameters, state and time of a"
          + " live stream, memory to train, time constants and frequencies of its modes. For a preset also all its settings."
    })
final class DescribeCommand extends ConsoleCommand {
  /** How long the steps of one model are timed. */
  private static final double SECONDS = 3;

  @Parameters(
      index = "0",
      paramLabel = "MODEL|PRESET",
      description = "Folder of a model or run, or a preset.")
  private String what;

  @Option(
      names = "--length",
      defaultValue = "1000",
      paramLabel = "L",
      description = "Steps of a sequence, for memory (default: ${DEFAULT-VALUE}).")
  private int length;

  @Option(
      names = "--batch",
      paramLabel = "B",
      description = "Sequences of a batch, for memory; else as in the training.")
  private Integer batch;

  @Option(
      names = "--inputs",
      defaultValue = "1",
      paramLabel = "D",
      description = "Preset: numbers per step (default: ${DEFAULT-VALUE}).")
  private int inputs;

  @Option(
      names = "--outputs",
      defaultValue = "10",
      paramLabel = "N",
      description = "Preset: classes or target values (default: ${DEFAULT-VALUE}).")
  private int outputs;

  @Option(
      names = "--budget",
      paramLabel = "us=T,kib=S",
      description = {
        "Preset: propose sizes whose live step takes at most T microseconds and whose state at most S KiB."
      })
  private String budget;

  @Option(
      names = "--measure",
      description = "Time live steps on this machine instead of estimating (some seconds).")
  private boolean measure;

  @Mixin private SettingsOptions settings = new SettingsOptions();

  @Mixin private ComputingOptions computingOptions = new ComputingOptions();

  @Override
  public Integer call() throws Exception {
    return computingOptions.inside(this::answer);
  }

  private int answer() throws IOException {
    if (length < 1 || batch != null && batch < 1) {
      throw new UsageException("--length and --batch must be at least 1");
    }
    if (Files.isDirectory(Path.of(what)) || what.contains("/") && !what.endsWith(".yaml")) {
      model(Models.load(console, Path.of(what)));
    } else {
      preset(Presets.load(what));
    }
    return ExitCode.OK;
  }

  private void model(SequenceModel model) {
    if (!settings.changes().isEmpty() || budget != null) {
      throw new UsageException(
          "the sizes of a model are fixed; --set and --budget are for presets");
    }
    Map<String, Object> provenance = Trees.child(model.info(), ModelInfo.PROVENANCE);
    Map<String, Object> data = Trees.child(model.info(), ModelInfo.DATA);
    line("model", what);
    if (!data.isEmpty()) {
      line("trained on", String.valueOf(data.getOrDefault("task", data.get("path"))));
      line("data", String.valueOf(data.get("description")));
    }
    for (String key : List.of("command", "created", "carillon", "java")) {
      if (provenance.containsKey(key)) {
        line(key, String.valueOf(provenance.get(key)));
      }
    }
    Map<String, Object> metrics = Trees.flatten("", Trees.child(model.info(), ModelInfo.METRICS));
    if (!metrics.isEmpty()) {
      line("reached", metrics(metrics));
    }
    Object trained = Trees.get(provenance, "train.batch_size");
    int sequences = trained instanceof Number n ? n.intValue() : TrainConfig.DEFAULT.batchSize();
    Meaning meaning = model.meaning();
    describe(model.toNetwork(), sequences, meaning.sampleRate());
  }

  private static String metrics(Map<String, Object> metrics) {
    return String.join(
        ", ",
        metrics.entrySet().stream()
            .map(
                e ->
                    e.getKey()
                        + " "
                        + (e.getValue() instanceof Double d ? Text.number(d) : e.getValue()))
            .toList());
  }

  private void preset(Preset preset) {
    List<String> anyData = preset.data().keySet().stream().toList();
    RunSettings merged = RunSettings.merge(preset, settings.changes(), anyData);
    NetworkConfig network =
        RunSettings.networkConfig(
            merged.network(), Math.max(0, inputs), inputs < 1 ? 1 : 0, outputs);
    TrainConfig train = merged.trainConfig();
    if (budget != null) {
      propose(Budget.parse(budget), preset, network);
      return;
    }
    line("preset", preset.name() + ": " + preset.description());
    console.say("");
    console.say("settings");
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("network", network.toMap());
    all.put("train", train.toMap());
    all.put("data", merged.data());
    Trees.flatten("", all).forEach((key, value) -> console.say("  %s=%s", key, value));
    console.say("");
    describe(new Network(network, new SeededRandom(train.seed())), train.sequencesAtOnce(), 0);
  }

  private void propose(Budget limit, Preset preset, NetworkConfig network) {
    if (!(network.block().ssm() instanceof SsmConfig)) {
      throw new UsageException(
          "--budget is for layers of kind s4d, dlr and dss, not " + network.block().ssm().kind());
    }
    String obstacle = new NetworkReport(new Network(network, new SeededRandom(0)), 0).obstacle();
    if (obstacle != null) {
      throw new CommandFailure("preset " + preset.name() + " cannot stream: " + obstacle);
    }
    StepCost cost = measure ? StepTimer.calibrate(SECONDS) : StepCost.standard();
    limit.table(network, cost).print(console);
    console.say("");
    console.say("The largest: %s", limit.settings(network, cost));
    if (!measure) {
      console.say("Times are of the reference machine; --measure takes those of this one.");
    }
  }

  /** Microseconds of a live step, or null for layers whose cost is not known. */
  private String stepTime(NetworkConfig network) {
    if (!(network.block().ssm() instanceof SsmConfig)) {
      return null;
    }
    if (measure) {
      return Text.format("%.1f us per step, measured", StepTimer.micros(network, SECONDS));
    }
    return Text.format("about %.1f us per step", StepCost.standard().micros(network));
  }

  private void describe(Network network, int trainBatch, int sampleRate) {
    int sequences = batch == null ? trainBatch : batch;
    Computing computing = Computing.of(network, length);
    line("network", TrainSummary.network(network.config()));
    line(
        "computing",
        TrainSummary.algorithms(computing.algorithms())
            + " for "
            + Text.count(length)
            + " steps, "
            + computing.kernels()
            + " kernels");
    long memory = MemoryEstimate.of(network.config(), sequences, length).total();
    line(
        "memory",
        "about "
            + Text.bytes(memory)
            + " to train with batches of "
            + Text.count(sequences)
            + " sequences of "
            + Text.count(length)
            + " steps");
    NetworkReport report = new NetworkReport(network, sampleRate);
    String time = report.obstacle() == null ? stepTime(network.config()) : null;
    line("stream", report.stream() + (time == null ? "" : ", " + time));
    console.say("");
    report.parameters().print(console);
    if (report.hasModes()) {
      console.say("");
      report.modes().print(console);
    }
    if (report.aliased()) {
      console.say(
          "Frequencies above half a cycle per step look like slower ones; a smaller dt_max avoids them.");
    }
  }

  private void line(String name, String text) {
    console.say("%-10s %s", name, text);
  }
}
