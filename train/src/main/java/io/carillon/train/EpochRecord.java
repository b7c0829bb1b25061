package io.carillon.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one epoch gave.
 *
 * @param epoch number of finished epochs, from 1; the last one may be incomplete after a stop
 * @param step number of steps done since the start of training
 * @param trainLoss mean over the epoch of the loss that was minimised
 * @param trainMetric the main metric over the epoch's training batches, each seen before its update
 * @param metric name of the main metric: {@code accuracy} or {@code mse}
 * @param validationLoss unweighted loss on the validation data, NaN if there was no validation
 * @param validationMetrics all metrics on the validation data by name, the main one first; empty if
 *     there was no validation
 * @param learningRate global learning rate of the last step
 * @param isBest whether this is the best epoch so far by the main validation metric; without
 *     validation data every epoch is
 * @param seconds spent in this epoch, validation included
 */
public record EpochRecord(
    int epoch,
    long step,
    double trainLoss,
    double trainMetric,
    String metric,
    double validationLoss,
    Map<String, Double> validationMetrics,
    double learningRate,
    boolean isBest,
    double seconds) {

  /** Keeps the order of the metrics. */
  public EpochRecord {
    validationMetrics = Collections.unmodifiableMap(new LinkedHashMap<>(validationMetrics));
  }

  /** The main metric on the validation data, NaN if there was no validation. */
  public double validationMetric() {
    return validationMetrics.getOrDefault(metric, Double.NaN);
  }

  /** Whether this epoch ended with a validation. */
  public boolean validated() {
    return !validationMetrics.isEmpty();
  }
}
