package io.carillon.data.csv;

import io.carillon.data.DataException;
import io.carillon.data.Numbers;
import io.carillon.data.Options;
import java.util.Arrays;

/**
 * The parts of a time series, one after the other: each ends (exclusive) at a row.
 *
 * @param trainEnd where training ends and validation begins
 * @param validationEnd where validation ends and the test begins
 * @param testEnd where the test ends; later rows are not used
 */
record Periods(int trainEnd, int validationEnd, int testEnd) {
  static final String DEFAULT = "0.7/0.1/0.2";

  /**
   * 12, 4 and 4 months of 30 days, as forecasts of the ETT series are compared in the literature.
   */
  private static final double[] ETT_HOURS = {12 * 30 * 24, 4 * 30 * 24, 4 * 30 * 24};

  /**
   * Reads the option {@code split}: three shares, three numbers of rows, or the name of a split.
   *
   * @throws DataException if it is none of these, or the table has too few rows
   */
  static Periods of(Options options, Table table) {
    String text = options.text("split").orElse(DEFAULT);
    double[] sizes =
        switch (text) {
          case "ett-hours" -> ETT_HOURS;
          case "ett-minutes" -> Arrays.stream(ETT_HOURS).map(rows -> 4 * rows).toArray();
          default -> parse(text, options);
        };
    double sum = sizes[0] + sizes[1] + sizes[2];
    boolean shares = isOne(sum);
    if (!shares && sum > table.rows()) {
      throw new DataException(
          table.title()
              + ": has "
              + table.rows()
              + " rows, split="
              + text
              + " needs "
              + (long) sum);
    }
    double unit = shares ? table.rows() : 1;
    return new Periods(
        (int) Math.round(sizes[0] * unit),
        (int) Math.round((sizes[0] + sizes[1]) * unit),
        (int) Math.round(sum * unit));
  }

  private static double[] parse(String text, Options options) {
    String[] words = text.split("/", -1);
    double[] sizes = new double[3];
    double sum = 0;
    for (int i = 0; i < 3; i++) {
      sizes[i] = words.length == 3 ? Numbers.parse(words[i]).orElse(-1) : -1;
      sum += sizes[i];
    }
    for (double size : sizes) {
      if (size <= 0 || !isOne(sum) && size != Math.rint(size)) {
        throw options.wrong(
            "split",
            "for a series three shares that add up to 1, or three numbers of rows, such as"
                + " 0.7/0.1/0.2, 8640/2880/2880 or ett-hours, which is the same");
      }
    }
    return sizes;
  }

  private static boolean isOne(double sum) {
    return Math.abs(sum - 1) < 1e-9;
  }

  @Override
  public String toString() {
    return "chronological parts of "
        + trainEnd
        + ", "
        + (validationEnd - trainEnd)
        + " and "
        + (testEnd - validationEnd);
  }
}
