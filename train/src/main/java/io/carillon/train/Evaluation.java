package io.carillon.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How well a model does on a data set.
 *
 * @param count targets that were compared: sequences, or steps for per-step targets
 * @param loss unweighted mean cross entropy (nats), or mean squared error, or that of a {@link
 *     Loss} of one's own
 * @param mainMetric name of the metric that models are chosen by: {@code accuracy} or {@code mse}
 *     unless the data set says otherwise
 * @param metrics by name, the main one first. Classes: accuracy, macro_f1, balanced_accuracy;
 *     values: mse, mae, rmse, r2. Where macro_f1 or r2 is the main metric, also its mean over
 *     batches, {@code macro_f1_batch_mean} or {@code r2_batch_mean}: a batch is what is computed at
 *     once, between epochs of training as many rows as a training batch, else up to 65,536
 * @param confusion [true class][predicted class] counts, or null for values
 * @param higherIsBetter whether a larger main metric is better
 */
public record Evaluation(
    long count,
    double loss,
    String mainMetric,
    Map<String, Double> metrics,
    long[][] confusion,
    boolean higherIsBetter) {

  /** Keeps the order of the metrics. */
  public Evaluation {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }

  /** The main metric. */
  public double main() {
    return metrics.get(mainMetric);
  }
}
