package io.carillon.cli;

import io.carillon.cli.run.DataSource;
import io.carillon.cli.run.RunData;
import io.carillon.cli.run.RunFolder;
import io.carillon.cli.run.RunRecord;
import io.carillon.cli.settings.Change;
import io.carillon.cli.settings.Preset;
import io.carillon.cli.settings.Presets;
import io.carillon.cli.settings.RunSettings;
import io.carillon.cli.settings.Trees;
import io.carillon.data.Splits;
import io.carillon.data.Tasks;
import io.carillon.io.Settings;
import io.carillon.nn.NetworkConfig;
import io.carillon.nn.Pooling;
import io.carillon.train.Dataset;
import io.carillon.train.TrainConfig;
import io.carillon.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains a model. */
@Command(
    name = "train",
    sortOptions = false,
    description = {
      "Train a model on a generated task or on your own data. Without arguments: the task tones.",
      "Ctrl-C stops and keeps the best model so far; a second Ctrl-C ends at once."
    })
final class TrainCommand extends ConsoleCommand {
  /** Settings of the data that this command has in addition to those of the source. */
  private static final String SEED = "seed";

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "TASK",
      description = "A task of 'carillon tasks'.")
  private String task;

  @Option(
      names = {"-d", "--data"},
      paramLabel = "PATH",
      description = "Your data: .ts, .csv, .tsv, .zip or a folder; see 'carillon tasks'.")
  private Path data;

  @Option(
      names = {"-p", "--preset"},
      paramLabel = "PRESET",
      description = "A preset of 'carillon presets' or a .yaml file; else one that fits the data.")
  private String presetName;

  @Mixin private SettingsOptions settingsOptions = new SettingsOptions();

  @Option(
      names = {"-o", "--out"},
      paramLabel = "RUN",
      description = "Folder of the run; else runs/TASK-DATE-TIME.")
  private Path out;

  @Option(
      names = "--resume",
      description = "Go on with the run in --out where its last epoch ended.")
  private boolean resume;

  @Option(names = "--overwrite", description = "Replace the run in --out.")
  private boolean overwrite;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of weights, order, dropout, generated data and random divisions.")
  private Long seed;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads; else all cores. The result is the same for any number.")
  private Integer threads;

  @Mixin private ComputingOptions computingOptions = new ComputingOptions();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Use at most N sequences of each part, for a quick try.")
  private int limit;

  @Option(
      names = {"-q", "--quiet"},
      description = "Print the final table and errors only.")
  private boolean quiet;

  @Override
  public Integer call() throws Exception {
    return computingOptions.inside(this::answer);
  }

  private int answer() throws IOException {
    checkOptions();
    return resume ? resumed() : fresh();
  }

  private void checkOptions() {
    if (task != null && data != null) {
      throw new UsageException("give a task or --data, not both");
    }
    if (limit < 0) {
      throw new UsageException("--limit is " + limit + "; give at least 1");
    }
    if (!resume) {
      return;
    }
    if (out == null) {
      throw new UsageException("--resume needs the folder of the run: --out RUN");
    }
    boolean changes =
        task != null
            || data != null
            || presetName != null
            || overwrite
            || seed != null
            || threads != null
            || limit > 0
            || !settingsOptions.changes().isEmpty();
    if (changes) {
      throw new UsageException(
          "--resume goes on with the settings of the run; give --out and perhaps --quiet only");
    }
  }

  private int fresh() throws IOException {
    DataSource source = source();
    RunFolder folder = out == null ? RunFolder.named(source.name()) : RunFolder.at(out);
    folder.requireFree(overwrite);
    folder.requireCreatable();
    Preset preset = preset(source);
    List<String> keys =
        new ArrayList<>(source.options().stream().map(io.carillon.data.Option::key).toList());
    keys.add(SEED);
    RunSettings settings =
        RunSettings.merge(preset == null ? Preset.EMPTY : preset, changes(), keys);
    TrainConfig config = settings.trainConfig();
    RunData runData = data(source, settings, config);
    Splits splits = runData.open();
    if (preset == null) {
      preset = Presets.load(DefaultPreset.forData(splits.train()));
      settings = RunSettings.merge(preset, changes(), keys);
      config = settings.trainConfig();
    }
    NetworkConfig network = network(settings, splits.train());
    if (!quiet) {
      settings.notes().forEach(note -> console.say("note: %s", note));
    }
    RunRecord record =
        new RunRecord(
            runData, splits, preset.name(), settings.changes(), network, config, commandText());
    folder.prepare();
    try {
      folder.writeSettings(record.settings());
      return new TrainingSession(console, quiet, folder, record).run(new Trainer(network, config));
    } finally {
      folder.discardIfUnused();
    }
  }

  private DataSource source() {
    if (data != null) {
      return DataSource.ofPath(data);
    }
    return DataSource.ofTask(task == null ? Tasks.DEFAULT : DefaultPreset.task(task).name());
  }

  /** The preset that is asked for or belongs to the task; null to choose one by the data. */
  private Preset preset(DataSource source) throws IOException {
    if (presetName != null) {
      return Presets.load(presetName);
    }
    return source.task() == null ? null : Presets.load(DefaultPreset.forTask(source.task()));
  }

  private List<Change> changes() {
    List<Change> changes = settingsOptions.changes();
    if (seed != null) {
      changes.add(new Change("train.seed", seed.toString()));
    }
    if (threads != null) {
      changes.add(new Change("train.threads", threads.toString()));
    }
    return changes;
  }

  private RunData data(DataSource source, RunSettings settings, TrainConfig config) {
    Map<String, String> options = new LinkedHashMap<>(settings.data());
    String own = options.remove(SEED);
    try {
      return new RunData(source, options, own == null ? config.seed() : Long.parseLong(own), limit);
    } catch (NumberFormatException e) {
      throw new UsageException("data.seed is '" + own + "'; expected a whole number", e);
    }
  }

  /** The network for the data; when nothing says how to pool, the target does. */
  private static NetworkConfig network(RunSettings settings, Dataset train) {
    Map<String, Object> network = Trees.copy(settings.network());
    Pooling pooling =
        switch (train.target()) {
          case CLASS -> Pooling.MEAN;
          case VALUE -> Pooling.LAST;
          case CLASS_PER_STEP, VALUE_PER_STEP -> Pooling.EVERY;
        };
    network.putIfAbsent("pooling", Settings.name(pooling));
    return RunSettings.networkConfig(
        network, train.inputSize(), train.vocabulary(), train.outputSize());
  }

  private int resumed() throws IOException {
    RunFolder folder = RunFolder.at(out);
    Map<String, Object> settings = folder.readSettings();
    RunData runData = RunData.fromMap(Trees.child(settings, "data"));
    if (runData == null || !folder.canResume()) {
      throw new CommandFailure(out + ": has no state to resume from");
    }
    Trainer trainer = Trainer.resume(out);
    Map<String, String> changes = new LinkedHashMap<>();
    Trees.child(Trees.child(settings, "given"), "set")
        .forEach((key, value) -> changes.put(key, String.valueOf(value)));
    RunRecord record =
        new RunRecord(
            runData,
            runData.open(),
            String.valueOf(Trees.get(settings, "given.preset")),
            changes,
            trainer.network(),
            trainer.config(),
            String.valueOf(settings.get("command")));
    return new TrainingSession(console, quiet, folder, record).run(trainer);
  }
}
