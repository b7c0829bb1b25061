package io.carillon.data;

import io.carillon.model.Meaning;
import io.carillon.train.Dataset;
import io.carillon.train.Dataset.Target;
import java.util.List;

/**
 * What can be reached without learning; a trained model is worth its while only above that. Of
 * generated data sets, whose samples are drawn when they are needed, the first few hundred stand
 * for all.
 */
public final class Baselines {
  /** Sequences of a generated data set that are looked at. */
  private static final int MOST_DRAWN = 200;

  private Baselines() {}

  /**
   * Errors of value predictions, over all entries of all target vectors.
   *
   * @param mse mean squared error
   * @param mae mean absolute error
   */
  public record Score(double mse, double mae) {}

  /**
   * Share of the most frequent class of the training part among the labels of {@code data}; labels
   * of steps count each, steps without a label do not.
   *
   * @throws IllegalArgumentException if the target is no class
   */
  public static double majority(Dataset train, Dataset data) {
    int[] known = counts(train);
    int best = 0;
    for (int c = 1; c < known.length; c++) {
      best = known[c] > known[best] ? c : best;
    }
    int[] counts = counts(data);
    long total = 0;
    for (int count : counts) {
      total += count;
    }
    return total == 0 ? 0 : (double) counts[best] / total;
  }

  /**
   * Errors of always predicting the mean of the training targets.
   *
   * @throws IllegalArgumentException if the target is no value
   */
  public static Score mean(Dataset train, Dataset data) {
    requireTarget(train.target() == Target.VALUE || train.target() == Target.VALUE_PER_STEP, train);
    ScalingFit statistics = new ScalingFit(train.outputSize());
    for (int i = 0; i < looked(train); i++) {
      statistics.addAll(train.targetValues(i));
    }
    double[] mean = statistics.scaling().mean();
    Errors errors = new Errors();
    for (int i = 0; i < looked(data); i++) {
      float[] target = data.targetValues(i);
      for (int k = 0; k < target.length; k++) {
        errors.add(mean[k % mean.length], target[k]);
      }
    }
    return errors.score();
  }

  /**
   * Errors of forecasting that every target stays at its last observed value.
   *
   * @param data windows of a time series, as {@link Loaders} gives them
   * @param meaning of the same data
   * @throws DataException if the data are no forecasting windows, or a target is not among the
   *     inputs
   */
  public static Score repeatLast(Dataset data, Meaning meaning) {
    return forecast(data, meaning, 0);
  }

  /**
   * Errors of forecasting for every target the value that it had at the same place in the period
   * before: {@code period} rows earlier, or two periods and so on where that lies after the history
   * or was not observed.
   *
   * @param period rows, at most the history
   * @throws DataException as {@link #repeatLast}, or if the period is longer than the history
   */
  public static Score seasonal(Dataset data, Meaning meaning, int period) {
    if (period < 1 || data.size() > 0 && period > data.length(0)) {
      throw new DataException(
          "a seasonal forecast needs a period from 1 to the history; the period is "
              + period
              + (data.size() > 0 ? ", the history " + data.length(0) : "")
              + ". Choose a longer history");
    }
    return forecast(data, meaning, period);
  }

  /** Whether {@link #repeatLast} and {@link #seasonal} are defined for data like these. */
  public static boolean isForecast(Meaning fitted) {
    return "csv".equals(fitted.kind())
        && "series".equals(fitted.options().get("layout"))
        && !"0".equals(fitted.options().get("horizon"))
        && fitted.inputNames().containsAll(fitted.targetNames());
  }

  private static Score forecast(Dataset data, Meaning fitted, int period) {
    int[] columns = targetColumns(fitted);
    Errors errors = new Errors();
    for (int i = 0; i < data.size(); i++) {
      float[] target = data.targetValues(i);
      for (int k = 0; k < target.length; k++) {
        int row = source(data, i, k / columns.length, period);
        int column = columns[k % columns.length];
        errors.add(data.values(i)[row * data.inputSize() + column], target[k]);
      }
    }
    return errors.score();
  }

  /** Observed row of the history that the forecast for a target row repeats. */
  private static int source(Dataset data, int i, int targetRow, int period) {
    int length = data.length(i);
    for (int row = length + targetRow - period; period > 0 && row >= 0; row -= period) {
      if (row < length && observed(data, i, row)) {
        return row;
      }
    }
    int last = length - 1;
    while (!observed(data, i, last)) {
      last--;
    }
    return last;
  }

  private static boolean observed(Dataset data, int i, int row) {
    return data.mask(i) == null || data.mask(i)[row] != 0f;
  }

  private static int[] targetColumns(Meaning fitted) {
    List<String> inputs = fitted.inputNames();
    if (!isForecast(fitted)) {
      throw new DataException(
          "this baseline is for forecasts of a time series whose targets ("
              + String.join(", ", fitted.targetNames())
              + ") are among its inputs ("
              + String.join(", ", inputs)
              + ")");
    }
    return fitted.targetNames().stream().mapToInt(inputs::indexOf).toArray();
  }

  private static int looked(Dataset data) {
    return data.isGenerated() ? Math.min(MOST_DRAWN, data.size()) : data.size();
  }

  private static int[] counts(Dataset data) {
    requireTarget(data.target() == Target.CLASS || data.target() == Target.CLASS_PER_STEP, data);
    int[] counts = new int[data.outputSize()];
    for (int i = 0; i < looked(data); i++) {
      int[] labels = data.target() == Target.CLASS ? new int[] {data.label(i)} : data.stepLabels(i);
      for (int label : labels) {
        if (label != Dataset.IGNORE) {
          counts[label]++;
        }
      }
    }
    return counts;
  }

  private static void requireTarget(boolean fits, Dataset data) {
    if (!fits) {
      throw new IllegalArgumentException(
          data.name() + ": this baseline does not fit the target " + data.target());
    }
  }

  /** Running sums of errors. */
  private static final class Errors {
    private long count;
    private double squares;
    private double absolutes;

    void add(double predicted, double actual) {
      count++;
      squares += (predicted - actual) * (predicted - actual);
      absolutes += Math.abs(predicted - actual);
    }

    Score score() {
      return new Score(squares / count, absolutes / count);
    }
  }
}
