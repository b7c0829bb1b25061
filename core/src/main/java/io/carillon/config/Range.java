package io.carillon.config;

import java.util.Arrays;
import java.util.function.DoublePredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The values that a setting can have, in words and as a check. */
public final class Range {
  /** All numbers but NaN and the infinities. */
  public static final Range FINITE = numbers("a finite number", Double::isFinite);

  /** Above zero, and finite. */
  public static final Range POSITIVE =
      numbers("a positive finite number", x -> x > 0 && Double.isFinite(x));

  /** Whole and other numbers from 0. */
  public static final Range NOT_NEGATIVE = atLeast(0);

  /** (0, 1]. */
  public static final Range FRACTION =
      numbers("a number above 0 and at most 1", x -> x > 0 && x <= 1);

  /** [0, 1). */
  public static final Range BELOW_ONE = numbers("a number from 0 to below 1", x -> x >= 0 && x < 1);

  static final Range FLAG = of("`true`, `false`");

  private final String text;
  private final Predicate<Object> holds;

  private Range(String text, Predicate<Object> holds) {
    this.text = text;
    this.holds = holds;
  }

  private static Range numbers(String text, DoublePredicate holds) {
    return new Range(text, value -> holds.test(((Number) value).doubleValue()));
  }

  /** Finite numbers from {@code least}. */
  public static Range atLeast(int least) {
    return numbers("at least " + least, x -> x >= least && Double.isFinite(x));
  }

  /** Numbers from {@code least} to {@code most}. */
  public static Range between(int least, int most) {
    return numbers("from " + least + " to " + most, x -> x >= least && x <= most);
  }

  /** This range with a word on what else is possible in it. */
  public Range note(String more) {
    return new Range(text + "; " + more, holds);
  }

  /** Values of another kind than a number; null is none of them. */
  public static Range of(String text) {
    return new Range(text, value -> true);
  }

  /** The names of an enum as files have them. */
  static Range names(Enum<?>[] constants) {
    return of(
        Arrays.stream(constants)
            .map(constant -> "`" + Settings.name(constant) + "`")
            .collect(Collectors.joining(", ")));
  }

  /** In words that go on from "give", with names of values in backquotes. */
  public String text() {
    return text;
  }

  /**
   * Refuses what is outside.
   *
   * @param name of what has the value
   * @throws IllegalArgumentException naming the name, the value and the range
   */
  public void check(String name, Object value) {
    if (value == null) {
      throw new IllegalArgumentException(name + " is missing (null); give " + text);
    }
    if (!holds.test(value)) {
      throw new IllegalArgumentException(name + " is " + value + "; give " + text);
    }
  }

  /**
   * Refuses a lower bound that is above the upper one.
   *
   * @throws IllegalArgumentException naming both and their values
   */
  static void checkOrder(String lowName, double low, String highName, double high) {
    if (low > high) {
      throw new IllegalArgumentException(
          lowName + " " + low + " is above " + highName + " " + high);
    }
  }
}
