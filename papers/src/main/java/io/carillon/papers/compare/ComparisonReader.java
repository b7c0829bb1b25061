package io.carillon.papers.compare;

import io.carillon.config.Nearest;
import io.carillon.error.FormatException;
import io.carillon.papers.compare.Comparison.Axis;
import io.carillon.papers.compare.Comparison.Claim;
import io.carillon.papers.compare.Comparison.PaperNumber;
import io.carillon.papers.compare.Comparison.Rule;
import io.carillon.papers.compare.Comparison.Size;
import io.carillon.report.settings.Trees;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** Reads a comparison from its YAML tree; every mistake is named with the place it is in. */
final class ComparisonReader {
  private static final String SETTINGS = "set";

  private static final List<String> KEYS =
      List.of(
          "title",
          "shows",
          "source",
          "metric",
          "study",
          "analysis",
          "chart",
          "data",
          "sizes",
          "axes",
          "rules",
          "numbers",
          "claims",
          "curves");

  private final String file;

  /**
   * A reader.
   *
   * @param file what the file is called in messages
   */
  ComparisonReader(String file) {
    this.file = file;
  }

  /**
   * Reads.
   *
   * @throws FormatException naming the key that is missing, unknown or of the wrong kind
   */
  Comparison read(String name, Map<String, Object> tree) {
    known(file, tree, KEYS);
    Map<String, Size> sizes = new LinkedHashMap<>();
    Map<String, Object> sizeTrees = Trees.child(tree, "sizes");
    for (String size : sizeTrees.keySet()) {
      sizes.put(size, size(at("sizes." + size), Trees.child(sizeTrees, size)));
    }
    if (sizes.isEmpty()) {
      throw new FormatException(at("sizes") + ": at least one size is needed, such as small");
    }
    Comparison comparison =
        new Comparison(
            name,
            text(file, tree, "title", null),
            text(file, tree, "shows", null),
            text(file, tree, "source", ""),
            text(file, tree, "metric", ""),
            text(file, tree, "study", ""),
            text(file, tree, "analysis", ""),
            text(file, tree, "chart", ""),
            text(file, tree, "data", ""),
            sizes,
            axes(Trees.child(tree, "axes")),
            list(tree, "rules", this::rule),
            list(tree, "numbers", this::number),
            list(tree, "claims", this::claim),
            curves(Trees.child(tree, "curves")));
    checkWhens(comparison);
    return comparison;
  }

  private String at(String key) {
    return file + ": " + key;
  }

  private Size size(String at, Map<String, Object> tree) {
    known(at, tree, List.of("preset", "task", "seeds", "minutes", SETTINGS, "differences"));
    List<Long> seeds = new ArrayList<>();
    for (Object seed : items(at, tree, "seeds")) {
      if (!(seed instanceof Number n)) {
        throw new FormatException(at + ".seeds: '" + seed + "' is no whole number");
      }
      seeds.add(n.longValue());
    }
    return new Size(
        text(at, tree, "preset", ""),
        text(at, tree, "task", ""),
        seeds.isEmpty() ? List.of(1L) : List.copyOf(seeds),
        numeric(at, tree, "minutes", Double.NaN),
        settings(Trees.child(tree, SETTINGS)),
        items(at, tree, "differences").stream().map(String::valueOf).toList());
  }

  private static List<Axis> axes(Map<String, Object> tree) {
    List<Axis> axes = new ArrayList<>();
    for (String axis : tree.keySet()) {
      Map<String, Map<String, String>> levels = new LinkedHashMap<>();
      Map<String, Object> levelTrees = Trees.child(tree, axis);
      levelTrees.keySet().forEach(l -> levels.put(l, settings(Trees.child(levelTrees, l))));
      axes.add(new Axis(axis, levels));
    }
    return axes;
  }

  private Map<String, double[]> curves(Map<String, Object> tree) {
    Map<String, double[]> curves = new LinkedHashMap<>();
    for (String name : tree.keySet()) {
      curves.put(
          name,
          items(at("curves"), tree, name).stream()
              .mapToDouble(value -> Double.parseDouble(String.valueOf(value)))
              .toArray());
    }
    return curves;
  }

  private Rule rule(String at, Map<String, Object> tree) {
    known(at, tree, List.of("when", SETTINGS, "skip"));
    return new Rule(
        When.of(tree.get("when"), at),
        settings(Trees.child(tree, SETTINGS)),
        text(at, tree, "skip", ""));
  }

  private PaperNumber number(String at, Map<String, Object> tree) {
    known(at, tree, List.of("when", "value", "spread", "note"));
    return new PaperNumber(
        When.of(tree.get("when"), at),
        numeric(at, tree, "value", null),
        numeric(at, tree, "spread", Double.NaN),
        text(at, tree, "note", null));
  }

  private Claim claim(String at, Map<String, Object> tree) {
    known(at, tree, List.of("text", "when", "at_least", "than", "by"));
    boolean compares = tree.containsKey("than");
    if (compares == tree.containsKey("at_least")) {
      throw new FormatException(at + ": a claim has either 'at_least' or 'than'");
    }
    return new Claim(
        text(at, tree, "text", null),
        When.of(tree.get("when"), at),
        numeric(at, tree, "at_least", Double.NaN),
        compares ? When.of(tree.get("than"), at) : null,
        numeric(at, tree, "by", 0.0));
  }

  /** Settings by dotted name; they may be nested. Values are kept as text. */
  private static Map<String, String> settings(Map<String, Object> tree) {
    Map<String, String> settings = new LinkedHashMap<>();
    Trees.flatten("", tree).forEach((key, value) -> settings.put(key, String.valueOf(value)));
    return settings;
  }

  private void checkWhens(Comparison c) {
    List<When> whens = new ArrayList<>();
    c.rules().forEach(rule -> whens.add(rule.when()));
    c.numbers().forEach(number -> whens.add(number.when()));
    c.claims().forEach(claim -> whens.add(claim.when()));
    c.claims().stream().filter(cl -> cl.than() != null).forEach(cl -> whens.add(cl.than()));
    for (When when : whens) {
      when.allowed().forEach((axis, levels) -> checkLevels(c, axis, levels));
    }
  }

  private void checkLevels(Comparison c, String axis, List<String> levels) {
    List<String> known =
        axis.equals("size")
            ? List.copyOf(c.sizes().keySet())
            : c.axes().stream()
                .filter(a -> a.name().equals(axis))
                .findFirst()
                .map(a -> List.copyOf(a.levels().keySet()))
                .orElseThrow(
                    () -> new FormatException(file + ": 'when' names no axis '" + axis + "'"));
    for (String level : levels) {
      if (!known.contains(level)) {
        throw new FormatException(
            file + ": axis " + axis + " has no level '" + level + "'" + Nearest.hint(level, known));
      }
    }
  }

  private <T> List<T> list(
      Map<String, Object> tree, String key, BiFunction<String, Map<String, Object>, T> read) {
    List<T> all = new ArrayList<>();
    for (Object item : items(file, tree, key)) {
      String at = at(key + "[" + all.size() + "]");
      if (!(item instanceof Map<?, ?>)) {
        throw new FormatException(at + ": must be a mapping");
      }
      all.add(read.apply(at, Trees.child(Map.of(key, item), key)));
    }
    return List.copyOf(all);
  }

  private static List<?> items(String at, Map<String, Object> tree, String key) {
    Object value = tree.get(key);
    if (value != null && !(value instanceof List<?>)) {
      throw new FormatException(at + "." + key + ": must be a list");
    }
    return value == null ? List.of() : (List<?>) value;
  }

  private static void known(String at, Map<String, Object> tree, List<String> keys) {
    for (String key : tree.keySet()) {
      if (!keys.contains(key)) {
        throw new FormatException(at + ": unknown key '" + key + "'" + Nearest.hint(key, keys));
      }
    }
  }

  /** Text at a key; a missing one is an error unless there is something to use instead. */
  private static String text(String at, Map<String, Object> tree, String key, String instead) {
    Object value = tree.get(key);
    if (value == null && instead == null) {
      throw new FormatException(at + ": '" + key + "' is missing");
    }
    return value == null ? instead : String.valueOf(value).strip();
  }

  private static double numeric(String at, Map<String, Object> tree, String key, Double instead) {
    Object value = tree.get(key);
    if (value == null && instead != null) {
      return instead;
    }
    try {
      return Double.parseDouble(String.valueOf(value));
    } catch (NumberFormatException e) {
      throw new FormatException(at + "." + key + ": '" + value + "' is no number", e);
    }
  }
}
