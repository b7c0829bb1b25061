package io.carillon.cli.show;

import io.carillon.data.Baselines;
import io.carillon.data.Splits;
import io.carillon.train.Dataset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

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
  public record Scores(String metric, Map<String, Double> values) {}

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
    if (Baselines.isForecast(splits.preprocessing())) {
      values.put("last value", Baselines.repeatLast(test, splits.preprocessing()).mse());
      if (test.length(0) >= SEASON) {
        values.put(
            "value " + SEASON + " rows before",
            Baselines.seasonal(test, splits.preprocessing(), SEASON).mse());
      }
    }
  }

  /** One line, or an empty one where there is nothing to compare with. */
  public static String line(Splits splits) {
    Scores scores = scores(splits);
    if (scores.values().isEmpty()) {
      return "";
    }
    List<String> parts = new ArrayList<>();
    scores
        .values()
        .forEach((name, value) -> parts.add(String.format(Locale.ROOT, "%s %.4f", name, value)));
    return scores.metric().equals("accuracy")
        ? "Without learning, on the test part: "
            + parts.get(0).replace("class ", "class, accuracy ")
        : "Without learning, on the test part, mse: " + String.join(", ", parts);
  }
}
