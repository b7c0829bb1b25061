package io.carillon.data.baseline;

import io.carillon.data.Splits;
import io.carillon.model.Meaning;
import io.carillon.train.Dataset;
import io.carillon.train.Evaluator;
import java.util.List;
import java.util.Optional;

/**
 * A forecast that repeats the past: for every target its value {@code period} rows earlier, or two
 * periods and so on where that lies after the history or was not observed, else its last observed
 * value.
 *
 * @param fitted what was done to the data, which says where targets stand among the inputs
 * @param period rows; 0 for the last value
 */
record PastValue(Meaning fitted, int period) implements Baseline {
  @Override
  public String title() {
    return period == 0 ? "last value" : "value " + period + " rows before";
  }

  @Override
  public boolean learns() {
    return false;
  }

  /** Whether data are windows of a time series with their targets among their inputs. */
  private boolean isForecast() {
    return "csv".equals(fitted.kind())
        && "series".equals(fitted.options().get("layout"))
        && !"0".equals(fitted.options().get("horizon"))
        && fitted.inputNames().containsAll(fitted.targetNames());
  }

  @Override
  public Optional<String> obstacle(Splits data) {
    if (!isForecast()) {
      return Optional.of("it is for forecasts of a time series whose targets are among its inputs");
    }
    int history = data.test().size() == 0 ? data.train().minLength() : data.test().minLength();
    return period > history
        ? Optional.of("the period is " + period + ", the history " + history)
        : Optional.empty();
  }

  @Override
  public Cost cost(Splits data, int known) {
    return Cost.NONE;
  }

  @Override
  public Evaluator.Answers fit(Dataset known, long seed, int threads) {
    List<String> inputs = fitted.inputNames();
    int[] columns = fitted.targetNames().stream().mapToInt(inputs::indexOf).toArray();
    return (data, i) -> {
      float[] answer = new float[data.outputSize()];
      for (int k = 0; k < answer.length; k++) {
        int row = source(data, i, k / columns.length);
        answer[k] = data.values(i)[row * data.inputSize() + columns[k % columns.length]];
      }
      return answer;
    };
  }

  /** Observed row of the history that the forecast for a target row repeats. */
  private int source(Dataset data, int i, int targetRow) {
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
}
