package io.carillon.report.folder;

import io.carillon.data.Baselines;
import io.carillon.data.Splits;
import io.carillon.report.console.Text;
import io.carillon.train.Dataset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is reached on the test part without learning, to compare a model with. */
public final class WithoutLearning {
  /** Rows of a day in an hourly series, the usual season. */
  private static final int SEASON = 24;

  private WithoutLearning() {}

  /**
   * Scores by the name of what gives them.
   *
   * @param metric which metric they are: accuracy or mse
   * @param values score by name; empty where there is nothing to compare with
   */
  public record Scores(String metric, Map<String, Double> values) {
    /** Nothing to compare with. */
    public static final Scores NONE = new Scores("", Map.of());
  }

  /** All scores that are defined for these data. */
  public static Scores scores(Splits splits) {
    Dataset train = splits.train();
    Dataset test = splits.test();
    Map<String, Double> values = new LinkedHashMap<>();
    boolean classes =
        switch (train.target()) {
          case CLASS, CLASS_PER_STEP -> true;
          case VALUE, VALUE_PER_STEP -> false;
        };
    if (test.size() > 0 && classes) {
      values.put("most frequent class", Baselines.majority(train, test));
    } else if (test.size() > 0) {
      addErrors(values, splits);
    }
    return new Scores(classes ? "accuracy" : "mse", values);
  }

  private static void addErrors(Map<String, Double> values, Splits splits) {
    Dataset test = splits.test();
    values.put("training mean", Baselines.mean(splits.train(), test).mse());
    if (Baselines.isForecast(splits.meaning())) {
      values.put("last value", Baselines.repeatLast(test, splits.meaning()).mse());
      if (test.length(0) >= SEASON) {
        values.put(
            "value " + SEASON + " rows before",
            Baselines.seasonal(test, splits.meaning(), SEASON).mse());
      }
    }
  }

  /** All scores in a line, for forecasts, which have several. */
  public static Optional<String> others(Splits splits) {
    Map<String, Double> values = scores(splits).values();
    if (values.size() < 2) {
      return Optional.empty();
    }
    List<String> parts = new ArrayList<>();
    values.forEach((name, value) -> parts.add(name + " " + Text.number(value)));
    return Optional.of("Without learning, on the test part, mse: " + String.join(", ", parts));
  }
}
