package io.carillon.data.baseline;

import io.carillon.data.Splits;
import io.carillon.model.Meaning;
import io.carillon.model.Scaling;
import io.carillon.model.forecast.Forecast;
import io.carillon.train.Dataset;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How well forecasts do over their first steps, for several numbers of steps. Errors are in
 * standard deviations of the training part, as its scaling says; values that are not known count
 * nowhere.
 *
 * <p>For one thread at a time.
 */
public final class ForecastScores {
  private final Meaning meaning;
  private final int[] horizons;
  private final double[] naive;
  private final int quantities;

  /** By number of steps: squared and absolute errors, those by quantity, widths, counts. */
  private final Sums[] sums;

  private static final class Sums {
    private double squares;
    private final double[] absolutes;
    private final long[] counts;
    private double widths;
    private long inside;
    private long intervals;

    Sums(int quantities) {
      absolutes = new double[quantities];
      counts = new long[quantities];
    }
  }

  /**
   * Empty sums.
   *
   * @param meaning of the answers, whose scaling is the unit of the errors
   * @param horizons numbers of steps, each at most that of an answer
   * @param naive [quantities] error of the seasonal value in the training part, see {@link #naive};
   *     null where there is none
   */
  public ForecastScores(Meaning meaning, int[] horizons, double[] naive) {
    this.meaning = meaning;
    this.horizons = horizons.clone();
    this.naive = naive == null ? null : naive.clone();
    this.quantities = meaning.valueNames().size();
    this.sums = new Sums[horizons.length];
    Arrays.setAll(sums, h -> new Sums(quantities));
  }

  /**
   * Mean absolute error, of each quantity, of the value a season before for the next step, over the
   * training part: what errors are divided by in MASE (Hyndman and Koehler 2006).
   *
   * @param period steps of a season
   * @return [quantities] in scaled units; null if targets are not among the inputs, the history is
   *     shorter than a season, or an error is 0 or not known
   */
  public static double[] naive(Splits data, int period) {
    Baseline season = Baselines.pastValue(data.meaning(), period);
    if (period < 1 || season.obstacle(data).isPresent()) {
      return null;
    }
    Dataset train = data.train();
    int[] columns = Forecasts.columns(data.meaning());
    double[] errors = new double[columns.length];
    long[] counts = new long[columns.length];
    for (int i = 0; i < train.size(); i++) {
      int row = Forecasts.source(train, i, 1, period);
      for (int k = 0; k < columns.length; k++) {
        float truth = train.targetValues(i)[k];
        if (!Float.isNaN(truth)) {
          errors[k] += Math.abs(truth - train.values(i)[row * train.inputSize() + columns[k]]);
          counts[k]++;
        }
      }
    }
    for (int k = 0; k < errors.length; k++) {
      errors[k] /= counts[k];
      if (!(errors[k] > 0)) {
        return null;
      }
    }
    return errors;
  }

  /**
   * Adds an answer of a baseline.
   *
   * @param answer [horizon][quantities], scaled
   * @param truth the same
   */
  public void add(float[] answer, float[] truth) {
    for (int i = 0; i < truth.length; i++) {
      if (!Float.isNaN(truth[i])) {
        add(i, answer[i] - (double) truth[i]);
      }
    }
  }

  /** Adds an answer of a model; {@code truth} is [horizon][quantities], scaled. */
  public void add(Forecast forecast, float[] truth) {
    Scaling scaling = Scaling.of(meaning.targetScaling(), quantities);
    for (int i = 0; i < truth.length; i++) {
      if (Float.isNaN(truth[i])) {
        continue;
      }
      int ahead = i / quantities + 1;
      int k = i % quantities;
      add(i, scaling.apply(k, forecast.value(ahead, k)) - (double) truth[i]);
      if (forecast.hasInterval()) {
        double low = scaling.apply(k, forecast.low(ahead, k));
        double high = scaling.apply(k, forecast.high(ahead, k));
        addInterval(ahead, high - low, low <= truth[i] && truth[i] <= high);
      }
    }
  }

  private void add(int i, double error) {
    for (int h = 0; h < horizons.length; h++) {
      if (i / quantities < horizons[h]) {
        sums[h].squares += error * error;
        sums[h].absolutes[i % quantities] += Math.abs(error);
        sums[h].counts[i % quantities]++;
      }
    }
  }

  private void addInterval(int ahead, double width, boolean inside) {
    for (int h = 0; h < horizons.length; h++) {
      if (ahead <= horizons[h]) {
        sums[h].widths += width;
        sums[h].inside += inside ? 1 : 0;
        sums[h].intervals++;
      }
    }
  }

  /**
   * What was reached over the first steps.
   *
   * @param horizon which of the numbers of steps
   * @return mse, mae, and where there are such mase, coverage and width (of intervals), finite
   */
  public Map<String, Double> of(int horizon) {
    Sums s = sums[horizon];
    Map<String, Double> scores = new LinkedHashMap<>();
    long count = Arrays.stream(s.counts).sum();
    if (count == 0) {
      return scores;
    }
    scores.put("mse", s.squares / count);
    scores.put("mae", Arrays.stream(s.absolutes).sum() / count);
    if (naive != null) {
      double sum = 0;
      int known = 0;
      for (int k = 0; k < quantities; k++) {
        if (s.counts[k] > 0) {
          sum += s.absolutes[k] / s.counts[k] / naive[k];
          known++;
        }
      }
      scores.put("mase", sum / known);
    }
    if (s.intervals > 0) {
      scores.put("coverage", (double) s.inside / s.intervals);
      scores.put("width", s.widths / s.intervals);
    }
    return scores;
  }
}
