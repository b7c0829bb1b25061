package io.carillon.interop;

import io.carillon.config.Nearest;
import io.carillon.config.Settings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Answers to what a state dict cannot tell: given as options, else the official defaults. */
final class Choices {
  /** Every option of an import. */
  static final List<String> KEYS =
      List.of(
          "norm",
          "pool",
          "last_steps",
          "bidirectional",
          "activation",
          "gate",
          "mixer",
          "discretisation",
          "dt_transform",
          "dt_fast",
          "real_transform",
          "imag_transform",
          "bandlimit",
          "max_kernel_length",
          "cast",
          "dss_version",
          "epsilon");

  private final Map<String, ?> options;
  private final Settings settings;
  private final Set<String> asked = new HashSet<>();
  private final List<String> assumed = new ArrayList<>();

  Choices(Map<String, ?> options) {
    this.options = options;
    settings = new Settings("", options);
  }

  /** Whether the option is given. */
  boolean given(String key) {
    return settings.has(key);
  }

  <E extends Enum<E>> E choice(String key, Class<E> type, E official) {
    note(key, Settings.name(official));
    return settings.choice(key, type, official);
  }

  int integer(String key, int official) {
    note(key, official);
    return settings.integer(key, official);
  }

  boolean flag(String key, boolean official) {
    note(key, official);
    return settings.flag(key, official);
  }

  double number(String key, double official) {
    note(key, official);
    return settings.number(key, official);
  }

  private void note(String key, Object official) {
    asked.add(key);
    if (!settings.has(key)) {
      String value = String.valueOf(official).toLowerCase(Locale.ROOT);
      assumed.add(key.replace('_', '-') + " " + (value.equals("nan") ? "none" : value));
    }
  }

  /** An answer that the shapes give as well; {@code found} counts, another one is refused. */
  void requireSame(String key, boolean found) {
    asked.add(key);
    if (settings.flag(key, found) != found) {
      throw new IllegalArgumentException(
          key + " is " + !found + ", but the shapes of the tensors say " + found);
    }
  }

  /**
   * Ends the reading.
   *
   * @return what was assumed, as "name value"
   * @throws IllegalArgumentException for an option that is unknown, or that was not asked for
   */
  List<String> finish() {
    for (String key : options.keySet()) {
      if (!KEYS.contains(key)) {
        throw new IllegalArgumentException("unknown option " + key + Nearest.hint(key, KEYS));
      }
      if (settings.has(key) && !asked.contains(key)) {
        throw new IllegalArgumentException(
            key.replace('_', '-') + " does not apply to the model in this file");
      }
    }
    return List.copyOf(assumed);
  }
}
