package io.carillon.report.run;

import io.carillon.model.Meaning;
import io.carillon.report.Block;
import io.carillon.report.Blocks;
import io.carillon.report.Chart;
import io.carillon.report.Look;
import io.carillon.report.console.Text;
import io.carillon.train.Dataset;
import io.carillon.train.Dataset.Target;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Predicted values beside the true ones, in their own unit. */
final class ValueBlocks {
  private static final int MOST_QUANTITIES = 4;
  private static final int MOST_POINTS = 800;
  private static final int EXAMPLES = 3;
  private static final Look TRUTH = new Look(-1, false);
  private static final Look PREDICTED = Look.of(0);

  private final Sample sample;
  private final Meaning meaning;
  private final List<String> names;
  private final String part;
  private final float[][] predicted;
  private final float[][] truth;

  ValueBlocks(Run run, Sample sample, String part) {
    this.sample = sample;
    this.part = part;
    this.meaning = run.meaning();
    this.names = meaning.valueNames();
    this.predicted = new float[sample.size()][];
    this.truth = new float[sample.size()][];
    for (int i = 0; i < sample.size(); i++) {
      predicted[i] = meaning.points(sample.outputs()[i]);
      float[] target = meaning.targets(sample.data().targetValues(sample.sequences()[i]));
      truth[i] = Arrays.copyOfRange(target, target.length - predicted[i].length, target.length);
      hideMissing(i);
    }
  }

  private boolean perStep() {
    return sample.data().target() == Target.VALUE_PER_STEP;
  }

  private void hideMissing(int i) {
    if (perStep()) {
      int size = sample.data().outputSize();
      for (int t = 0; t < sample.steps(i); t++) {
        if (!sample.observed(i, sample.step(i, t))) {
          Arrays.fill(truth[i], t * size, (t + 1) * size, Float.NaN);
        }
      }
    }
  }

  List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    blocks.add(
        Blocks.text(
            "From "
                + Text.count(sample.size(), "sequence", "sequences")
                + " of the "
                + part
                + ", spread evenly over it; values in their own unit."));
    List<Block> charts = new ArrayList<>();
    int shown = Math.min(names.size(), MOST_QUANTITIES);
    for (int k = 0; k < shown; k++) {
      charts.add(scatter(k));
    }
    if (perStep() || rows() > 1) {
      for (int e = 0; e < Math.min(EXAMPLES, sample.size()); e++) {
        charts.add(example(e * sample.size() / EXAMPLES));
      }
      charts.add(errorByPlace());
    }
    blocks.add(Blocks.grid(charts));
    if (shown < names.size()) {
      blocks.add(Blocks.text("The first " + shown + " of " + names.size() + " quantities."));
    }
    return blocks;
  }

  /** Rows of one answer: 1, the steps of a forecast. */
  private int rows() {
    return Math.max(1, sample.data().outputSize() / names.size());
  }

  private Chart scatter(int quantity) {
    int total = Arrays.stream(predicted).mapToInt(p -> p.length / names.size()).sum();
    int stride = stride(total);
    double[] xs = new double[total];
    double[] ys = new double[total];
    int n = 0;
    int at = 0;
    for (int i = 0; i < predicted.length; i++) {
      for (int k = quantity; k < predicted[i].length; k += names.size()) {
        if (at++ % stride == 0 && Float.isFinite(truth[i][k])) {
          xs[n] = truth[i][k];
          ys[n++] = predicted[i][k];
        }
      }
    }
    xs = Arrays.copyOf(xs, n);
    ys = Arrays.copyOf(ys, n);
    double low = Math.min(Arrays.stream(xs).min().orElse(0), Arrays.stream(ys).min().orElse(0));
    double high = Math.max(Arrays.stream(xs).max().orElse(1), Arrays.stream(ys).max().orElse(1));
    double margin = high > low ? 0.04 * (high - low) : 1;
    double[] ends = {low - margin, high + margin};
    return Chart.titled("Predictions of " + names.get(quantity))
        .caption(
            "On the line a prediction is exact."
                + (stride > 1 ? " Every " + Text.count(stride) + "th answer is shown." : ""))
        .x("true " + names.get(quantity))
        .y("predicted " + names.get(quantity))
        .xRange(ends[0], ends[1])
        .yRange(ends[0], ends[1])
        .equal()
        .line("", ends, ends, Look.NEUTRAL)
        .points("predictions", xs, ys, PREDICTED);
  }

  /** Every how many answers one is shown; such that all rows of the answers take part. */
  private int stride(int total) {
    int stride = Math.max(1, (total + MOST_POINTS - 1) / MOST_POINTS);
    BigInteger rows = BigInteger.valueOf(predicted[0].length / names.size());
    while (!BigInteger.valueOf(stride).gcd(rows).equals(BigInteger.ONE)) {
      stride++;
    }
    return stride;
  }

  private Chart example(int i) {
    int sequence = sample.sequences()[i];
    boolean steps = perStep();
    int first = steps ? sample.step(i, 0) : 1;
    Chart chart =
        Chart.titled("Example: sequence " + sequence + " of the " + part)
            .caption(
                steps ? names.get(0) : "Forecast of " + names.get(0) + "; before 0, its history.")
            .x(steps ? "step" : "rows from the end of the input")
            .y(names.get(0));
    if (!steps) {
      addHistory(chart, sequence);
    }
    return chart
        .signal("true", first, 1, column(truth[i]), TRUTH)
        .signal("predicted", first, 1, column(predicted[i]), PREDICTED);
  }

  private float[] column(float[] rows) {
    float[] column = new float[rows.length / names.size()];
    for (int t = 0; t < column.length; t++) {
      column[t] = rows[t * names.size()];
    }
    return column;
  }

  /** The last rows of the forecast quantity before the forecast, if it is among the inputs. */
  private void addHistory(Chart chart, int sequence) {
    int column = meaning.inputNames().indexOf(names.get(0));
    Dataset data = sample.data();
    if (column < 0) {
      return;
    }
    int length = data.length(sequence);
    int shown = Math.min(length, 3 * rows());
    float[] history = new float[shown];
    for (int t = 0; t < shown; t++) {
      int row = length - shown + t;
      boolean seen = data.mask(sequence) == null || data.mask(sequence)[row] != 0;
      history[t] = seen ? data.values(sequence)[row * data.inputSize() + column] : Float.NaN;
    }
    chart.signal("history", 1 - shown, 1, unscaled(history, column), TRUTH.asFaint());
  }

  private float[] unscaled(float[] column, int of) {
    return meaning
        .inputScaling()
        .map(
            scaling -> {
              float[] own = column.clone();
              for (int t = 0; t < own.length; t++) {
                own[t] = scaling.invert(of, own[t]);
              }
              return own;
            })
        .orElse(column);
  }

  /** Root of the mean squared error at every place of the answers, over all of the sample. */
  private Chart errorByPlace() {
    int most = 0;
    for (float[] p : predicted) {
      most = Math.max(most, p.length / names.size());
    }
    PlaceMean mean = new PlaceMean(most);
    for (int i = 0; i < predicted.length; i++) {
      for (int k = 0; k < predicted[i].length; k++) {
        double d = predicted[i][k] - truth[i][k];
        mean.add(k / names.size(), d * d);
      }
    }
    double[] errors = Arrays.stream(mean.means()).map(Math::sqrt).toArray();
    return Chart.titled("Error by place")
        .caption(mean.caption("Root of the mean squared error"))
        .x(perStep() ? "answer number in its sequence" : "row of the forecast")
        .y("rmse")
        .line("", mean.places(), errors, PREDICTED);
  }
}
