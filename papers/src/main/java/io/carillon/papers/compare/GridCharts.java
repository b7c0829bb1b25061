package io.carillon.papers.compare;

import io.carillon.papers.compare.Comparison.Axis;
import io.carillon.report.Block;
import io.carillon.report.Blocks;
import io.carillon.report.Chart;
import io.carillon.report.Look;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** The charts of a grid: the metric of all cells, and how it was learned. */
final class GridCharts {
  private static final int MOST_LINES = 8;

  private final Comparison comparison;
  private final List<CellResult> results;

  GridCharts(Comparison comparison, List<CellResult> results) {
    this.comparison = comparison;
    this.results = results;
  }

  private String metric() {
    return comparison.metric();
  }

  /** Bars with the range over seeds, or lines along the axis that the comparison names. */
  Chart overview() {
    return comparison.chart().isEmpty() ? bars() : lines();
  }

  private Chart bars() {
    List<Axis> axes = comparison.axes();
    String last = axes.isEmpty() ? "" : axes.get(axes.size() - 1).name();
    boolean single = axes.size() < 2;
    Set<String> groups = new LinkedHashSet<>();
    Set<String> colours = new LinkedHashSet<>();
    for (CellResult result : results) {
      groups.add(single ? result.cell().title() : titleWithout(result, last));
      colours.add(single ? metric() : result.cell().levels().get(last));
    }
    Chart chart =
        Chart.titled(metric() + " on the test part")
            .caption("Bars are means over seeds, whiskers go from the smallest to the largest.")
            .x(metric())
            .categories(List.copyOf(groups));
    for (String colour : colours) {
      chart.bars(
          colour,
          numbers(groups, colour, single, last, r -> r.mean(metric())),
          numbers(groups, colour, single, last, r -> end(r, true)),
          numbers(groups, colour, single, last, r -> end(r, false)));
    }
    double[] all =
        results.stream().flatMapToDouble(r -> Arrays.stream(r.values(metric()))).toArray();
    double most = Arrays.stream(all).max().orElse(1);
    return chart.xRange(Math.min(0, Arrays.stream(all).min().orElse(0)), most > 0 ? most : 1);
  }

  private double end(CellResult result, boolean low) {
    var values = Arrays.stream(result.values(metric()));
    return (low ? values.min() : values.max()).orElse(Double.NaN);
  }

  private double[] numbers(
      Set<String> groups,
      String colour,
      boolean single,
      String last,
      ToDoubleFunction<CellResult> number) {
    return groups.stream()
        .mapToDouble(
            group ->
                results.stream()
                    .filter(
                        r ->
                            single
                                ? r.cell().title().equals(group)
                                : titleWithout(r, last).equals(group)
                                    && r.cell().levels().get(last).equals(colour))
                    .findFirst()
                    .map(r -> number.applyAsDouble(r))
                    .orElse(Double.NaN))
        .toArray();
  }

  private static String titleWithout(CellResult result, String axis) {
    List<String> levels = new ArrayList<>();
    result
        .cell()
        .levels()
        .forEach(
            (name, level) -> {
              if (!name.equals(axis)) {
                levels.add(level);
              }
            });
    return levels.isEmpty() ? "all" : String.join(", ", levels);
  }

  private Chart lines() {
    Map<String, List<CellResult>> byLine = new LinkedHashMap<>();
    for (CellResult result : results) {
      String line = titleWithout(result, comparison.chart());
      byLine.computeIfAbsent(line, key -> new ArrayList<>()).add(result);
    }
    Chart chart =
        Chart.titled(metric() + " by " + comparison.chart())
            .caption("Lines are means over seeds, bands go from the smallest to the largest.")
            .x(comparison.chart())
            .logX()
            .y(metric() + " (test)");
    int colour = 0;
    for (Map.Entry<String, List<CellResult>> line : byLine.entrySet()) {
      List<CellResult> cells = line.getValue();
      double[] x =
          column(cells, r -> Double.parseDouble(r.cell().levels().get(comparison.chart())));
      Look look = Look.of(colour++);
      chart.line(line.getKey(), x, column(cells, r -> r.mean(metric())), look);
      if (cells.stream().anyMatch(r -> r.values(metric()).length > 1)) {
        chart.band(
            "", x, column(cells, r -> end(r, true)), column(cells, r -> end(r, false)), look);
      }
    }
    return chart;
  }

  private static double[] column(List<CellResult> cells, ToDoubleFunction<CellResult> number) {
    return cells.stream().mapToDouble(number).toArray();
  }

  /** One chart for every level of the first axes, with a line for each cell. */
  List<Block> curves() {
    List<Axis> axes = comparison.axes();
    int lines = 1;
    int split = axes.size();
    while (split > 0 && lines * axes.get(split - 1).levels().size() <= MOST_LINES) {
      split--;
      lines *= axes.get(split).levels().size();
    }
    List<String> apart = axes.subList(0, split).stream().map(Axis::name).toList();
    Map<String, Chart> charts = new LinkedHashMap<>();
    for (CellResult result : results) {
      String group = joined(result, apart, true);
      Chart chart = charts.computeIfAbsent(group, this::curveChart);
      addCurve(chart, joined(result, apart, false), result);
    }
    List<Chart> drawn = charts.values().stream().filter(chart -> !chart.isEmpty()).toList();
    return drawn.isEmpty() ? List.of() : List.of(Blocks.grid(drawn));
  }

  private Chart curveChart(String group) {
    return Chart.titled(group.isEmpty() ? "All cells" : group)
        .caption("On the validation part after every epoch, mean over seeds.")
        .x("epoch")
        .y(metric());
  }

  private static String joined(CellResult result, List<String> axes, boolean these) {
    List<String> levels = new ArrayList<>();
    result
        .cell()
        .levels()
        .forEach(
            (axis, level) -> {
              if (axes.contains(axis) == these) {
                levels.add(level);
              }
            });
    return String.join(", ", levels);
  }

  /** The mean over the runs that have come as far as each epoch. */
  private void addCurve(Chart chart, String name, CellResult result) {
    Map<Double, List<Double>> byEpoch = new java.util.TreeMap<>();
    for (RunResult run : result.runs()) {
      for (Map<String, Double> epoch : run.curve()) {
        Double value = epoch.get("validation_" + metric());
        if (value != null) {
          byEpoch.computeIfAbsent(epoch.get("epoch"), e -> new ArrayList<>()).add(value);
        }
      }
    }
    if (byEpoch.isEmpty()) {
      return;
    }
    double[] x = byEpoch.keySet().stream().mapToDouble(Double::doubleValue).toArray();
    double[] y =
        byEpoch.values().stream()
            .mapToDouble(v -> v.stream().mapToDouble(Double::doubleValue).average().orElse(0))
            .toArray();
    chart.line(name.isEmpty() ? "all" : name, x, y);
  }
}
