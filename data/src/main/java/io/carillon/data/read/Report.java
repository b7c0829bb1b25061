package io.carillon.data.read;

import io.carillon.data.Splits;
import io.carillon.model.Meaning;
import io.carillon.train.Dataset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Words about loaded data. */
public final class Report {
  private Report() {}

  /**
   * Puts the parts together with a description and provenance.
   *
   * @param source what was read
   * @param division how it was divided, as a clause
   * @param seed seed of the division
   */
  public static Splits splits(
      Dataset train,
      Dataset validation,
      Dataset test,
      Meaning meaning,
      Path source,
      String division,
      long seed) {
    Map<String, String> provenance = new LinkedHashMap<>();
    provenance.put("kind", meaning.kind());
    provenance.put("source", source.toString());
    provenance.put("seed", Long.toString(seed));
    provenance.put("division", division);
    meaning.options().forEach((key, value) -> provenance.put("option " + key, value));
    String description = describe(train, validation, test) + "; " + division;
    return new Splits(train, validation, test, meaning, description, provenance);
  }

  /** Sizes, lengths, dimensions and target of three parts. */
  public static String describe(Dataset train, Dataset validation, Dataset test) {
    List<String> words = new ArrayList<>();
    words.add(
        train.size()
            + " training, "
            + validation.size()
            + " validation, "
            + test.size()
            + " test sequences");
    words.add(lengths(train, validation, test));
    words.add(
        train.isTokens()
            ? "tokens from a vocabulary of " + train.vocabulary()
            : count(train.inputSize(), "number") + " per step");
    words.add(
        switch (train.target()) {
          case CLASS -> train.outputSize() + " classes";
          case CLASS_PER_STEP -> train.outputSize() + " classes per step";
          case VALUE -> count(train.outputSize(), "target value");
          case VALUE_PER_STEP ->
              count(train.outputSize(), "target value")
                  + " per step"
                  + (train.lastSteps() > 0 ? " of the last " + train.lastSteps() : "");
        });
    return String.join(", ", words);
  }

  private static String count(int n, String thing) {
    return n + " " + thing + (n == 1 ? "" : "s");
  }

  private static String lengths(Dataset... parts) {
    int low = Integer.MAX_VALUE;
    int high = 0;
    for (Dataset part : parts) {
      if (part.size() > 0) {
        low = Math.min(low, part.minLength());
        high = Math.max(high, part.maxLength());
      }
    }
    return low == high ? "length " + low : "lengths " + low + " to " + high;
  }
}
