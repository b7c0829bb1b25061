package io.carillon.data.baseline;

import io.carillon.data.Splits;
import io.carillon.model.Meaning;
import io.carillon.train.Dataset;
import io.carillon.train.Evaluator;
import java.util.Optional;

/**
 * A forecast that is linear in the past: for every quantity and step ahead a {@link Ridge}
 * regression on the whole history of that quantity. Both are taken less the last value of the
 * history, so that it does not matter at which level a series is. Missing rows repeat the one
 * before; steps of unequal time count as equal.
 *
 * @param fitted what was done to the data, which says where targets stand among the inputs
 */
record Autoregression(Meaning fitted) implements Baseline {
  @Override
  public String title() {
    return "linear autoregression";
  }

  @Override
  public boolean learns() {
    return true;
  }

  @Override
  public Optional<String> obstacle(Splits data) {
    Optional<String> obstacle = Forecasts.obstacle(fitted);
    return obstacle.isPresent() || Known.size(data, true, 0) >= 2
        ? obstacle
        : Optional.of("it needs at least 2 training windows without missing targets");
  }

  @Override
  public Cost cost(Splits data, int known) {
    double quantities = fitted.targetNames().size();
    double history = data.train().maxLength();
    double steps = data.train().outputSize() / quantities;
    return new Cost(
        quantities * Ridge.cost(known, history, steps),
        Float.BYTES * known * history
            + Double.BYTES * known * steps
            + Ridge.bytes(known, history, steps));
  }

  /** One quantity after the other, so that no more than one needs memory. */
  @Override
  public Evaluator.Answers fit(Dataset known, long seed, int threads) {
    int[] columns = Forecasts.columns(fitted);
    int steps = known.outputSize() / columns.length;
    Ridge[] ridges = new Ridge[columns.length];
    for (int k = 0; k < columns.length; k++) {
      float[][] x = new float[known.size()][];
      double[][] y = new double[known.size()][steps];
      for (int i = 0; i < x.length; i++) {
        float[] past = Signals.channels(known, i)[columns[k]];
        float last = past[past.length - 1];
        x[i] = less(past, last);
        for (int s = 0; s < steps; s++) {
          y[i][s] = known.targetValues(i)[s * columns.length + k] - last;
        }
      }
      ridges[k] = Ridge.fit(x, y);
    }
    return (data, i) -> {
      float[] answer = new float[data.outputSize()];
      float[][] channels = Signals.channels(data, i);
      for (int k = 0; k < columns.length; k++) {
        float[] past = channels[columns[k]];
        float last = past[past.length - 1];
        double[] predicted = ridges[k].predict(less(past, last));
        for (int s = 0; s < steps; s++) {
          answer[s * columns.length + k] = (float) (predicted[s] + last);
        }
      }
      return answer;
    };
  }

  private static float[] less(float[] values, float last) {
    float[] differences = new float[values.length];
    for (int t = 0; t < values.length; t++) {
      differences[t] = values[t] - last;
    }
    return differences;
  }
}
