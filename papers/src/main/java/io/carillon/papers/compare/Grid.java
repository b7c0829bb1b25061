package io.carillon.papers.compare;

import io.carillon.config.Nearest;
import io.carillon.papers.compare.Comparison.Axis;
import io.carillon.papers.compare.Comparison.Rule;
import io.carillon.papers.compare.Comparison.Size;
import io.carillon.report.console.UsageException;
import io.carillon.report.settings.Change;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All cells of a comparison of one size. */
final class Grid {
  private static final String PRESET = "preset";
  private static final String TASK = "task";
  private static final String FOLDER = "folder";
  private static final String KIND = "kind";

  private Grid() {}

  /**
   * The cells, the last axis varying fastest.
   *
   * @param data {@code --data}, or null
   * @param own changes of the user, put over everything
   * @param only filters {@code axis=level,level}
   * @throws UsageException for a filter with an axis or level that there is not
   */
  static List<Cell> cells(
      Comparison comparison, String size, Path data, List<Change> own, List<String> only) {
    List<Map<String, String>> combinations = new ArrayList<>();
    combinations.add(new LinkedHashMap<>());
    for (Axis axis : comparison.axes()) {
      List<Map<String, String>> longer = new ArrayList<>();
      for (Map<String, String> start : combinations) {
        for (String level : axis.levels().keySet()) {
          Map<String, String> more = new LinkedHashMap<>(start);
          more.put(axis.name(), level);
          longer.add(more);
        }
      }
      combinations = longer;
    }
    List<When> filters = only.stream().map(filter -> filter(comparison, filter)).toList();
    return combinations.stream()
        .filter(levels -> filters.stream().allMatch(filter -> filter.fits(levels)))
        .map(levels -> cell(comparison, size, levels, data, own))
        .toList();
  }

  private static When filter(Comparison comparison, String text) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw new UsageException(
          "--only "
              + text
              + ": expected axis=level or axis=level,level; axes: "
              + axes(comparison));
    }
    String name = text.substring(0, equals).trim();
    Axis axis =
        comparison.axes().stream()
            .filter(a -> a.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new UsageException(
                        "--only "
                            + text
                            + ": there is no axis '"
                            + name
                            + "'; axes: "
                            + axes(comparison)));
    List<String> levels = List.of(text.substring(equals + 1).trim().split("\\s*,\\s*"));
    for (String level : levels) {
      if (!axis.levels().containsKey(level)) {
        throw new UsageException(
            "--only "
                + text
                + ": axis "
                + name
                + " has no level '"
                + level
                + "'"
                + Nearest.hint(level, axis.levels().keySet()));
      }
    }
    return new When(Map.of(name, levels));
  }

  private static String axes(Comparison comparison) {
    return String.join(", ", comparison.axes().stream().map(Axis::name).toList());
  }

  private static Cell cell(
      Comparison comparison,
      String sizeName,
      Map<String, String> levels,
      Path data,
      List<Change> own) {
    Size size = comparison.sizes().get(sizeName);
    Map<String, String> settings = new LinkedHashMap<>(size.settings());
    for (Axis axis : comparison.axes()) {
      put(settings, axis.levels().get(levels.get(axis.name())));
    }
    Map<String, String> sized = new LinkedHashMap<>(levels);
    sized.put("size", sizeName);
    String skip = "";
    for (Rule rule : comparison.rules()) {
      if (rule.when().fits(sized)) {
        put(settings, rule.settings());
        skip = rule.skip().isEmpty() ? skip : rule.skip();
      }
    }
    String preset = filled(taken(settings, PRESET, size.preset()), levels);
    String task = taken(settings, TASK, data == null ? size.task() : "");
    String folder = taken(settings, FOLDER, "");
    if (!folder.isEmpty() && (data == null || !Files.exists(data.resolve(folder)))) {
      skip = "there is no " + folder + " in " + (data == null ? "--data, which is missing" : data);
    }
    task = folder.isEmpty() ? task : "";
    List<Change> changes = new ArrayList<>();
    settings.forEach((key, value) -> changes.add(new Change(key, value)));
    changes.addAll(own);
    return new Cell(levels, preset, task, folder, List.copyOf(changes), skip);
  }

  /** A kind of layer takes the settings of the layer before it away: they would not fit. */
  private static void put(Map<String, String> settings, Map<String, String> over) {
    if (over.keySet().stream().anyMatch(Grid::isKind)) {
      settings.keySet().removeIf(key -> key.contains("ssm."));
    }
    over.forEach(
        (key, value) -> {
          settings.remove(key);
          settings.put(key, value);
        });
  }

  private static boolean isKind(String key) {
    return key.equals(KIND) || key.endsWith("." + KIND);
  }

  /** With the level of every axis put for its name in braces. */
  private static String filled(String preset, Map<String, String> levels) {
    String name = preset;
    for (Map.Entry<String, String> level : levels.entrySet()) {
      name = name.replace("{" + level.getKey() + "}", level.getValue());
    }
    return name;
  }

  private static String taken(Map<String, String> settings, String key, String instead) {
    String value = settings.remove(key);
    return value == null ? instead : value;
  }
}
