package io.carillon.cli.settings;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Values as they are written on the command line and in YAML. YAML 1.1 reads {@code 1e-3} as text,
 * which nobody means; here it is a number.
 */
final class Scalars {
  private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9]{1,18}");
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?");

  private Scalars() {}

  /**
   * Long, Double, Boolean, a list of these for {@code [a, b]} or {@code 1,2}, or else the text
   * itself.
   */
  static Object parse(String text) {
    String s = text.trim();
    if (s.startsWith("[") && s.endsWith("]")) {
      return list(s.substring(1, s.length() - 1));
    }
    Object value = single(s);
    if (value instanceof String && s.indexOf(',') > 0) {
      List<Object> items = list(s);
      return items.stream().allMatch(Number.class::isInstance) ? items : s;
    }
    return value;
  }

  private static List<Object> list(String items) {
    List<Object> values = new ArrayList<>();
    if (!items.isBlank()) {
      for (String item : items.split(",", -1)) {
        values.add(single(item.trim()));
      }
    }
    return values;
  }

  private static Object single(String s) {
    if (WHOLE.matcher(s).matches()) {
      return Long.parseLong(s);
    }
    if (NUMBER.matcher(s).matches()) {
      return Double.parseDouble(s);
    }
    if (s.equals("true") || s.equals("false")) {
      return Boolean.parseBoolean(s);
    }
    return s;
  }

  /** The same tree with every text that reads as a number made one. */
  static Object normalise(Object value) {
    if (value instanceof String s) {
      return single(s);
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> normal = new LinkedHashMap<>();
      map.forEach((key, item) -> normal.put(String.valueOf(key), normalise(item)));
      return normal;
    }
    if (value instanceof List<?> list) {
      return list.stream().map(Scalars::normalise).toList();
    }
    return value;
  }
}
