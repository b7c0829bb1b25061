package io.carillon.data;

import io.carillon.model.Meaning;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * Times of steps, and the gaps between them in sampling intervals: gap_t = (time_t − time_{t−1}) /
 * unit, and 1 for the first step of a sequence.
 */
public final class EventTimes {
  /** Column with the times of the steps. */
  public static final String TIME = "time";

  /** Length of an ordinary step in the unit of the times. */
  static final String UNIT = "time-unit";

  /** Whether gaps are rounded to whole numbers. */
  static final String ROUND = "time-round";

  /** Where the times are and what they mean, for the options of a format. */
  public static final List<Option> OPTIONS =
      List.of(
          new Option(
              TIME,
              "",
              "series, sequences: column with the time of every row (a number, or a date and time such"
                  + " as 2026-01-31T12:30:05, then in seconds); steps then have lengths of their own"),
          new Option(
              UNIT,
              "auto",
              "series, sequences: time of one ordinary step; auto is the median distance, of sequences"
                  + " in the training part"),
          new Option(
              ROUND,
              "no",
              "series, sequences: whether distances are rounded to whole steps, at least 1, as layers of"
                  + " kind dlr need them"));

  private static final String AUTO = "auto";

  private EventTimes() {}

  /**
   * Looks at what the options say of times.
   *
   * @throws DataException if one of them has a value that it cannot have
   */
  public static void check(Options options) {
    if (options.has(TIME)) {
      options.flag(ROUND);
      requireUnit(options.text(UNIT).orElse(AUTO));
    }
  }

  private static void requireUnit(String unit) {
    OptionalDouble value = unit.equals(AUTO) ? OptionalDouble.of(1) : Numbers.parse(unit);
    if (value.isEmpty() || !(value.getAsDouble() > 0)) {
      throw new DataException("option time-unit='" + unit + "' must be a positive number or auto");
    }
  }

  /**
   * A time in a cell: a number as it is, a date and time in seconds since 1970.
   *
   * @param where file, line and column, for messages
   * @throws DataException if it is neither
   */
  public static double parse(String cell, String where) {
    OptionalDouble number = Numbers.parse(cell);
    if (number.isPresent()) {
      return number.getAsDouble();
    }
    String text = cell.trim().replace(' ', 'T');
    try {
      OffsetDateTime time =
          text.matches(".*(Z|[+-]\\d\\d:?\\d\\d)$") && text.contains("T")
              ? OffsetDateTime.parse(text)
              : LocalDateTime.parse(text).atOffset(ZoneOffset.UTC);
      return time.toEpochSecond() + time.getNano() * 1e-9;
    } catch (DateTimeException e) {
      throw new DataException(
          where + " is '" + cell + "', neither a number nor a time such as 2026-01-31T12:30:05", e);
    }
  }

  /**
   * Options with the unit of time found: the median of the distances in the training part.
   *
   * @param times of the training sequences; entries may be null
   * @throws DataException if there is no distance to find it from
   */
  public static Map<String, String> fitted(Map<String, String> options, List<double[]> times) {
    if (!options.containsKey(TIME) || !AUTO.equals(options.get(UNIT))) {
      return options;
    }
    double[] distances =
        times.stream()
            .filter(t -> t != null)
            .flatMapToDouble(t -> IntStream.range(1, t.length).mapToDouble(i -> t[i] - t[i - 1]))
            .filter(distance -> distance > 0)
            .sorted()
            .toArray();
    if (distances.length == 0) {
      throw new DataException(
          "no training sequence has two steps to find the time between them; give time-unit");
    }
    Map<String, String> known = new LinkedHashMap<>(options);
    known.put(UNIT, Double.toString(distances[distances.length / 2]));
    return known;
  }

  /**
   * When something happened, to be shown as the times of the data are written.
   *
   * @param time in the unit of the data; of dates seconds since 1970
   * @param dated whether it is a date
   */
  public record Stamp(double time, boolean dated) {
    /** So much later. */
    public Stamp plus(double later) {
      return new Stamp(time + later, dated);
    }

    /** As it would stand in a cell. */
    @Override
    public String toString() {
      if (!dated) {
        return time == Math.rint(time) && Math.abs(time) < 1e15
            ? Long.toString((long) time)
            : Double.toString(time);
      }
      long millis = Math.round(time * 1000);
      return LocalDateTime.ofEpochSecond(
              Math.floorDiv(millis, 1000L),
              (int) Math.floorMod(millis, 1000L) * 1_000_000,
              ZoneOffset.UTC)
          .toString();
    }
  }

  /**
   * The gaps of a sequence, in ordinary steps.
   *
   * @param times [length], increasing
   * @param fitted of the model's data
   * @param where names the sequence in messages
   * @throws DataException if times do not increase
   */
  public static double[] gaps(double[] times, Meaning fitted, String where) {
    return gaps(times, Double.NaN, 0, fitted, where);
  }

  /**
   * {@link #gaps(double[], Meaning, String)} of a part of a sequence.
   *
   * @param before time of the step before the part; NaN if there is none
   * @param steps steps before the part
   */
  static double[] gaps(double[] times, double before, long steps, Meaning fitted, String where) {
    try {
      return fitted.gaps(times, before, steps);
    } catch (IllegalArgumentException e) {
      throw new DataException(where + ": " + e.getMessage(), e);
    }
  }
}
