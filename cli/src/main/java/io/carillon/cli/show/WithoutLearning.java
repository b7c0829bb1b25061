package io.carillon.cli.show;

import io.carillon.data.Baselines;
import io.carillon.data.Splits;
import io.carillon.train.Dataset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What is reached on the test part without learning, to compare a model with. */
public final class WithoutLearning {
  /** Rows of a day in an hourly series, the usual season. */
  private static final int SEASON = 24;

  private WithoutLearning() {}

  /** One line, or an empty one where there is nothing to compare with. */
  public static String line(Splits splits) {
    Dataset train = splits.train();
    Dataset test = splits.test();
    if (test.size() == 0) {
      return "";
    }
    return switch (train.target()) {
      case CLASS, CLASS_PER_STEP ->
          String.format(
              Locale.ROOT,
              "Without learning, on the test part: most frequent class, accuracy %.4f",
              Baselines.majority(train, test));
      case VALUE, VALUE_PER_STEP -> "Without learning, on the test part, mse: " + values(splits);
    };
  }

  private static String values(Splits splits) {
    List<String> parts = new ArrayList<>();
    parts.add(score("training mean", Baselines.mean(splits.train(), splits.test())));
    if (Baselines.isForecast(splits.preprocessing())) {
      parts.add(score("last value", Baselines.repeatLast(splits.test(), splits.preprocessing())));
      if (splits.test().length(0) >= SEASON) {
        parts.add(
            score(
                "value " + SEASON + " rows before",
                Baselines.seasonal(splits.test(), splits.preprocessing(), SEASON)));
      }
    }
    return String.join(", ", parts);
  }

  private static String score(String name, Baselines.Score score) {
    return String.format(Locale.ROOT, "%s %.4f", name, score.mse());
  }
}
