package io.carillon.cli;

import io.carillon.cli.settings.Preset;
import io.carillon.cli.settings.Presets;
import io.carillon.config.Computing;
import io.carillon.data.generated.Tasks;
import io.carillon.report.console.ExitCode;
import io.carillon.report.console.UsageException;
import io.carillon.report.folder.DataSource;
import io.carillon.report.folder.RunFolder;
import io.carillon.report.folder.RunLock;
import io.carillon.report.settings.Change;
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
      "Ctrl-C stops after the step and keeps everything: --resume goes on there. A second Ctrl-C ends"
          + " at once, and loses what came after the last state to resume from (see"
          + " train.checkpoint_seconds), as any kill does."
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
      description = "Your data, a file or a folder; 'carillon tasks' lists the kinds.")
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
      arity = "0..1",
      fallbackValue = "",
      paramLabel = "RUN",
      description =
          "Go on with a run that was stopped or killed, with the same result as without. With --set"
              + " epochs=N (or patience, total_steps, validate_every, threads, checkpoint_seconds)"
              + " it goes on longer or otherwise.")
  private String resume;

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
    return ComputingOptions.possible(this::answer);
  }

  private int answer() throws IOException {
    checkOptions();
    return resume == null ? fresh() : resumed();
  }

  private void checkOptions() {
    if (task != null && data != null) {
      throw new UsageException("give a task or --data, not both");
    }
    limitOption.check();
    if (resume == null) {
      return;
    }
    if (resume.isEmpty() && out == null) {
      throw new UsageException("--resume needs the folder of the run: --resume RUN");
    }
    boolean changes =
        task != null
            || data != null
            || presetName != null
            || overwrite
            || seed != null
            || limitOption.count() > 0
            || !resume.isEmpty() && out != null && !Path.of(resume).equals(out);
    if (changes) {
      throw new UsageException(
          "--resume goes on with the settings of the run; give the run, and perhaps --set epochs=N,"
              + " --threads or --quiet only");
    }
  }

  private int fresh() throws IOException {
    DataSource source = source();
    RunFolder folder = out == null ? RunFolder.named(source.name()) : RunFolder.at(out);
    folder.requireFree(overwrite);
    folder.requireCreatable();
    PreparedTraining training =
        PreparedTraining.fresh(
            source, preset(source), changes(), limitOption.count(), commandText(), computing());
    if (!quiet) {
      training.notes().forEach(note -> console.say("note: %s", note));
    }
    folder.create();
    RunLock lock = RunLock.of(folder.path());
    try {
      return fresh(folder, training, lock);
    } finally {
      folder.discardIfUnused();
    }
  }

  /** The lock is a file, so that it is given back before an unused folder is removed. */
  private int fresh(RunFolder folder, PreparedTraining training, RunLock lock) throws IOException {
    try (lock) {
      folder.prepare();
      folder.writeSettings(training.record().settings());
      return session(folder, training).run(training.trainer());
    }
  }

  /** The number of threads is a setting of the training. */
  private Computing computing() {
    return computingOptions.computing(0);
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
    RunFolder folder = RunFolder.at(resume.isEmpty() ? out : Path.of(resume));
    if (!folder.hasSettings()) {
      // Says what is missing; a folder that is no run is not to be written into.
      folder.readSettings();
    }
    RunLock lock = RunLock.of(folder.path());
    try (lock) {
      return resumed(folder);
    }
  }

  private int resumed(RunFolder folder) throws IOException {
    List<Change> changes = changes();
    PreparedTraining training = PreparedTraining.resumed(folder, changes, computing());
    if (training.isDone(folder)) {
      return done(folder, training, changes);
    }
    if (!quiet) {
      training.notes().forEach(note -> console.say("note: %s", note));
    }
    return session(folder, training).run(training.trainer());
  }

  private TrainingSession session(RunFolder folder, PreparedTraining training) {
    return new TrainingSession(console, quiet, folder, training.record()).withBaselines();
  }

  private int done(RunFolder folder, PreparedTraining training, List<Change> changes) {
    int epochs = training.record().train().epochs();
    if (!changes.isEmpty()) {
      throw new UsageException(
          "the run in "
              + folder.path()
              + " has ended and does not go on with these settings; give more epochs than "
              + epochs
              + ", or another patience if it ended early");
    }
    if (!quiet) {
      console.say(
          "The run in %s has ended, nothing was done. For more epochs than %d: carillon train"
              + " --resume %s --set epochs=%d",
          folder.path(), epochs, folder.path(), 2 * epochs);
    }
    return ExitCode.OK;
  }
}
