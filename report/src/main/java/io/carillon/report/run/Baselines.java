package io.carillon.report.run;

import io.carillon.report.folder.ModelInfo;
import io.carillon.report.folder.WithoutLearning;
import io.carillon.report.settings.Trees;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is reached without learning on the test data: as it was recorded with the model, else from
 * the data where they are at hand. What learns is in {@link
 * io.carillon.report.folder.BaselineScores}.
 *
 * @param metric name of the metric, or null if nothing is known
 * @param values its value for each method
 */
record Baselines(String metric, Map<String, Double> values) {

  static Baselines of(Run run) {
    Map<String, Object> recorded = run.info(ModelInfo.WITHOUT_LEARNING);
    if (recorded.get("metric") instanceof String metric) {
      Map<String, Double> values = new LinkedHashMap<>();
      Trees.child(recorded, "values")
          .forEach(
              (name, value) -> {
                if (value instanceof Number n) {
                  values.put(name, n.doubleValue());
                }
              });
      return new Baselines(metric, values);
    }
    if (run.data() == null) {
      return new Baselines(null, Map.of());
    }
    WithoutLearning.Scores scores = WithoutLearning.scores(run.data());
    return new Baselines(scores.metric(), scores.values());
  }

  /** The best of them: the largest, or the smallest error. */
  double best() {
    return lowerIsBetter(metric)
        ? values.values().stream().mapToDouble(v -> v).min().orElseThrow()
        : values.values().stream().mapToDouble(v -> v).max().orElseThrow();
  }

  /** Whether the best of them is better than a model that has reached so much. */
  boolean beats(double reached) {
    return lowerIsBetter(metric) ? best() < reached : best() > reached;
  }

  /** Whether a metric is an error. */
  static boolean lowerIsBetter(String metric) {
    return metric.endsWith("loss") || metric.endsWith("error") || metric.matches("r?mse|mae");
  }
}
