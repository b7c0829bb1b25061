package io.carillon.reference;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The configuration of a reference case; it knows which keys were asked for. */
public final class ReferenceConfig {
  private final Map<String, JsonNode> values = new LinkedHashMap<>();
  private final Set<String> unread = new TreeSet<>();

  /** A configuration of these keys, none of which has been asked for. */
  public ReferenceConfig(JsonNode node) {
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      values.put(entry.getKey(), entry.getValue());
      unread.add(entry.getKey());
    }
  }

  /** Whether the key is there and not null. */
  public boolean has(String key) {
    JsonNode value = values.get(key);
    return value != null && !value.isNull();
  }

  /** A required integer. */
  public int integer(String key) {
    return required(key).intValue();
  }

  /** An integer with a default for a missing or null value. */
  public int integer(String key, int otherwise) {
    JsonNode value = optional(key);
    return value == null ? otherwise : value.intValue();
  }

  /** A number with a default for a missing or null value. */
  public double number(String key, double otherwise) {
    JsonNode value = optional(key);
    return value == null ? otherwise : value.doubleValue();
  }

  /** A flag with a default for a missing or null value; 0 and 1 count as flags. */
  public boolean flag(String key, boolean otherwise) {
    JsonNode value = optional(key);
    if (value == null) {
      return otherwise;
    }
    return value.isBoolean() ? value.booleanValue() : value.doubleValue() != 0;
  }

  /** A text with a default for a missing or null value. */
  public String text(String key, String otherwise) {
    JsonNode value = optional(key);
    return value == null ? otherwise : value.asText();
  }

  /** Any value, for lists and nested maps. */
  public JsonNode node(String key) {
    return required(key);
  }

  /** Marks keys as understood although the test does not need their value. */
  public void ignore(String... keys) {
    for (String key : keys) {
      unread.remove(key);
    }
  }

  /** Marks every key as understood that was not asked for by now. */
  void ignoreTheRest() {
    unread.clear();
  }

  /** Fails if the case has a key that nobody asked for. */
  public void requireAllRead() {
    if (!unread.isEmpty()) {
      throw new AssertionError("configuration keys not understood: " + unread + " of " + values);
    }
  }

  private JsonNode optional(String key) {
    unread.remove(key);
    return has(key) ? values.get(key) : null;
  }

  private JsonNode required(String key) {
    JsonNode value = optional(key);
    if (value == null) {
      throw new AssertionError("configuration key " + key + " is missing in " + values);
    }
    return value;
  }
}
