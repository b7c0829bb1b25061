package io.carillon.cli;

import io.carillon.cli.settings.Preset;
import io.carillon.cli.settings.Presets;
import io.carillon.cli.settings.RunSettings;
import io.carillon.config.Computing;
import io.carillon.papers.compare.Cell;
import io.carillon.papers.compare.PlannedRun;
import io.carillon.papers.compare.RunTrainer;
import io.carillon.report.console.Console;
import io.carillon.report.console.ExitCode;
import io.carillon.report.folder.DataSource;
import io.carillon.report.folder.Retry;
import io.carillon.report.folder.RunFolder;
import io.carillon.report.settings.Change;
import io.carillon.report.settings.Trees;
import io.carillon.train.TrainListener;
import io.carillon.train.Trainer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Trains the runs of a comparison with the code of {@code train}. */
final class GridTrainer implements RunTrainer {
  private static final String SEED = "train.seed";
  private static final String THREADS = "train.threads";

  private final Console quiet;
  private final Path data;
  private final int threads;
  private final int limit;
  private final Function<PlannedRun, TrainListener> listeners;
  private final Set<Trainer> active = ConcurrentHashMap.newKeySet();
  private volatile boolean stopped;

  /**
   * A trainer.
   *
   * @param data {@code --data}, or null
   * @param threads of every run; 0 for all cores
   * @param limit most sequences of each part, 0 for all
   * @param listeners told about the progress of every run
   */
  GridTrainer(
      Console console,
      Path data,
      int threads,
      int limit,
      Function<PlannedRun, TrainListener> listeners) {
    this.quiet = silent(console);
    this.data = data;
    this.threads = threads;
    this.limit = limit;
    this.listeners = listeners;
  }

  /** A console for the sessions: only their warnings are printed. */
  private static Console silent(Console console) {
    return new Console(
        console.in(),
        Console.utf8(OutputStream.nullOutputStream()),
        console.err(),
        false,
        console.columns());
  }

  private DataSource source(Cell cell) {
    return cell.task().isEmpty()
        ? DataSource.ofPath(cell.folder().isEmpty() ? data : data.resolve(cell.folder()))
        : DataSource.ofTask(DefaultPreset.task(cell.task()).name());
  }

  private static Preset preset(Cell cell) throws IOException {
    return cell.preset().isEmpty() ? null : Presets.load(cell.preset());
  }

  private static List<Change> changes(PlannedRun run) {
    List<Change> changes = new ArrayList<>(run.cell().changes());
    changes.add(new Change(SEED, Long.toString(run.seed())));
    return changes;
  }

  @Override
  public void check(PlannedRun run) throws IOException {
    settings(run).trainConfig();
  }

  private RunSettings settings(PlannedRun run) throws IOException {
    Preset preset = preset(run.cell());
    return PreparedTraining.settings(
        source(run.cell()), preset == null ? Preset.EMPTY : preset, changes(run));
  }

  @Override
  public boolean fits(PlannedRun run, RunFolder folder) throws IOException {
    Map<String, Object> settings = folder.readSettings();
    Map<String, String> given = new LinkedHashMap<>();
    Trees.child(Trees.child(settings, "given"), "set")
        .forEach((key, value) -> given.put(key, String.valueOf(value)));
    given.remove(THREADS);
    return given.equals(settings(run).changes());
  }

  @Override
  public boolean train(PlannedRun run, RunFolder folder) throws IOException {
    PreparedTraining training =
        folder.canResume()
            ? PreparedTraining.resumed(folder, List.of(), Computing.standard())
            : fresh(run, folder);
    Trainer trainer = training.trainer();
    active.add(trainer);
    try {
      if (stopped) {
        return false;
      }
      TrainListener listener = listeners.apply(run);
      int code =
          new TrainingSession(
                  quiet, true, folder, training.record(), listener, Retry.ofProperties())
              .run(trainer);
      return code == ExitCode.OK;
    } finally {
      active.remove(trainer);
      folder.discardIfUnused();
    }
  }

  private PreparedTraining fresh(PlannedRun run, RunFolder folder) throws IOException {
    List<Change> changes = changes(run);
    if (threads > 0) {
      changes.add(new Change(THREADS, Integer.toString(threads)));
    }
    DataSource source = source(run.cell());
    PreparedTraining training =
        PreparedTraining.fresh(
            source,
            preset(run.cell()),
            changes,
            limit,
            command(run, changes),
            Computing.standard());
    folder.prepare();
    folder.writeSettings(training.record().settings());
    return training;
  }

  /** The command that trains this run alone. */
  private String command(PlannedRun run, List<Change> changes) {
    Cell cell = run.cell();
    StringBuilder text = new StringBuilder("carillon train");
    DataSource source = source(cell);
    text.append(source.task() != null ? " " + source.task() : " --data " + source.path());
    if (!cell.preset().isEmpty()) {
      text.append(" --preset ").append(cell.preset());
    }
    changes.forEach(change -> text.append(" --set '").append(change).append('\''));
    return text.append(limit > 0 ? " --limit " + limit : "").toString();
  }

  @Override
  public void stop() {
    stopped = true;
    active.forEach(Trainer::requestStop);
  }
}
