package io.carillon.report.settings;

import io.carillon.report.console.UsageException;

/**
 * One {@code --set key=value}.
 *
 * @param key full or short name of a setting
 * @param value text after the first equals sign
 */
public record Change(String key, String value) {
  /** Value that takes a setting back to its default. */
  public static final String DEFAULT = "default";

  /**
   * Parses {@code key=value}.
   *
   * @throws UsageException if there is no equals sign or nothing on one of its sides
   */
  public static Change parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 1 || equals == text.length() - 1) {
      throw new UsageException(
          "--set " + text + ": expected key=value, such as --set train.epochs=5");
    }
    return new Change(text.substring(0, equals).trim(), text.substring(equals + 1).trim());
  }

  public boolean isDefault() {
    return value.equals(DEFAULT);
  }

  @Override
  public String toString() {
    return key + "=" + value;
  }
}
