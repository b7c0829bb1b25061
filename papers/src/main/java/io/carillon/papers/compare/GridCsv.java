package io.carillon.papers.compare;

import io.carillon.papers.compare.RunResult.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The results of a grid for other programs.
 *
 * @param comparison what was compared
 * @param runs all runs
 * @param results the runs by cell
 */
record GridCsv(Comparison comparison, List<RunResult> runs, List<CellResult> results) {
  /** A row for every run. */
  Csv ofRuns() {
    List<String> metrics =
        runs.stream().flatMap(run -> run.test().keySet().stream()).distinct().toList();
    List<String> validation =
        runs.stream().flatMap(run -> run.validation().keySet().stream()).distinct().toList();
    List<String> headings = new ArrayList<>(comparison.axisNames());
    headings.addAll(List.of("seed", "status", "reason", "epochs", "seconds", "folder"));
    metrics.forEach(metric -> headings.add("test_" + metric));
    validation.forEach(metric -> headings.add("validation_" + metric));
    Csv csv = new Csv(headings);
    for (RunResult run : runs) {
      List<Object> row = new ArrayList<>(run.run().cell().levels().values());
      row.addAll(
          List.of(
              run.run().seed(),
              run.status().word(),
              run.reason(),
              run.curve().size(),
              run.seconds(),
              "runs/" + run.run().id()));
      metrics.forEach(metric -> row.add(run.test(metric)));
      validation.forEach(metric -> row.add(run.validation().get(metric)));
      csv.row(row);
    }
    return csv;
  }

  /** A row for every cell. */
  Csv ofCells() {
    List<String> headings = new ArrayList<>(comparison.axisNames());
    headings.addAll(
        List.of("metric", "mean", "spread", "smallest", "largest", "finished", "failed", "papers"));
    Csv csv = new Csv(headings);
    for (CellResult result : results) {
      double[] values = result.values(comparison.metric());
      List<Object> row = new ArrayList<>(result.cell().levels().values());
      row.add(comparison.metric());
      row.add(result.mean(comparison.metric()));
      row.add(result.spread(comparison.metric()));
      row.add(Arrays.stream(values).min().orElse(Double.NaN));
      row.add(Arrays.stream(values).max().orElse(Double.NaN));
      row.add(result.count(Status.FINISHED));
      row.add(result.failed());
      String papers = comparison.numbersOf(result.cell());
      row.add(papers.equals(Comparison.NONE) ? "" : papers);
      csv.row(row);
    }
    return csv;
  }
}
