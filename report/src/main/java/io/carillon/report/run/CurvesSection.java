package io.carillon.report.run;

import io.carillon.report.Block;
import io.carillon.report.Blocks;
import io.carillon.report.Chart;
import io.carillon.report.Look;
import io.carillon.report.console.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How the training went. */
final class CurvesSection {
  private static final Look TRAINING = Look.of(0);
  private static final Look VALIDATION = Look.of(1);
  private static final Look BEST = Look.of(2);

  /** From this ratio of the largest to the smallest number on, powers of ten show more. */
  private static final double WIDE = 20;

  private static final int MOST_OTHERS = 8;

  private final Run run;
  private final History history;
  private final double[] epoch;

  CurvesSection(Run run) {
    this.run = run;
    this.history = run.history();
    this.epoch = history.epochs("epoch");
  }

  List<Block> blocks() {
    if (history.count() == 0) {
      return List.of();
    }
    List<Block> blocks = new ArrayList<>();
    List<Block> main = new ArrayList<>(List.of(loss()));
    String metric = new SummarySection(run).mainMetric();
    if (metric != null) {
      main.add(metric(metric, true));
    }
    blocks.add(Blocks.grid(main));
    List<Block> others = others(metric);
    if (!others.isEmpty()) {
      blocks.add(
          Blocks.details(
              "Learning rate, gradient, speed and other metrics", List.of(Blocks.grid(others))));
    }
    if (history.damaged() > 0) {
      blocks.add(
          Blocks.warning(
              Text.count(history.damaged(), "line", "lines")
                  + " of metrics.jsonl could not be read and are left out."));
    }
    return blocks;
  }

  private Chart loss() {
    double[] training = history.epochs("train_loss");
    double[] validation = history.epochs("validation_loss");
    double[] steps = history.steps("loss");
    Chart chart =
        Chart.titled("Loss")
            .caption("Grey: single batches, each before its update.")
            .x("epoch")
            .wholeX()
            .y("loss");
    if (wide(training, validation, steps)) {
      chart.logY();
    }
    chart.line("single batches", history.stepsInEpochs(), steps, new Look(-1, false));
    return marked(chart, training, validation);
  }

  private Chart metric(String name, boolean withLevels) {
    double[] training = history.epochs("train_" + name);
    double[] validation = history.epochs("validation_" + name);
    Chart chart = Chart.titled(Text.sentence(name.replace('_', ' '))).x("epoch").wholeX().y(name);
    if (Baselines.lowerIsBetter(name) && wide(training, validation)) {
      chart.logY();
    }
    Baselines without = Baselines.of(run);
    if (withLevels && name.equals(without.metric())) {
      chart.caption("Dashed: reached without learning on the test data.");
      without.values().forEach(chart::level);
    }
    return marked(chart, training, validation);
  }

  /** Training and validation, and where the model was taken from. */
  private Chart marked(Chart chart, double[] training, double[] validation) {
    if (anyFinite(training)) {
      chart.line("training", epoch, training, TRAINING);
    }
    if (anyFinite(validation)) {
      chart.line("validation", epoch, validation, VALIDATION);
      int best = history.best();
      if (best >= 0) {
        chart.points(
            "the model", new double[] {epoch[best]}, new double[] {validation[best]}, BEST);
      }
    }
    return chart;
  }

  private List<Block> others(String main) {
    List<Block> charts = new ArrayList<>();
    for (String name : history.validationMetrics()) {
      if (!name.equals(main) && charts.size() < MOST_OTHERS) {
        charts.add(metric(name, false));
      }
    }
    addStepChart(charts, "Learning rate", "learning_rate", "learning rate", false);
    addStepChart(charts, "Gradient", "gradient_norm", "L2 norm before clipping", true);
    addStepChart(charts, "Speed", "steps_per_second", "optimiser steps a second", false);
    return charts;
  }

  private void addStepChart(
      List<Block> charts, String title, String key, String label, boolean log) {
    double[] values = history.steps(key);
    if (!anyFinite(values)) {
      return;
    }
    Chart chart = Chart.titled(title).x("epoch").wholeX().y(label);
    if (log && wide(values)) {
      chart.logY();
    }
    charts.add(chart.line("", history.stepsInEpochs(), values, TRAINING));
  }

  private static boolean anyFinite(double[] values) {
    return Arrays.stream(values).anyMatch(Double::isFinite);
  }

  /** Whether all numbers are positive and reach over more than a decade. */
  private static boolean wide(double[]... all) {
    double[] values =
        Arrays.stream(all).flatMapToDouble(Arrays::stream).filter(Double::isFinite).toArray();
    double min = Arrays.stream(values).min().orElse(0);
    return min > 0 && Arrays.stream(values).max().orElse(0) > WIDE * min;
  }
}
