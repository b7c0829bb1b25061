package io.carillon.config;

import io.carillon.io.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * Typed reading of a map of settings, as parsed from JSON or YAML. Every problem is an {@link
 * IllegalArgumentException} that names the setting by its full path; {@link #finish} refuses keys
 * that nobody asked for and suggests the nearest known one.
 */
public final class Settings {
  private final String path;
  private final Map<String, ?> values;
  private final TreeSet<String> known = new TreeSet<>();

  /**
   * Reads from a map.
   *
   * @param path prefix of the keys in messages, or empty
   */
  public Settings(String path, Map<String, ?> values) {
    this.path = path;
    this.values = values;
  }

  private String full(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private Object get(String key) {
    known.add(key);
    return values.get(key);
  }

  private IllegalArgumentException wrong(String key, Object value, String expected) {
    return new IllegalArgumentException(
        full(key) + " is " + Json.kind(value) + "; expected " + expected);
  }

  /** A whole number, or the default when absent. */
  public int integer(String key, int otherwise) {
    long value = wholeNumber(key, otherwise);
    if (value != (int) value) {
      throw wrong(key, value, "a whole number of at most 9 digits");
    }
    return (int) value;
  }

  /** A whole number of 64 bits, or the default when absent. */
  public long wholeNumber(String key, long otherwise) {
    Object value = get(key);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Number n && n.doubleValue() == Math.rint(n.doubleValue())) {
      return n.longValue();
    }
    throw wrong(key, value, "a whole number");
  }

  /** A finite number, or the default when absent. */
  public double number(String key, double otherwise) {
    Object value = get(key);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Number n && Double.isFinite(n.doubleValue())) {
      return n.doubleValue();
    }
    throw wrong(key, value, "a number");
  }

  /** True or false, or the default when absent. */
  public boolean flag(String key, boolean otherwise) {
    Object value = get(key);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Boolean b) {
      return b;
    }
    throw wrong(key, value, "true or false");
  }

  /** Text, or the default when absent. */
  public String text(String key, String otherwise) {
    Object value = get(key);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof String || value instanceof Number || value instanceof Boolean) {
      return value.toString();
    }
    throw wrong(key, value, "text");
  }

  /** One of the names of an enum, in lower case with dashes, or the default when absent. */
  public <E extends Enum<E>> E choice(String key, Class<E> type, E otherwise) {
    Object value = get(key);
    if (value == null) {
      return otherwise;
    }
    List<String> names = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      names.add(name(constant));
      if (value instanceof String s && name(constant).equals(normal(s))) {
        return constant;
      }
    }
    throw wrong(
        key,
        value,
        "one of "
            + String.join(", ", names)
            + (value instanceof String s ? suggestion(normal(s), names) : ""));
  }

  private static String suggestion(String given, List<String> names) {
    String nearest = Nearest.of(given, names).orElse(null);
    return nearest == null ? "" : " (did you mean '" + nearest + "'?)";
  }

  private static String normal(String s) {
    return s.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** How an enum constant is written in files: lower case, dashes. */
  public static String name(Enum<?> constant) {
    return normal(constant.name());
  }

  /** Nested settings, or an empty map of them when absent. */
  public Settings nested(String key) {
    Object value = get(key);
    if (value == null) {
      return new Settings(full(key), Map.of());
    }
    if (value instanceof Map<?, ?>) {
      @SuppressWarnings("unchecked")
      Map<String, ?> map = (Map<String, ?>) value;
      return new Settings(full(key), map);
    }
    throw wrong(key, value, "settings (key: value pairs)");
  }

  /** A list of whole numbers, or the default when absent. */
  public List<Integer> integers(String key, List<Integer> otherwise) {
    Object value = get(key);
    if (value == null) {
      return otherwise;
    }
    if (!(value instanceof List<?> list)) {
      throw wrong(key, value, "a list of whole numbers");
    }
    List<Integer> whole = new ArrayList<>();
    for (Object item : list) {
      if (!(item instanceof Number n) || n.doubleValue() != n.intValue()) {
        throw wrong(key, item, "a list of whole numbers");
      }
      whole.add(n.intValue());
    }
    return whole;
  }

  /** Whether a number above zero is given. */
  boolean isPositive(String key) {
    return values.get(key) instanceof Number n && n.doubleValue() > 0;
  }

  /** Whether the key is given. */
  public boolean has(String key) {
    return values.get(key) != null;
  }

  /**
   * Ends the reading.
   *
   * @throws IllegalArgumentException for a key that was not asked for
   */
  public void finish(String... alsoKnown) {
    known.addAll(Arrays.asList(alsoKnown));
    for (String key : values.keySet()) {
      if (!known.contains(key)) {
        throw new IllegalArgumentException(
            "unknown setting " + full(key) + Nearest.hint(key, known));
      }
    }
  }
}
