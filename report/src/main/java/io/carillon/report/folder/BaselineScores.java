package io.carillon.report.folder;

import io.carillon.data.Splits;
import io.carillon.data.baseline.Baselines;
import io.carillon.io.AtomicFile;
import io.carillon.io.FormatException;
import io.carillon.io.Json;
import io.carillon.report.console.Text;
import io.carillon.train.Evaluation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What baselines reached on the test part of the data of a run.
 *
 * @param fingerprint of the data
 * @param seed of what the baselines drew
 * @param metric the one that models are chosen by
 * @param higherIsBetter whether a larger value of it is better
 * @param sequences of the test part
 * @param rows one for each baseline
 */
public record BaselineScores(
    String fingerprint,
    long seed,
    String metric,
    boolean higherIsBetter,
    int sequences,
    List<Row> rows) {
  private static final String FORMAT = "carillon-baselines";

  /**
   * One baseline.
   *
   * @param name of it
   * @param metrics all that it reached, the finite ones; empty if it was left out
   * @param seconds that it took
   * @param known sequences that it learned from
   * @param of as many as there were
   * @param leftOut why it was left out; else null
   */
  public record Row(
      String name, Map<String, Double> metrics, double seconds, int known, int of, String leftOut) {
    /** Where it had less to learn from than a model: {@code from 500 of 2,700 sequences}. */
    public String from() {
      return known == of
          ? "from all " + Text.count(of)
          : "from " + Text.count(known) + " of " + Text.count(of);
    }
  }

  /** Of what was measured. */
  public static BaselineScores of(Splits data, long seed, List<Baselines.Measured> measured) {
    boolean higher = true;
    List<Row> rows = new ArrayList<>();
    for (Baselines.Measured one : measured) {
      Baselines.Plan plan = one.plan();
      Map<String, Double> metrics = new LinkedHashMap<>();
      Evaluation evaluation = one.evaluation();
      if (evaluation != null) {
        higher = evaluation.higherIsBetter();
        evaluation
            .metrics()
            .forEach(
                (name, value) -> {
                  if (Double.isFinite(value)) {
                    metrics.put(name, value);
                  }
                });
      }
      double seconds = Math.round(one.seconds() * 1000) / 1000.0;
      rows.add(
          new Row(
              plan.baseline().title(), metrics, seconds, plan.known(), plan.of(), plan.leftOut()));
    }
    return new BaselineScores(
        data.fingerprint(), seed, data.test().metric(), higher, data.test().size(), rows);
  }

  /** The baseline that does best. */
  public Optional<Row> best() {
    Comparator<Row> better = Comparator.comparingDouble(row -> row.metrics().get(metric));
    return rows.stream()
        .filter(row -> row.metrics().containsKey(metric))
        .min(higherIsBetter ? better.reversed() : better);
  }

  /** Whether some baseline is better than a model that has reached so much. */
  public boolean beats(double reached) {
    return best()
        .map(row -> row.metrics().get(metric))
        .filter(v -> isBetter(v, reached))
        .isPresent();
  }

  private boolean isBetter(double value, double other) {
    return higherIsBetter ? value > other : value < other;
  }

  /** Who wins, in a sentence. */
  public String winner(double reached) {
    if (best().isEmpty()) {
      return "There is no baseline to compare the model with.";
    }
    Row best = best().get();
    double value = best.metrics().get(metric);
    String numbers =
        Text.format(
            "%s %s, the model %s, on %s",
            metric,
            Text.number(value),
            Text.number(reached),
            Text.count(sequences, "test sequence", "test sequences"));
    if (isBetter(value, reached)) {
      return "The model LOSES to " + best.name() + ": " + numbers + ".";
    }
    return isBetter(reached, value)
        ? "The model wins; the best baseline is " + best.name() + ": " + numbers + "."
        : "The model is no better than " + best.name() + ": " + numbers + ".";
  }

  /** As text, numbers, lists and maps. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("format", FORMAT);
    map.put("version", 1);
    map.put("fingerprint", fingerprint);
    map.put("seed", seed);
    map.put("metric", metric);
    map.put("higher_is_better", higherIsBetter);
    map.put("sequences", sequences);
    List<Object> list = new ArrayList<>();
    for (Row row : rows) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", row.name());
      if (row.leftOut() != null) {
        one.put("left_out", row.leftOut());
      } else {
        one.put("metrics", row.metrics());
        one.put("seconds", row.seconds());
        one.put("learned_from", row.known());
        one.put("of", row.of());
      }
      list.add(one);
    }
    map.put("baselines", list);
    return map;
  }

  /**
   * Writes them into the folder of a run, where its report finds them.
   *
   * @throws IOException if they cannot be written
   */
  public void write(RunFolder folder) throws IOException {
    AtomicFile.writeText(folder.baselines(), Json.write(toMap()));
  }

  /**
   * Those in the folder of a run; empty if they were not measured.
   *
   * @throws FormatException if the file is damaged
   * @throws IOException if it cannot be read
   */
  public static Optional<BaselineScores> read(RunFolder folder) throws IOException {
    Path file = folder.baselines();
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(fromMap(Json.parseObject(Files.readString(file))));
    } catch (FormatException | ClassCastException | NullPointerException e) {
      throw new FormatException(
          file
              + ": is damaged; remove it, or measure again with: carillon baselines "
              + folder.path(),
          e);
    }
  }

  private static BaselineScores fromMap(Map<String, Object> map) {
    List<Row> rows = new ArrayList<>();
    for (Object item : (List<?>) map.get("baselines")) {
      Map<?, ?> one = (Map<?, ?>) item;
      Map<String, Double> metrics = new LinkedHashMap<>();
      if (one.get("left_out") == null) {
        ((Map<?, ?>) one.get("metrics"))
            .forEach((name, value) -> metrics.put((String) name, ((Number) value).doubleValue()));
      }
      rows.add(
          new Row(
              Objects.requireNonNull((String) one.get("name"), "name"),
              metrics,
              number(one, "seconds").doubleValue(),
              number(one, "learned_from").intValue(),
              number(one, "of").intValue(),
              (String) one.get("left_out")));
    }
    return new BaselineScores(
        Objects.requireNonNull((String) map.get("fingerprint"), "fingerprint"),
        number(map, "seed").longValue(),
        Objects.requireNonNull((String) map.get("metric"), "metric"),
        (Boolean) map.get("higher_is_better"),
        number(map, "sequences").intValue(),
        rows);
  }

  private static Number number(Map<?, ?> map, String key) {
    return map.get(key) instanceof Number n ? n : 0;
  }
}
