package io.carillon.papers.compare;

import io.carillon.config.Computing;
import io.carillon.config.Nearest;
import io.carillon.model.SequenceModel;
import io.carillon.papers.compare.Comparison.Size;
import io.carillon.papers.compare.RunResult.Status;
import io.carillon.report.console.CommandFailure;
import io.carillon.report.console.Console;
import io.carillon.report.console.ExitCode;
import io.carillon.report.console.StopRequest;
import io.carillon.report.console.Table;
import io.carillon.report.console.Text;
import io.carillon.report.console.UsageException;
import io.carillon.report.folder.ModelInfo;
import io.carillon.report.folder.RunData;
import io.carillon.report.settings.Change;
import io.carillon.report.settings.Trees;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One comparison from its first run to its report. */
public final class Reproduction {
  private static final double MILLIS_PER_MINUTE = 60_000;

  private final Console console;
  private final Comparison comparison;
  private final Request request;
  private final RunTrainer trainer;

  /**
   * What the user wants.
   *
   * @param size small, paper
   * @param data {@code --data}, or null
   * @param seeds instead of those of the comparison; empty for those
   * @param only filters {@code axis=level,level}
   * @param changes settings put over everything
   * @param limit most sequences of each part, 0 for all
   * @param jobs runs at a time
   * @param budgetMinutes after which it stops, to be gone on with later; NaN for no end
   * @param out folder
   * @param command for the report
   */
  public record Request(
      String size,
      Path data,
      List<Long> seeds,
      List<String> only,
      List<Change> changes,
      int limit,
      int jobs,
      double budgetMinutes,
      Path out,
      String command) {}

  /**
   * A comparison that is asked for.
   *
   * @throws UsageException if it has no such size, or takes no data and some are given, or needs
   *     them and none are
   */
  public Reproduction(Console console, Comparison comparison, Request request, RunTrainer trainer) {
    this.console = console;
    this.comparison = comparison;
    this.request = request;
    this.trainer = trainer;
    check();
  }

  private void check() {
    List<String> sizes = List.copyOf(comparison.sizes().keySet());
    if (!sizes.contains(request.size())) {
      throw new UsageException(
          "comparison "
              + comparison.name()
              + " has no size '"
              + request.size()
              + "'"
              + Nearest.hint(request.size(), sizes)
              + "; sizes: "
              + String.join(", ", sizes));
    }
    if (request.data() != null && comparison.dataNeeds().isEmpty()) {
      throw new UsageException(
          "comparison " + comparison.name() + " generates its data; it takes no --data");
    }
    boolean trainsNothing = !comparison.study().isEmpty();
    if (trainsNothing && !(request.changes().isEmpty() && request.only().isEmpty())) {
      throw new UsageException(
          "comparison " + comparison.name() + " trains nothing; it takes neither --set nor --only");
    }
  }

  private Size size() {
    return comparison.sizes().get(request.size());
  }

  /**
   * All runs, the first seed of every cell before the second of any; without the cells that are
   * left out.
   *
   * @throws UsageException for a setting or filter that is wrong, or if data are needed
   */
  List<PlannedRun> plan(List<Cell> cells) throws IOException {
    List<PlannedRun> runs = new ArrayList<>();
    for (long seed : request.seeds().isEmpty() ? size().seeds() : request.seeds()) {
      for (Cell cell : cells) {
        if (cell.skip().isEmpty()) {
          runs.add(new PlannedRun(cell, seed));
        }
      }
    }
    for (PlannedRun run : runs) {
      if (run.cell().task().isEmpty() && request.data() == null) {
        throw new UsageException(
            "comparison "
                + comparison.name()
                + " of size "
                + request.size()
                + " needs data: --data "
                + comparison.dataNeeds());
      }
      trainer.check(run);
    }
    return runs;
  }

  private List<Cell> cells() {
    return Grid.cells(
        comparison, request.size(), request.data(), request.changes(), request.only());
  }

  /** Prints what would be run, and returns the exit code. */
  public int dryRun() throws IOException {
    console.say("%s: %s", comparison.name(), comparison.title());
    if (!comparison.study().isEmpty()) {
      console.say("Trains nothing; computes %s", size().settings());
      return ExitCode.OK;
    }
    List<Cell> cells = cells();
    List<PlannedRun> runs = plan(cells);
    Table table = new Table("cell", "data", "preset", "seeds", "settings");
    for (Cell cell : cells) {
      List<String> seeds =
          runs.stream()
              .filter(run -> run.cell().equals(cell))
              .map(run -> String.valueOf(run.seed()))
              .toList();
      table.row(
          cell.title(),
          cell.task().isEmpty() ? "--data " + cell.folder() : "task " + cell.task(),
          cell.preset(),
          cell.skip().isEmpty() ? String.join(" ", seeds) : "left out: " + cell.skip(),
          String.join(" ", cell.changes().stream().map(Change::toString).toList()));
    }
    table.print(console);
    console.say("");
    console.say(
        "%s in %s%s",
        Text.count(runs.size(), "run", "runs"),
        request.out(),
        Double.isNaN(size().minutes())
            ? ""
            : "; the whole of this size takes about "
                + Text.duration(60 * size().minutes())
                + " on two cores");
    return ExitCode.OK;
  }

  /** Runs what is not done yet, writes the report, and returns the exit code. */
  public int run() throws IOException {
    StudyFolder folder = new StudyFolder(request.out());
    if (!comparison.study().isEmpty()) {
      folder.open(asked());
      Study.of(comparison).run(console, comparison, size(), folder, request.command());
      return ExitCode.OK;
    }
    List<Cell> cells = cells();
    List<PlannedRun> runs = plan(cells);
    if (runs.isEmpty()) {
      throw new UsageException("no run is left by --only and the rules of the comparison");
    }
    folder.open(asked());
    GridRunner runner = new GridRunner(console, trainer, folder.runs(), request.jobs(), runs);
    List<RunResult> results = runner.read();
    long done = results.stream().filter(RunResult::isDone).count();
    console.say(
        "%s: %s, %d of them done; in %s",
        comparison.name(), Text.count(runs.size(), "run", "runs"), done, folder.path());
    try (StopRequest stop = StopRequest.watch(runner::stop)) {
      results = budgeted(runner);
      List<Analysis.Measured> measured = analyse(folder, results, runner);
      new GridReport(comparison, request, size(), cells, results, measured).write(folder);
      return end(results, stop.requested(), runner.stopped(), folder);
    }
  }

  private Map<String, Object> asked() {
    Map<String, Object> asked = new LinkedHashMap<>();
    asked.put("comparison", comparison.name());
    asked.put("size", request.size());
    asked.put(
        "data",
        request.data() == null ? "" : request.data().toAbsolutePath().normalize().toString());
    asked.put("set", settings());
    asked.put("limit", request.limit());
    return asked;
  }

  /** The settings that hold in the end, in one order whatever that of the command line. */
  private String settings() {
    Map<String, Change> last = new TreeMap<>();
    request.changes().forEach(change -> last.put(change.key(), change));
    return last.values().stream().map(Change::toString).collect(Collectors.joining(" "));
  }

  private List<RunResult> budgeted(GridRunner runner) throws IOException {
    Timer timer = new Timer("carillon-budget", true);
    try {
      if (request.budgetMinutes() == 0) {
        runner.stop();
      } else if (!Double.isNaN(request.budgetMinutes())) {
        timer.schedule(
            new TimerTask() {
              @Override
              public void run() {
                runner.stop();
              }
            },
            Math.round(request.budgetMinutes() * MILLIS_PER_MINUTE));
      }
      return runner.run();
    } finally {
      timer.cancel();
    }
  }

  /** Measures every finished run once; after a stop only what was measured before is there. */
  private List<Analysis.Measured> analyse(
      StudyFolder folder, List<RunResult> results, GridRunner runner) throws IOException {
    Analysis analysis = Analysis.of(comparison);
    List<Analysis.Measured> measured = new ArrayList<>();
    if (analysis == null) {
      return measured;
    }
    Computing computing = Computing.standard().onAllProcessors();
    for (RunResult result : results) {
      if (result.status() != Status.FINISHED) {
        continue;
      }
      Map<String, Object> values = folder.analysis(result.run().id());
      if (values == null && !runner.stopped()) {
        SequenceModel model = SequenceModel.load(result.folder(), computing);
        RunData data = RunData.fromMap(Trees.child(model.info(), ModelInfo.DATA));
        values = analysis.measure(model, data.reopen(model.meaning()));
        folder.keepAnalysis(result.run().id(), values);
        values = folder.analysis(result.run().id());
      }
      if (values != null) {
        measured.add(new Analysis.Measured(result, values));
      }
    }
    return measured;
  }

  private int end(
      List<RunResult> results, boolean interrupted, boolean stopped, StudyFolder folder) {
    long failed = results.stream().filter(run -> run.status() == Status.FAILED).count();
    long done = results.stream().filter(RunResult::isDone).count();
    console.say("");
    console.say("%d of %d runs done.", done, results.size());
    console.say("Report: %s", folder.report());
    console.say("Tables: %s, %s", folder.csv("runs"), folder.csv("summary"));
    if (interrupted || stopped) {
      console.say("Stopped; the same command goes on.");
    }
    if (interrupted) {
      return ExitCode.INTERRUPTED;
    }
    if (failed > 0) {
      throw new CommandFailure(
          Text.count(failed, "run", "runs")
              + " could not be trained: "
              + results.stream()
                  .filter(run -> run.status() == Status.FAILED)
                  .map(run -> run.run().title() + ": " + run.reason())
                  .findFirst()
                  .orElse(""));
    }
    return ExitCode.OK;
  }
}
