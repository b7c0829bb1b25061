package io.carillon.papers.compare;

import io.carillon.papers.compare.RunResult.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The runs of one cell, one for each seed, and what they say together.
 *
 * @param cell the cell
 * @param runs in the order of the seeds
 */
record CellResult(Cell cell, List<RunResult> runs) {

  /** Runs by cell, in the order of their first appearance. */
  static List<CellResult> of(List<RunResult> runs) {
    Map<Cell, List<RunResult>> byCell = new LinkedHashMap<>();
    runs.forEach(r -> byCell.computeIfAbsent(r.run().cell(), c -> new ArrayList<>()).add(r));
    List<CellResult> all = new ArrayList<>();
    byCell.forEach((cell, ofCell) -> all.add(new CellResult(cell, List.copyOf(ofCell))));
    return all;
  }

  /** Runs with this status. */
  int count(Status status) {
    return (int) runs.stream().filter(run -> run.status() == status).count();
  }

  /** Runs that ended without a result: diverged, or could not be trained. */
  int failed() {
    return count(Status.DIVERGED) + count(Status.FAILED);
  }

  /** The metric of the finished runs, in the order of the seeds. */
  double[] values(String metric) {
    return runs.stream()
        .filter(run -> run.status() == Status.FINISHED)
        .mapToDouble(run -> run.test(metric))
        .filter(Double::isFinite)
        .toArray();
  }

  /** Mean over the finished runs, NaN if there is none. */
  double mean(String metric) {
    return mean(values(metric));
  }

  /**
   * Standard deviation over the finished runs (divided by n − 1), NaN if there are fewer than 2.
   */
  double spread(String metric) {
    double[] values = values(metric);
    if (values.length < 2) {
      return Double.NaN;
    }
    double mean = mean(values);
    double sum = 0;
    for (double value : values) {
      sum += (value - mean) * (value - mean);
    }
    return Math.sqrt(sum / (values.length - 1));
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return values.length == 0 ? Double.NaN : sum / values.length;
  }
}
