package io.carillon.data;

import io.carillon.config.Nearest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Given settings checked against the declared ones, with typed access. Values never change; which
 * of them were asked for is remembered, so that one without any effect can be told of.
 */
public final class Options {
  private final String owner;
  private final Map<String, String> values;
  private final Set<String> asked = ConcurrentHashMap.newKeySet();

  private Options(String owner, Map<String, String> values) {
    this.owner = owner;
    this.values = values;
  }

  /**
   * Fills in defaults.
   *
   * @param owner what the options belong to, for messages
   * @throws DataException for a key that is not declared, suggesting the nearest declared one
   */
  public static Options of(String owner, List<Option> declared, Map<String, String> given) {
    Map<String, String> values = new LinkedHashMap<>();
    for (Option option : declared) {
      values.put(option.key(), option.defaultValue());
    }
    given.forEach(
        (key, value) -> {
          if (!values.containsKey(key)) {
            throw new DataException(
                owner + " has no option '" + key + "'" + Nearest.hint(key, values.keySet()));
          }
          values.put(key, value.trim());
        });
    return new Options(owner, values);
  }

  /** All values, defaults included, without those that are not set. */
  public Map<String, String> asMap() {
    Map<String, String> set = new LinkedHashMap<>(values);
    set.values().removeIf(String::isEmpty);
    return set;
  }

  /** The text, or nothing when not set. */
  public Optional<String> text(String key) {
    String value = values.get(key);
    if (value == null) {
      throw new IllegalStateException(owner + " does not declare the option " + key);
    }
    asked.add(key);
    return value.isEmpty() ? Optional.empty() : Optional.of(value);
  }

  /**
   * Refuses settings that were given for some data, but that nobody has asked for while these were
   * read.
   *
   * @param where names the data in messages
   * @throws DataException naming the first of them
   */
  void requireAsked(Set<String> given, String where) {
    for (String key : given) {
      if (!asked.contains(key)) {
        throw new DataException(
            where
                + ": option "
                + key
                + "='"
                + values.get(key)
                + "' has no effect on what this model is asked; leave it out");
      }
    }
  }

  /** Whether it is given or has a default. */
  public boolean has(String key) {
    return text(key).isPresent();
  }

  /** An integer in [low, high]. */
  public int integer(String key, int low, int high) {
    String value = text(key).orElse("");
    try {
      int number = Integer.parseInt(value);
      if (number >= low && number <= high) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // Falls through to the one message for both kinds of wrong value.
    }
    throw wrong(key, "a whole number from " + low + " to " + high);
  }

  /** A number in [low, high]. */
  public double number(String key, double low, double high) {
    double number = Numbers.parse(text(key).orElse("")).orElse(Double.NaN);
    if (number >= low && number <= high) {
      return number;
    }
    throw wrong(key, "a number from " + low + " to " + high);
  }

  /** Whether it is {@code yes} or {@code true}; {@code no} and {@code false} are not. */
  public boolean flag(String key) {
    return choice(key, List.of("yes", "no", "true", "false")).matches("yes|true");
  }

  /** One of the given words. */
  public String choice(String key, List<String> allowed) {
    String value = text(key).orElse("");
    if (allowed.contains(value)) {
      return value;
    }
    throw wrong(key, "one of: " + String.join(", ", allowed));
  }

  /** A regular expression, or nothing when not set. */
  public Optional<Pattern> pattern(String key) {
    try {
      return text(key).map(Pattern::compile);
    } catch (PatternSyntaxException e) {
      throw new DataException(
          owner
              + ": option "
              + key
              + "='"
              + values.get(key)
              + "' is no regular expression: "
              + e.getDescription()
              + " near index "
              + e.getIndex(),
          e);
    }
  }

  /** A list of names separated by commas; empty when not set. */
  public List<String> names(String key) {
    return text(key).map(value -> List.of(value.split("\\s*,\\s*"))).orElse(List.of());
  }

  /** The error for a value that is not what it should be. */
  public DataException wrong(String key, String expected) {
    return new DataException(
        owner + ": option " + key + "='" + values.get(key) + "' must be " + expected);
  }
}
