package io.carillon.papers.compare;

import io.carillon.papers.compare.Comparison.PaperNumber;
import io.carillon.papers.compare.Comparison.Size;
import io.carillon.papers.compare.RunResult.Status;
import io.carillon.report.Block;
import io.carillon.report.Blocks;
import io.carillon.report.DataTable;
import io.carillon.report.HtmlReport;
import io.carillon.report.console.CommandFailure;
import io.carillon.report.console.Errors;
import io.carillon.report.console.Text;
import io.carillon.report.folder.Version;
import io.carillon.report.settings.Change;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The report of a grid of trainings: one HTML file and tables for other programs. */
final class GridReport {
  private final Comparison comparison;
  private final Reproduction.Request request;
  private final Size size;
  private final List<Cell> cells;
  private final List<RunResult> runs;
  private final List<CellResult> results;
  private final List<Analysis.Measured> measured;

  /**
   * A report.
   *
   * @param cells all that were asked for, also those that the comparison leaves out
   * @param runs all runs, also those that are not done
   */
  GridReport(
      Comparison comparison,
      Reproduction.Request request,
      Size size,
      List<Cell> cells,
      List<RunResult> runs,
      List<Analysis.Measured> measured) {
    this.comparison = comparison;
    this.request = request;
    this.size = size;
    this.cells = cells;
    this.runs = runs;
    this.results = CellResult.of(runs);
    this.measured = measured;
  }

  /** Writes all files; each is replaced whole. */
  void write(StudyFolder folder) {
    GridCsv csv = new GridCsv(comparison, runs, results);
    csv.ofRuns().write(folder.csv("runs"));
    csv.ofCells().write(folder.csv("summary"));
    Analysis analysis = Analysis.of(comparison);
    if (analysis != null && !measured.isEmpty()) {
      analysis.writeCsv(measured, folder.path());
    }
    try {
      html(analysis).write(folder.report());
    } catch (IOException e) {
      throw new CommandFailure("cannot write " + folder.report() + ": " + Errors.message(e), e);
    }
  }

  private HtmlReport html(Analysis analysis) {
    GridCharts charts = new GridCharts(comparison, results);
    HtmlReport report =
        new HtmlReport(comparison.title(), comparison.shows())
            .section("Overview", overview())
            .section("Checks", claims())
            .section("Results", resultBlocks(charts))
            .section("Learning curves", charts.curves());
    if (analysis != null && !measured.isEmpty()) {
      report.section(analysis.title(), analysis.blocks(measured));
    }
    return report
        .section("Failed runs", failures())
        .section("Differences from the papers", differences())
        .section("Settings", settings());
  }

  private List<Block> overview() {
    Map<String, String> tiles = new LinkedHashMap<>();
    long done = runs.stream().filter(run -> run.status() == Status.FINISHED).count();
    tiles.put("Runs finished", done + "\nof " + runs.size());
    tiles.put("Failed", String.valueOf(results.stream().mapToInt(CellResult::failed).sum()));
    double seconds = runs.stream().mapToDouble(RunResult::seconds).sum();
    tiles.put("Training", Text.duration(seconds) + "\nall runs together");
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Comparison", comparison.name() + ", size " + request.size());
    facts.put("In the papers", comparison.source());
    if (request.data() != null) {
      facts.put("Data", String.valueOf(request.data().getFileName()));
    }
    facts.put("Made by", "carillon " + Version.carillon() + ", Java " + Version.java());
    facts.put("Machine", Version.system());
    List<Block> blocks = new ArrayList<>(List.of(Blocks.tiles(tiles), Blocks.facts(facts)));
    if (done < runs.size()) {
      blocks.add(
          Blocks.warning(
              "Not all runs are finished: the numbers below are of those that are. The command"
                  + " below goes on."));
    }
    blocks.add(Blocks.code(request.command()));
    return blocks;
  }

  private List<Block> claims() {
    if (comparison.claims().isEmpty()) {
      return List.of();
    }
    DataTable table =
        new DataTable("Statements checked on the means over seeds", "statement", "here");
    List<Block> blocks = new ArrayList<>();
    for (Comparison.Claim claim : comparison.claims()) {
      ClaimCheck check = ClaimCheck.of(claim, comparison, results);
      table.row(claim.text(), check.verdict());
      if (!check.against().isEmpty()) {
        blocks.add(
            Blocks.details(
                "Against: " + claim.text(), check.against().stream().map(Blocks::text).toList()));
      }
    }
    blocks.add(0, table);
    return blocks;
  }

  private List<Block> resultBlocks(GridCharts charts) {
    List<Block> blocks = new ArrayList<>();
    blocks.add(charts.overview());
    blocks.add(table());
    if (!comparison.numbers().isEmpty()) {
      blocks.add(numbers());
    }
    for (Cell cell : cells) {
      if (!cell.skip().isEmpty()) {
        blocks.add(Blocks.text("Left out: " + cell.title() + ": " + cell.skip()));
      }
    }
    return blocks;
  }

  private DataTable table() {
    boolean hasNumbers = !comparison.numbers().isEmpty();
    List<String> columns = new ArrayList<>(comparison.axisNames());
    columns.addAll(
        List.of(comparison.metric() + " (test)", "seeds", "failed", "epochs", "time of a run"));
    if (hasNumbers) {
      columns.add("papers");
    }
    DataTable table =
        new DataTable(
            "Mean and standard deviation over the finished runs of each cell"
                + (hasNumbers ? ", beside the numbers of the papers" : ""),
            columns);
    for (CellResult result : results) {
      List<String> row = new ArrayList<>(result.cell().levels().values());
      row.add(
          Comparison.meanAndSpread(
              result.mean(comparison.metric()), result.spread(comparison.metric())));
      row.add(result.count(Status.FINISHED) + " of " + result.runs().size());
      row.add(String.valueOf(result.failed()));
      row.add(epochs(result));
      row.add(time(result));
      if (hasNumbers) {
        row.add(comparison.numbersOf(result.cell()));
      }
      table.row(row);
    }
    return table;
  }

  private static String epochs(CellResult result) {
    int[] epochs =
        result.runs().stream()
            .filter(run -> run.status() == Status.FINISHED)
            .mapToInt(run -> run.curve().size())
            .distinct()
            .sorted()
            .toArray();
    if (epochs.length == 0) {
      return Comparison.NONE;
    }
    return epochs[0] + (epochs.length > 1 ? " to " + epochs[epochs.length - 1] : "");
  }

  private static String time(CellResult result) {
    return result.runs().stream()
        .filter(run -> run.status() == Status.FINISHED)
        .mapToDouble(RunResult::seconds)
        .average()
        .stream()
        .mapToObj(Text::duration)
        .findFirst()
        .orElse("–");
  }

  private DataTable numbers() {
    DataTable table = new DataTable("Numbers of the papers", "for", "value", "of what, and whose");
    for (PaperNumber number : comparison.numbers()) {
      List<String> levels = new ArrayList<>();
      number.when().allowed().values().forEach(levels::addAll);
      table.row(
          String.join(", ", levels),
          Comparison.meanAndSpread(number.value(), number.spread()),
          number.note());
    }
    return table;
  }

  private List<Block> failures() {
    DataTable table = new DataTable("Runs without a result", "run", "status", "reason");
    for (RunResult run : runs) {
      if (run.status() == Status.DIVERGED || run.status() == Status.FAILED) {
        table.row(run.run().title(), run.status().word(), run.reason());
      }
    }
    return table.isEmpty() ? List.of() : List.of(table);
  }

  private List<Block> differences() {
    return size.differences().stream().map(Blocks::text).toList();
  }

  private List<Block> settings() {
    DataTable table =
        new DataTable(
            "What every cell is trained with, put over its preset", "cell", "preset", "settings");
    for (CellResult result : results) {
      Cell cell = result.cell();
      table.row(
          cell.title(),
          cell.preset().isEmpty() ? "–" : cell.preset(),
          String.join(" ", cell.changes().stream().map(Change::toString).toList()));
    }
    return List.of(Blocks.details("Settings of every cell", List.of(table)));
  }
}
