package io.carillon.cli;

import io.carillon.papers.compare.Comparison;
import io.carillon.papers.compare.Comparisons;
import io.carillon.papers.compare.Reproduction;
import io.carillon.papers.compare.RunProgress;
import io.carillon.report.console.CommandFailure;
import io.carillon.report.console.ExitCode;
import io.carillon.report.console.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs one of the papers' comparisons. */
@Command(
    name = "reproduce",
    sortOptions = false,
    description = {
      "Run one of the papers' comparisons: several models and seeds, and a report of all of them.",
      "Without a name: what there is. The same command goes on where it was interrupted."
    })
final class ReproduceCommand extends ConsoleCommand {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "NAME",
      description = "A comparison, or a .yaml file with one of your own.")
  private String name;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "DIR",
      description = "Folder of runs and report; else runs/reproduce-NAME-SIZE.")
  private Path out;

  @Option(
      names = "--size",
      defaultValue = "small",
      paramLabel = "SIZE",
      description =
          "small: two cores finish it; paper: the papers' setting (default: ${DEFAULT-VALUE}).")
  private String size;

  @Option(
      names = "--seeds",
      split = ",",
      paramLabel = "N",
      description = "Seeds, separated by commas; else those of the comparison.")
  private List<Long> seeds = new ArrayList<>();

  @Option(
      names = "--only",
      paramLabel = "AXIS=LEVEL,...",
      description = "Run only these cells; may be given several times.")
  private List<String> only = new ArrayList<>();

  @Option(
      names = {"-d", "--data"},
      paramLabel = "PATH",
      description = "Real data, for the comparisons that take some.")
  private Path data;

  @Mixin private SettingsOptions settingsOptions = new SettingsOptions();

  @Mixin private LimitOption limitOption = new LimitOption();

  @Option(
      names = "--budget-minutes",
      paramLabel = "M",
      description = "Stop after M minutes, within a run too; 0 makes the report only.")
  private double budgetMinutes = Double.NaN;

  @Option(
      names = {"-j", "--jobs"},
      defaultValue = "1",
      paramLabel = "N",
      description =
          "Runs at a time; small models are faster so than with many threads (default:"
              + " ${DEFAULT-VALUE}).")
  private int jobs;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of every run; else all cores divided by the jobs.")
  private int threads;

  @Option(names = "--dry-run", description = "Print the grid and stop.")
  private boolean dryRun;

  @Override
  public Integer call() throws IOException {
    if (name == null) {
      list();
      return ExitCode.OK;
    }
    checkOptions();
    Comparison comparison = Comparisons.load(name);
    int perRun =
        threads > 0 ? threads : Math.max(1, Runtime.getRuntime().availableProcessors() / jobs);
    GridTrainer trainer =
        new GridTrainer(
            console, data, perRun, limitOption.count(), run -> new RunProgress(console, run));
    Reproduction reproduction = new Reproduction(console, comparison, request(comparison), trainer);
    return dryRun ? reproduction.dryRun() : reproduction.run();
  }

  private void list() throws IOException {
    for (String each : Comparisons.names()) {
      Comparison comparison = Comparisons.load(each);
      console.say("%s: %s", each, comparison.title());
      console.say("  %s", comparison.shows());
      console.say("  %s", comparison.sizesInWords());
      console.say("");
    }
    console.say("Run one: carillon reproduce NAME; --dry-run shows its grid.");
  }

  private void checkOptions() {
    limitOption.check();
    if (jobs < 1) {
      throw new UsageException("--jobs is " + jobs + "; give at least 1");
    }
    if (threads < 0) {
      throw new UsageException("--threads is " + threads + "; give at least 1");
    }
    if (budgetMinutes < 0) {
      throw new UsageException("--budget-minutes is " + budgetMinutes + "; give 0 or more");
    }
    if (data != null && !Files.exists(data)) {
      throw new CommandFailure(data + ": there is no such file or folder; check --data");
    }
  }

  private Reproduction.Request request(Comparison comparison) {
    Path folder =
        out != null ? out : Path.of("runs", "reproduce-" + comparison.name() + "-" + size);
    return new Reproduction.Request(
        size,
        data,
        seeds.stream().distinct().toList(),
        only,
        settingsOptions.changes(),
        limitOption.count(),
        jobs,
        budgetMinutes,
        folder,
        commandText());
  }
}
