package io.carillon.report.run;

import io.carillon.nn.Network;
import io.carillon.nn.ssm.SsmLayer;
import io.carillon.report.Block;
import io.carillon.report.Blocks;
import io.carillon.report.Chart;
import io.carillon.report.DataTable;
import io.carillon.report.Look;
import io.carillon.report.console.Text;
import io.carillon.report.folder.ModelInfo;
import io.carillon.report.folder.Version;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/** Poles and time constants before and after training. */
final class PolesSection {
  /** Layers that are drawn; the table has all. */
  private static final int MOST_LAYERS = 8;

  /** Points of one kind in all charts together, to keep the file small. */
  private static final int MOST_POINTS = 6400;

  private static final int QUANTILES = 64;
  private static final int CIRCLE = 128;

  private final Run run;
  private final TimeUnit unit;
  private final List<SsmLayer> layers;
  private final List<SsmLayer> fresh;

  PolesSection(Run run) {
    this.run = run;
    this.unit = TimeUnit.of(run.meaning().sampleRate());
    this.layers = run.model().ssmLayers();
    Network initial = layers.isEmpty() ? null : run.initial();
    this.fresh = initial == null ? List.of() : initial.ssmLayers();
  }

  List<Block> blocks() {
    if (layers.isEmpty()) {
      return List.of();
    }
    List<Block> blocks = new ArrayList<>();
    blocks.add(Blocks.text(introduction()));
    List<Integer> shown = Spread.over(layers.size(), MOST_LAYERS);
    if (shown.size() < layers.size()) {
      blocks.add(
          Blocks.text(
              "Charts of "
                  + shown.size()
                  + " of the "
                  + layers.size()
                  + " layers; the table has all."));
    }
    blocks.add(table());
    List<Block> charts = new ArrayList<>(List.of(shares(shown)));
    shown.forEach(l -> charts.add(spectrum(l, shown.size())));
    blocks.add(Blocks.grid(charts));
    List<Block> planes = new ArrayList<>();
    shown.forEach(l -> planes.add(plane(l, shown.size())));
    blocks.add(Blocks.heading("Poles in the complex plane"));
    blocks.add(Blocks.grid(planes));
    return blocks;
  }

  private String introduction() {
    String text =
        "Each mode of a layer is a damped oscillation with the pole λ: a step multiplies it by λ. Its"
            + " time constant −1/ln|λ| is how long it rings, its frequency |arg λ|/2π how fast. Of"
            + " conjugate pairs one is shown.";
    if (fresh.isEmpty()) {
      return text + " How they were before the training is not known for this model.";
    }
    Object then = run.info(ModelInfo.PROVENANCE).get("carillon");
    String other =
        Version.carillon().equals(String.valueOf(then))
            ? ""
            : " The model was trained with Carillon "
                + then
                + ", the poles before training are those of "
                + Version.carillon()
                + ".";
    return text
        + " The poles before training (grey rings) follow from the settings and the seed of the run."
        + other;
  }

  private DataTable table() {
    List<String> columns =
        new ArrayList<>(
            List.of(
                "layer",
                "modes",
                "time constant: shortest",
                "median",
                "longest",
                "not decaying",
                "frequency: median",
                "highest"));
    if (!fresh.isEmpty()) {
      columns.addAll(
          List.of("before training: median time constant", "median frequency", "median move of λ"));
    }
    DataTable table =
        new DataTable(
            "Modes of every layer after training; time constants in "
                + unit.time()
                + ", frequencies in "
                + unit.frequency(),
            columns);
    for (int l = 0; l < layers.size(); l++) {
      Poles poles = Poles.of(layers.get(l));
      double[] times = poles.sortedTimes();
      double[] frequencies = poles.sortedFrequencies();
      List<String> row = new ArrayList<>();
      row.add(Integer.toString(layers.get(l).index()));
      row.add(Text.count(poles.size()));
      row.add(time(times[0]));
      row.add(time(times[times.length / 2]));
      row.add(time(times[times.length - 1]));
      row.add(Text.count(poles.lasting()));
      row.add(frequency(frequencies[frequencies.length / 2]));
      row.add(frequency(frequencies[frequencies.length - 1]));
      if (!fresh.isEmpty()) {
        Poles before = Poles.of(fresh.get(l));
        row.add(time(before.sortedTimes()[before.size() / 2]));
        row.add(frequency(before.sortedFrequencies()[before.size() / 2]));
        row.add(Text.number(poles.medianMove(before)));
      }
      table.row(row);
    }
    return table;
  }

  private String time(double steps) {
    return Double.isInfinite(steps) ? "∞" : Text.number(steps * unit.timeOfStep());
  }

  private String frequency(double cycles) {
    return Text.number(cycles * unit.stepsPerUnit());
  }

  /** Share of the modes below each time constant, for all layers. */
  private Chart shares(List<Integer> shown) {
    Chart chart =
        Chart.titled("Time constants")
            .caption(
                "Share of the modes of a layer that ring no longer than this."
                    + (fresh.isEmpty() ? "" : " Dashed: before training."))
            .x("time constant (" + unit.time() + ")")
            .y("share of modes")
            .logX()
            .yRange(0, 1);
    for (int i = 0; i < shown.size(); i++) {
      int l = shown.get(i);
      if (!fresh.isEmpty()) {
        addShares(chart, "", Poles.of(fresh.get(l)), Look.of(i).asFaint());
      }
      addShares(chart, "layer " + layers.get(l).index(), Poles.of(layers.get(l)), Look.of(i));
    }
    return chart;
  }

  private void addShares(Chart chart, String name, Poles poles, Look look) {
    double[] times = poles.sortedTimes();
    int n = Math.min(times.length, QUANTILES);
    double[] xs = new double[n];
    double[] shares = new double[n];
    for (int q = 0; q < n; q++) {
      int m = n == 1 ? 0 : (int) ((long) q * (times.length - 1) / (n - 1));
      xs[q] = times[m] * unit.timeOfStep();
      shares[q] = (m + 1.0) / times.length;
    }
    chart.line(name, xs, shares, look);
  }

  /** Frequency against time constant. */
  private Chart spectrum(int l, int of) {
    Chart chart =
        Chart.titled("Layer " + layers.get(l).index() + ": frequencies and time constants")
            .x("frequency (" + unit.frequency() + ")")
            .y("time constant (" + unit.time() + ")")
            .logY();
    Poles after = Poles.of(layers.get(l));
    List<Integer> chosen = after.some(MOST_POINTS / of);
    String left = left(after, chosen.size());
    double highest = after.sortedFrequencies()[after.size() - 1];
    chart.caption(
        left
            + (highest > 0.5
                ? " Modes above half a cycle per step look like slower ones in the data."
                : ""));
    if (!fresh.isEmpty()) {
      Poles before = Poles.of(fresh.get(l));
      chart.points(
          "before",
          numbers(chosen, m -> before.frequency(m) * unit.stepsPerUnit()),
          numbers(chosen, m -> before.time(m) * unit.timeOfStep()),
          Look.NEUTRAL);
    }
    return chart.points(
        "after",
        numbers(chosen, m -> after.frequency(m) * unit.stepsPerUnit()),
        numbers(chosen, m -> after.time(m) * unit.timeOfStep()),
        Look.of(0));
  }

  private static String left(Poles poles, int shown) {
    if (shown < poles.perChannel()) {
      return Text.count(shown) + " of " + Text.count(poles.size()) + " modes, spread evenly.";
    }
    return shown < poles.size()
        ? "All modes of "
            + Text.count(shown / poles.perChannel())
            + " of "
            + Text.count(poles.channels())
            + " channels, spread evenly."
        : "All " + Text.count(shown, "mode.", "modes.");
  }

  private static double[] numbers(List<Integer> chosen, IntToDoubleFunction of) {
    return chosen.stream().mapToDouble(of::applyAsDouble).toArray();
  }

  /** The poles and the unit circle. */
  private Chart plane(int l, int of) {
    Poles after = Poles.of(layers.get(l));
    List<Integer> chosen = after.some(MOST_POINTS / of);
    Chart chart =
        Chart.titled("Layer " + layers.get(l).index() + ": poles λ")
            .caption(
                left(after, chosen.size())
                    + " On the circle a mode would ring for ever, at the centre it is forgotten in a"
                    + " step.")
            .x("Re λ")
            .y("Im λ");
    double reach = Math.max(reach(after, chosen), 1);
    if (!fresh.isEmpty()) {
      Poles before = Poles.of(fresh.get(l));
      reach = Math.max(reach, reach(before, chosen));
      chart.points(
          "before",
          numbers(chosen, before::real),
          numbers(chosen, before::imaginary),
          Look.NEUTRAL);
    }
    chart.points(
        "after", numbers(chosen, after::real), numbers(chosen, after::imaginary), Look.of(0));
    double[] cos = new double[CIRCLE + 1];
    double[] sin = new double[CIRCLE + 1];
    Arrays.setAll(cos, i -> Math.cos(2 * Math.PI * i / CIRCLE));
    Arrays.setAll(sin, i -> Math.sin(2 * Math.PI * i / CIRCLE));
    double end = 1.08 * reach;
    return chart.line("", cos, sin, Look.NEUTRAL).xRange(-end, end).yRange(-end, end).equal();
  }

  private static double reach(Poles poles, List<Integer> chosen) {
    return chosen.stream()
        .mapToDouble(m -> Math.exp(poles.re()[m]))
        .filter(Double::isFinite)
        .max()
        .orElse(1);
  }
}
