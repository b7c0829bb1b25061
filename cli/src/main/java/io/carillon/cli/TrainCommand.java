package io.carillon.cli;

import io.carillon.cli.run.DataSource;
import io.carillon.cli.run.RunFolder;
import io.carillon.cli.settings.Change;
import io.carillon.cli.settings.Preset;
import io.carillon.cli.settings.Presets;
import io.carillon.data.Tasks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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

  @Mixin private LimitOption limitOption = new LimitOption();

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
    limitOption.check();
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
            || limitOption.count() > 0
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
    PreparedTraining training =
        PreparedTraining.fresh(
            source, preset(source), changes(), limitOption.count(), commandText());
    if (!quiet) {
      training.notes().forEach(note -> console.say("note: %s", note));
    }
    folder.prepare();
    try {
      folder.writeSettings(training.record().settings());
      return new TrainingSession(console, quiet, folder, training.record()).run(training.trainer());
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

  private int resumed() throws IOException {
    RunFolder folder = RunFolder.at(out);
    PreparedTraining training = PreparedTraining.resumed(folder);
    return new TrainingSession(console, quiet, folder, training.record()).run(training.trainer());
  }
}
