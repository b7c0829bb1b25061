package io.carillon.examples;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A value for every {@link LineSetting}. Immutable. */
public final class LineSettings {
  /** Nothing but defaults. */
  public static final LineSettings DEFAULT = new LineSettings(Map.of());

  private final Map<LineSetting, Integer> values = new EnumMap<>(LineSetting.class);

  private LineSettings(Map<LineSetting, Integer> values) {
    this.values.putAll(values);
  }

  /**
   * These settings but for one.
   *
   * @throws IllegalArgumentException if the value is out of bounds
   */
  public LineSettings with(LineSetting setting, int value) {
    LineSettings other = new LineSettings(values);
    other.values.put(setting, setting.check(value));
    return other;
  }

  /** The value of a setting. */
  public int get(LineSetting setting) {
    return values.getOrDefault(setting, setting.otherwise());
  }

  /**
   * Settings from words {@code name=value}.
   *
   * @throws IllegalArgumentException naming the word if it is no setting
   */
  public static LineSettings parse(List<String> words) {
    LineSettings settings = DEFAULT;
    for (String word : words) {
      int equals = word.indexOf('=');
      String name = equals < 0 ? word : word.substring(0, equals);
      LineSetting setting =
          Arrays.stream(LineSetting.values())
              .filter(candidate -> equals >= 0 && candidate.label().equals(name))
              .findFirst()
              .orElseThrow(
                  () -> new IllegalArgumentException("'" + word + "' is no setting name=value"));
      settings = settings.with(setting, setting.check(number(word, equals + 1)));
    }
    return settings;
  }

  private static long number(String word, int at) {
    try {
      return Long.parseLong(word.substring(at));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + word + "' does not end in a whole number", e);
    }
  }

  /** All settings with their defaults, one per line. */
  static String help() {
    return Arrays.stream(LineSetting.values())
        .map(LineSetting::help)
        .collect(Collectors.joining("\n"));
  }
}
