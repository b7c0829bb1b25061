package io.carillon.report.run;

import io.carillon.engine.Parameter;
import io.carillon.model.inside.Inside;
import io.carillon.report.Block;
import io.carillon.report.Blocks;
import io.carillon.report.DataTable;
import io.carillon.report.console.NetworkReport;
import io.carillon.report.console.Text;
import io.carillon.report.folder.BaselineScores;
import io.carillon.report.folder.ModelInfo;
import io.carillon.report.folder.Reached;
import io.carillon.report.settings.Trees;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What was trained, what it reached, and what that is worth. */
final class SummarySection {
  private final Run run;

  SummarySection(Run run) {
    this.run = run;
  }

  List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    lost().ifPresent(sentence -> blocks.add(Blocks.warning(sentence)));
    String end = String.valueOf(run.info(ModelInfo.PROVENANCE).get("end"));
    switch (end) {
      case Reached.STOPPED ->
          blocks.add(
              Blocks.warning(
                  "The training was stopped before its end; this is the best model until then."));
      case Reached.RUNNING ->
          blocks.add(
              Blocks.warning(
                  "The training has not ended; this is the best model so far, of epoch "
                      + run.info(ModelInfo.METRICS).get("epoch")
                      + "."));
      case "diverged" ->
          blocks.add(
              Blocks.warning(
                  "The training diverged: a loss or gradient was not finite. This is the last good"
                      + " model."));
      default -> {}
    }
    if (run.note() != null) {
      blocks.add(Blocks.warning(run.note()));
    }
    blocks.add(Blocks.tiles(tiles()));
    DataTable results = results();
    if (!results.isEmpty()) {
      blocks.add(results);
    }
    baselines(blocks);
    blocks.add(Blocks.facts(facts(end)));
    return blocks;
  }

  /** Where the model loses to a baseline: which, and by how much. */
  private Optional<String> lost() {
    Double reached = testMetrics().isEmpty() ? null : reached(mainMetric());
    BaselineScores scores = run.baselines();
    boolean comparable = scores != null && reached != null && scores.metric().equals(mainMetric());
    if (comparable && scores.beats(reached)) {
      return Optional.of(scores.winner(reached));
    }
    Baselines without = Baselines.of(run);
    boolean known = reached != null && !without.values().isEmpty();
    return known && without.metric().equals(mainMetric()) && without.beats(reached)
        ? Optional.of(
            "The model LOSES to an answer without learning: "
                + without.metric()
                + " "
                + Text.number(without.best())
                + ", the model "
                + Text.number(reached)
                + ".")
        : Optional.empty();
  }

  /**
   * What the table of results cannot hold: from how much baselines learned, and what is not there.
   */
  private void baselines(List<Block> blocks) {
    BaselineScores scores = run.baselines();
    if (scores == null) {
      if (!testMetrics().isEmpty()) {
        blocks.add(
            Blocks.text(
                "Baselines that learn, MiniRocket and a ridge regression on log-spectra, were not"
                    + " measured; that is done by: carillon baselines RUN"));
      }
      return;
    }
    List<String> notes = new ArrayList<>();
    for (BaselineScores.Row row : scores.rows()) {
      if (row.leftOut() != null) {
        notes.add(row.name() + " was left out: " + row.leftOut());
      } else if (row.known() < row.of()) {
        notes.add(row.name() + " learned " + row.from() + " sequences");
      }
    }
    if (!notes.isEmpty()) {
      blocks.add(
          Blocks.text(
              String.join("; ", notes) + ". With more time: carillon baselines RUN --seconds N"));
    }
  }

  private Map<String, String> tiles() {
    Map<String, String> tiles = new LinkedHashMap<>();
    String metric = mainMetric();
    Double reached = reached(metric);
    if (reached != null) {
      tiles.put(name(metric) + " on " + reachedOn(), Text.number(reached) + "\n" + beside(metric));
    }
    tiles.put("Parameters", Text.count(parameters()));
    double seconds = seconds();
    if (seconds > 0) {
      double steps = run.history().last("step");
      tiles.put(
          "Training time",
          Text.duration(seconds)
              + (steps > 0 ? "\n" + Text.count((long) steps, "step", "steps") : ""));
      if (steps > 0) {
        tiles.put("Throughput", throughput(steps / seconds));
      }
    }
    Map<String, Object> parity = run.info(ModelInfo.PARITY);
    if (parity.get("passed") instanceof Boolean passed) {
      tiles.put(
          "Ways to compute",
          (passed ? "agree" : "differ") + "\nlargest difference " + small(parity.get("largest")));
    }
    return tiles;
  }

  static String small(Object value) {
    return value instanceof Number n ? Text.format("%.1e", n.doubleValue()) : String.valueOf(value);
  }

  private String throughput(double stepsPerSecond) {
    double sequences = stepsPerSecond * run.trainSetting("batch_size");
    if (Double.isNaN(sequences)) {
      return Text.number(stepsPerSecond) + "\noptimiser steps a second";
    }
    String text = rate(sequences) + "\nsequences a second, validation included";
    double length = run.meanLength();
    return Double.isNaN(length) ? text : text + "; " + rate(sequences * length) + " time steps";
  }

  private static String rate(double perSecond) {
    return perSecond >= 10 ? Text.count(Math.round(perSecond)) : Text.number(perSecond);
  }

  private double seconds() {
    double epochs = run.history().seconds();
    return epochs > 0
        ? epochs
        : run.info(ModelInfo.PROVENANCE).get("seconds") instanceof Number n ? n.doubleValue() : 0;
  }

  private long parameters() {
    return Inside.network(run.model()).parameters().stream().mapToLong(Parameter::size).sum();
  }

  /** The metric that models are chosen by, as far as anything says so; else null. */
  String mainMetric() {
    if (run.test() != null) {
      return run.test().mainMetric();
    }
    String main = run.history().mainMetric();
    return main != null ? main : reachedMetrics().keySet().stream().findFirst().orElse(null);
  }

  private Map<String, Object> recorded(String part) {
    return Trees.child(run.info(ModelInfo.METRICS), part);
  }

  private Map<String, ?> testMetrics() {
    return run.test() != null ? run.test().metrics() : recorded("test");
  }

  private Map<String, ?> reachedMetrics() {
    return testMetrics().isEmpty() ? recorded("validation") : testMetrics();
  }

  private String reachedOn() {
    return testMetrics().isEmpty() ? "validation data" : "test data";
  }

  private Double reached(String metric) {
    return metric != null && reachedMetrics().get(metric) instanceof Number n
        ? Double.valueOf(n.doubleValue())
        : null;
  }

  private String beside(String metric) {
    Baselines without = Baselines.of(run);
    return without.values().isEmpty() || !without.metric().equals(metric)
        ? ""
        : "without learning: " + Text.number(without.best());
  }

  private static String name(String metric) {
    return metric.length() <= 4
        ? metric.toUpperCase(Locale.ROOT)
        : Text.sentence(metric.replace('_', ' '));
  }

  private DataTable results() {
    Map<String, Map<String, ?>> rows = new LinkedHashMap<>();
    if (!testMetrics().isEmpty()) {
      rows.put("this model, test data", testMetrics());
    }
    if (!recorded("validation").isEmpty()) {
      rows.put("this model, validation data", recorded("validation"));
    }
    Set<String> metrics = new LinkedHashSet<>();
    rows.values().forEach(row -> metrics.addAll(row.keySet()));
    if (!rows.isEmpty() && run.baselines() != null) {
      run.baselines().rows().stream()
          .filter(row -> row.leftOut() == null)
          .forEach(row -> rows.put(row.name(), row.metrics()));
    } else if (!rows.isEmpty()) {
      Baselines without = Baselines.of(run);
      without.values().forEach((name, value) -> rows.put(name, Map.of(without.metric(), value)));
    }
    List<String> columns = new ArrayList<>(List.of("answers of"));
    metrics.forEach(metric -> columns.add(metric.replace('_', ' ')));
    DataTable table =
        new DataTable("What was reached, beside what baselines reach on the test data", columns);
    rows.forEach((name, row) -> addRow(table, name, row, metrics));
    return table;
  }

  private static void addRow(
      DataTable table, String name, Map<String, ?> row, Set<String> metrics) {
    List<String> cells = new ArrayList<>(List.of(name));
    for (String metric : metrics) {
      cells.add(row.get(metric) instanceof Number n ? Text.number(n.doubleValue()) : "–");
    }
    if (name.equals("this model, test data")) {
      table.strong(cells.toArray(String[]::new));
    } else {
      table.row(cells);
    }
  }

  private Map<String, String> facts(String end) {
    Map<String, String> facts = new LinkedHashMap<>();
    Map<String, Object> data = run.info(ModelInfo.DATA);
    if (!data.isEmpty()) {
      facts.put(
          "Data", data.getOrDefault("task", data.get("path")) + ": " + data.get("description"));
      if (data.get("notes") instanceof List<?> notes) {
        facts.put("To know", String.join("; ", notes.stream().map(String::valueOf).toList()));
      }
    }
    facts.put("Model", NetworkReport.inWords(run.model().config()));
    facts.put(
        "As a stream",
        new NetworkReport(Inside.network(run.model()), run.meaning().sampleRate()).stream());
    if (run.history().count() > 0) {
      facts.put("Training", training(end));
    }
    return facts;
  }

  private String training(String end) {
    History history = run.history();
    double planned = run.trainSetting("epochs");
    String text = Text.count(history.count());
    text += planned > 0 ? " of " + Text.count((long) planned, "epoch", "epochs") : " epochs";
    if (!Double.isNaN(run.trainSetting("batch_size"))) {
      text += ", batches of " + Text.count((long) run.trainSetting("batch_size"));
    }
    text += end.equals("null") ? "" : "; " + ending(end);
    int best = history.best();
    return best >= 0 && !history.validationMetrics().isEmpty()
        ? text + "; the model is that of epoch " + (long) history.epochs("epoch")[best]
        : text;
  }

  private static String ending(String end) {
    return switch (end) {
      case "completed" -> "all epochs were done";
      case Reached.RUNNING -> "not ended yet";
      case "early" -> "ended early, because the validation metric no longer improved";
      default -> end;
    };
  }
}
