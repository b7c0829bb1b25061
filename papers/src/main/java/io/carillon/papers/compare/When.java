package io.carillon.papers.compare;

import io.carillon.error.FormatException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Some cells of a grid: those whose level is one of the given ones, for every axis that is named.
 *
 * @param allowed levels by axis; an axis that is missing may have any level
 */
record When(Map<String, List<String>> allowed) {
  /** Every cell. */
  static final When ALWAYS = new When(Map.of());

  /** Reads {@code {axis: level}} or {@code {axis: [level, level]}}; null is {@link #ALWAYS}. */
  static When of(Object value, String where) {
    if (value == null) {
      return ALWAYS;
    }
    if (!(value instanceof Map<?, ?> map)) {
      throw new FormatException(where + ": 'when' must be a mapping of axes to levels");
    }
    Map<String, List<String>> allowed = new LinkedHashMap<>();
    map.forEach(
        (axis, levels) ->
            allowed.put(
                String.valueOf(axis),
                levels instanceof List<?> list
                    ? list.stream().map(String::valueOf).toList()
                    : List.of(String.valueOf(levels))));
    return new When(allowed);
  }

  /** Whether a cell with these levels is one of them. */
  boolean fits(Map<String, String> levels) {
    return allowed.entrySet().stream()
        .allMatch(e -> e.getValue().contains(levels.getOrDefault(e.getKey(), "")));
  }
}
