package io.carillon.report.settings;

import java.util.LinkedHashMap;
import java.util.Map;

/** Nested maps of settings, addressed by dotted keys such as {@code block.ssm.init}. */
public final class Trees {
  private Trees() {}

  /** A nested map as a map of its own, or an empty one. */
  @SuppressWarnings("unchecked")
  public static Map<String, Object> child(Map<String, ?> tree, String key) {
    Object value = tree.get(key);
    return value instanceof Map<?, ?> ? (Map<String, Object>) value : new LinkedHashMap<>();
  }

  /** A copy that shares no map with the original. */
  public static Map<String, Object> copy(Map<String, ?> tree) {
    return merge(Map.of(), tree);
  }

  /** {@code base} with everything that {@code over} says put over it, map by map. */
  public static Map<String, Object> merge(Map<String, ?> base, Map<String, ?> over) {
    Map<String, Object> merged = new LinkedHashMap<>();
    base.forEach(
        (key, value) -> merged.put(key, value instanceof Map<?, ?> ? copyOf(value) : value));
    over.forEach(
        (key, value) -> {
          if (value instanceof Map<?, ?>) {
            merged.put(key, merge(child(merged, key), child(over, key)));
          } else {
            merged.put(key, value);
          }
        });
    return merged;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> copyOf(Object map) {
    return copy((Map<String, Object>) map);
  }

  /** All leaves by their dotted keys, in order. */
  public static Map<String, Object> flatten(String prefix, Map<String, ?> tree) {
    Map<String, Object> flat = new LinkedHashMap<>();
    tree.forEach(
        (key, value) -> {
          String full = prefix.isEmpty() ? key : prefix + "." + key;
          if (value instanceof Map<?, ?>) {
            flat.putAll(flatten(full, child(tree, key)));
          } else {
            flat.put(full, value);
          }
        });
    return flat;
  }

  /** The value at a dotted key, or null. */
  public static Object get(Map<String, ?> tree, String dotted) {
    int dot = dotted.indexOf('.');
    return dot < 0
        ? tree.get(dotted)
        : get(child(tree, dotted.substring(0, dot)), dotted.substring(dot + 1));
  }

  /** Puts a value at a dotted key; null removes what is there. */
  public static void put(Map<String, Object> tree, String dotted, Object value) {
    int dot = dotted.indexOf('.');
    if (dot < 0) {
      if (value == null) {
        tree.remove(dotted);
      } else {
        tree.put(dotted, value);
      }
      return;
    }
    Map<String, Object> inner = child(tree, dotted.substring(0, dot));
    put(inner, dotted.substring(dot + 1), value);
    tree.put(dotted.substring(0, dot), inner);
  }
}
