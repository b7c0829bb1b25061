package io.carillon.data.baseline;

import io.carillon.data.Splits;
import io.carillon.model.Meaning;
import io.carillon.train.Dataset;
import io.carillon.train.Evaluator;
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

  @Override
  public Optional<String> obstacle(Splits data) {
    Optional<String> obstacle = Forecasts.obstacle(fitted);
    if (obstacle.isPresent()) {
      return obstacle;
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
    int[] columns = Forecasts.columns(fitted);
    return (data, i) -> {
      float[] answer = new float[data.outputSize()];
      for (int k = 0; k < answer.length; k++) {
        int row = Forecasts.source(data, i, k / columns.length + 1, period);
        answer[k] = data.values(i)[row * data.inputSize() + columns[k % columns.length]];
      }
      return answer;
    };
  }
}
