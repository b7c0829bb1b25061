package io.carillon.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How well a model does on a data set.
 *
 * @param count targets that were compared: sequences, or steps for per-step targets
 * @param loss unweighted mean cross entropy (nats), or mean squared error
 * @param mainMetric name of the metric that models are chosen by: {@code accuracy} or {@code mse}
 * @param metrics by name, the main one first. Classes: accuracy, macro_f1, balanced_accuracy;
 *     values: mse, mae, rmse, r2
 * @param confusion [true class][predicted class] counts, or null for values
 */
public record Evaluation(
    long count, double loss, String mainMetric, Map<String, Double> metrics, long[][] confusion) {

  /** Keeps the order of the metrics. */
  public Evaluation {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }

  /** The main metric. */
  public double main() {
    return metrics.get(mainMetric);
  }

  /** Whether a larger main metric is better. */
  public boolean higherIsBetter() {
    return confusion != null;
  }
}
