package io.carillon.train;

import io.carillon.config.Settings;
import io.carillon.error.FormatException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Epoch records as maps of plain values: a line of {@code metrics.jsonl}, and the history in the
 * state to resume from. Numbers that are NaN are left out.
 */
public final class EpochMaps {
  private EpochMaps() {}

  /** The record as a map. */
  public static Map<String, Object> toMap(EpochRecord r) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("epoch", r.epoch());
    map.put("step", r.step());
    map.put("train_loss", r.trainLoss());
    put(map, "train_metric", r.trainMetric());
    map.put("metric", r.metric());
    put(map, "validation_loss", r.validationLoss());
    Map<String, Object> metrics = new LinkedHashMap<>();
    r.validationMetrics().forEach((name, value) -> put(metrics, name, value));
    map.put("validation_metrics", metrics);
    map.put("learning_rate", r.learningRate());
    map.put("is_best", r.isBest());
    map.put("seconds", r.seconds());
    return map;
  }

  private static void put(Map<String, Object> map, String key, double value) {
    if (!Double.isNaN(value)) {
      map.put(key, value);
    }
  }

  /**
   * The record of a map.
   *
   * @throws FormatException if it is no map of a record
   */
  public static EpochRecord fromMap(Object value) {
    if (!(value instanceof Map<?, ?> map)
        || !(map.get("validation_metrics") instanceof Map<?, ?> metrics)) {
      throw new FormatException("an epoch record is damaged: " + value);
    }
    @SuppressWarnings("unchecked")
    Settings s = new Settings("epoch record", (Map<String, Object>) map);
    Map<String, Double> validation = new LinkedHashMap<>();
    metrics.forEach(
        (name, number) -> validation.put((String) name, ((Number) number).doubleValue()));
    return new EpochRecord(
        s.integer("epoch", 0),
        s.wholeNumber("step", 0),
        s.number("train_loss", Double.NaN),
        s.number("train_metric", Double.NaN),
        s.text("metric", ""),
        s.number("validation_loss", Double.NaN),
        validation,
        s.number("learning_rate", Double.NaN),
        s.flag("is_best", false),
        s.number("seconds", 0));
  }
}
