package io.carillon.io;

import io.carillon.error.FormatException;
import java.util.List;
import java.util.Map;

/**
 * JSON (RFC 8259) to and from plain Java values: {@code Map<String, Object>} in file order, {@code
 * List<Object>}, String, Long, Double, Boolean, null. The core has no dependencies, and a model's
 * configuration is all the JSON it needs.
 */
public final class Json {
  private static final int LONGEST_SHOWN = 200;

  private Json() {}

  /**
   * Parses one JSON value.
   *
   * @throws FormatException with line and column, on malformed text, a duplicate key, nesting
   *     deeper than 64, or a number that does not fit
   */
  public static Object parse(String text) {
    return new JsonReader(text, Integer.MAX_VALUE).document();
  }

  /**
   * Parses a JSON object.
   *
   * @throws FormatException as {@link #parse}, or if the value is not an object
   */
  public static Map<String, Object> parseObject(String text) {
    return parseObject(text, Integer.MAX_VALUE);
  }

  /**
   * Parses a JSON object of somebody who may mean ill.
   *
   * @param mostValues bound on its numbers, texts, arrays, objects and keys together, so that what
   *     is parsed cannot take many times the memory of the text
   * @throws FormatException as {@link #parseObject(String)}, or if there are more values
   */
  static Map<String, Object> parseObject(String text, int mostValues) {
    Object value = new JsonReader(text, mostValues).document();
    if (value instanceof Map<?, ?>) {
      @SuppressWarnings("unchecked")
      Map<String, Object> map = (Map<String, Object>) value;
      return map;
    }
    throw new FormatException("expected a JSON object, found " + kind(value));
  }

  /** A text of a file as it stands in messages: not longer than a line, nothing but letters. */
  static String shown(String text) {
    if (text == null) {
      return "null";
    }
    String start = text.length() > LONGEST_SHOWN ? text.substring(0, LONGEST_SHOWN) + "…" : text;
    return start.replaceAll("\\p{Cntrl}", "?");
  }

  public static String kind(Object value) {
    if (value == null) {
      return "null";
    }
    if (value instanceof List<?>) {
      return "an array";
    }
    if (value instanceof Map<?, ?>) {
      return "an object";
    }
    return value instanceof String ? "the string \"" + value + "\"" : value.toString();
  }

  /**
   * Writes a value with two-space indentation. Accepts what {@link #parse} returns, and any Number.
   *
   * @throws IllegalArgumentException on a NaN, an infinity, or a type JSON does not have
   */
  public static String write(Object value) {
    StringBuilder out = new StringBuilder();
    write(value, "", out);
    return out.append('\n').toString();
  }

  private static void write(Object value, String indent, StringBuilder out) {
    if (value instanceof Map<?, ?> map) {
      writeMap(map, indent, out);
    } else if (value instanceof List<?> list) {
      writeList(list, indent, out);
    } else if (value instanceof String s) {
      quote(s, out);
    } else if (value == null || value instanceof Boolean) {
      out.append(value);
    } else if (value instanceof Number n) {
      if (!Double.isFinite(n.doubleValue())) {
        throw new IllegalArgumentException("JSON cannot hold the number " + n);
      }
      out.append(n);
    } else {
      throw new IllegalArgumentException("JSON cannot hold a " + value.getClass().getName());
    }
  }

  private static void writeMap(Map<?, ?> map, String indent, StringBuilder out) {
    if (map.isEmpty()) {
      out.append("{}");
      return;
    }
    String inner = indent + "  ";
    String separator = "{\n";
    for (Map.Entry<?, ?> e : map.entrySet()) {
      out.append(separator).append(inner);
      quote((String) e.getKey(), out);
      out.append(": ");
      write(e.getValue(), inner, out);
      separator = ",\n";
    }
    out.append('\n').append(indent).append('}');
  }

  private static void writeList(List<?> list, String indent, StringBuilder out) {
    String separator = "[";
    out.append(list.isEmpty() ? "[" : "");
    for (Object item : list) {
      out.append(separator);
      write(item, indent, out);
      separator = ", ";
    }
    out.append(']');
  }

  /** Writes a value on one line, for JSON Lines. */
  public static String writeLine(Map<String, ?> map) {
    StringBuilder out = new StringBuilder("{");
    String separator = "";
    for (Map.Entry<String, ?> e : map.entrySet()) {
      out.append(separator);
      quote(e.getKey(), out);
      out.append(": ");
      write(e.getValue(), "", out);
      separator = ", ";
    }
    return out.append('}').toString();
  }

  private static void quote(String s, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < 0x20) {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
