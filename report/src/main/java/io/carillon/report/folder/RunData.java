package io.carillon.report.folder;

import io.carillon.data.Splits;
import io.carillon.model.Meaning;
import io.carillon.report.settings.Trees;
import io.carillon.train.Dataset;
import io.carillon.train.Dataset.Target;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The data of a run with everything that is needed to open them again.
 *
 * @param source task or file
 * @param options settings of the source that were given
 * @param seed of every random choice in the data
 * @param limit largest number of sequences of each part, 0 for all
 */
public record RunData(DataSource source, Map<String, String> options, long seed, int limit) {

  /** Reads or generates the data and fits their meaning. */
  public Splits open() {
    return limited(source.open(options, seed), limit);
  }

  /** The same data again, prepared as for an existing model. */
  public Splits reopen(Meaning fitted) {
    return limited(source.reopen(fitted, seed), limit);
  }

  /**
   * Every part thinned out evenly, so that the order of the file does not matter; by classes where
   * some would be left out.
   */
  private static Splits limited(Splits all, int limit) {
    if (limit == 0) {
      return all;
    }
    return new Splits(
        limited(all.train(), limit),
        limited(all.validation(), limit),
        limited(all.test(), limit),
        all.meaning(),
        all.description() + "; limited to " + limit + " sequences of each part",
        all.provenance());
  }

  private static Dataset limited(Dataset part, int limit) {
    if (part.size() <= limit) {
      return part;
    }
    int[] order = IntStream.range(0, part.size()).toArray();
    int[] chosen = thinned(order, limit);
    if (part.target() == Target.CLASS && !part.isGenerated()) {
      boolean lost = classes(part, chosen) < Math.min(limit, classes(part, order));
      // Classes that take turns: every n-th sequence may be of one and the same.
      chosen = lost ? thinned(byClass(part, order), limit) : chosen;
    }
    return part.subset(part.name(), chosen);
  }

  private static int[] thinned(int[] order, int limit) {
    return IntStream.range(0, limit)
        .map(i -> order[(int) ((long) i * order.length / limit)])
        .sorted()
        .toArray();
  }

  private static long classes(Dataset part, int[] sequences) {
    return Arrays.stream(sequences).map(part::label).distinct().count();
  }

  private static int[] byClass(Dataset part, int[] order) {
    return Arrays.stream(order)
        .boxed()
        .sorted(Comparator.comparingInt(part::label))
        .mapToInt(i -> i)
        .toArray();
  }

  /** As kept in {@code run.yaml} and in the model's {@code config.json}. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = source.toMap();
    map.put("options", new LinkedHashMap<>(options));
    map.put("seed", seed);
    if (limit > 0) {
      map.put("limit", limit);
    }
    return map;
  }

  /** Reads what {@link #toMap()} has written; null when there is nothing of it. */
  public static RunData fromMap(Map<String, ?> map) {
    DataSource source = DataSource.fromMap(map);
    if (source == null) {
      return null;
    }
    Map<String, String> options = new LinkedHashMap<>();
    Trees.child(map, "options").forEach((key, value) -> options.put(key, String.valueOf(value)));
    return new RunData(source, options, number(map, "seed"), (int) number(map, "limit"));
  }

  private static long number(Map<String, ?> map, String key) {
    return map.get(key) instanceof Number n ? n.longValue() : 0;
  }
}
