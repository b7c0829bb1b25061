package io.carillon.interop.pytorch;

import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** Values as Python writes them. */
final class Python {
  private Python() {}

  /** A dictionary over several lines, one for each entry. */
  static String literal(Map<String, ?> map) {
    StringBuilder all = new StringBuilder("{\n");
    map.forEach(
        (key, value) ->
            all.append("    ").append(text(key)).append(": ").append(value(value)).append(",\n"));
    return all.append("}").toString();
  }

  private static String value(Object value) {
    if (value instanceof Map<?, ?> map) {
      StringJoiner all = new StringJoiner(", ", "{", "}");
      map.forEach((key, entry) -> all.add(text(String.valueOf(key)) + ": " + value(entry)));
      return all.toString();
    }
    if (value instanceof List<?> list) {
      StringJoiner all = new StringJoiner(", ", "[", "]");
      list.forEach(entry -> all.add(value(entry)));
      return all.toString();
    }
    if (value instanceof Boolean flag) {
      return flag ? "True" : "False";
    }
    return value instanceof String s ? text(s) : String.valueOf(value);
  }

  /** ASCII alone, so that no name from a file can be anything but a text. */
  static String text(String s) {
    StringBuilder all = new StringBuilder("\"");
    s.codePoints()
        .forEach(
            c -> {
              if (c == '"' || c == '\\') {
                all.append('\\').append((char) c);
              } else if (c >= ' ' && c < 0x7f) {
                all.append((char) c);
              } else {
                all.append("\\U%08x".formatted(c));
              }
            });
    return all.append('"').toString();
  }
}
