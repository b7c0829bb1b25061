package io.carillon.report.folder;

import io.carillon.data.Splits;
import io.carillon.data.baseline.Baseline;
import io.carillon.data.baseline.Baselines;
import io.carillon.report.console.Text;
import io.carillon.train.Evaluation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is reached on the test part without learning, to compare a model with. */
public final class WithoutLearning {
  private WithoutLearning() {}

  /**
   * Scores by the name of what gives them.
   *
   * @param metric which metric they are: the one that models are chosen by
   * @param values score by name; empty where there is nothing to compare with
   */
  public record Scores(String metric, Map<String, Double> values) {
    /** Nothing to compare with. */
    public static final Scores NONE = new Scores("", Map.of());
  }

  /** All scores that are defined for these data. */
  public static Scores scores(Splits splits) {
    Map<String, Double> values = new LinkedHashMap<>();
    String metric = splits.train().metric();
    if (splits.test().size() > 0) {
      for (Baseline baseline : Baselines.withoutLearning(splits)) {
        Evaluation evaluation = Baselines.score(baseline, splits);
        values.put(baseline.title(), evaluation.metrics().get(metric));
      }
    }
    return new Scores(metric, values);
  }

  /** All scores in a line, for forecasts, which have several. */
  public static Optional<String> others(Splits splits) {
    Scores scores = scores(splits);
    Map<String, Double> values = scores.values();
    if (values.size() < 2) {
      return Optional.empty();
    }
    List<String> parts = new ArrayList<>();
    values.forEach((name, value) -> parts.add(name + " " + Text.number(value)));
    return Optional.of(
        "Without learning, on the test part, " + scores.metric() + ": " + String.join(", ", parts));
  }
}
