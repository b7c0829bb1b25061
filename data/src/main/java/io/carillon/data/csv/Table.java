package io.carillon.data.csv;

import io.carillon.data.DataException;
import io.carillon.data.EventTimes;
import io.carillon.data.MissingValues;
import io.carillon.data.Numbers;
import io.carillon.data.read.Memory;
import io.carillon.model.Meaning.Missing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Some columns of a file as numbers, in the order of its rows: of the whole file, or of the rows of
 * one series in it.
 *
 * @param title the file, for messages
 * @param name of the series; null when the file holds but one
 * @param columns names of the columns
 * @param rows number of rows
 * @param values [rows][columns]; NaN where a value is missing
 * @param times [rows] increasing; null when rows have no times
 * @param dated whether times are dates, in seconds since 1970
 */
record Table(
    String title,
    String name,
    List<String> columns,
    int rows,
    double[] values,
    double[] times,
    boolean dated) {

  /**
   * The last rows of a file, or of a series in it.
   *
   * @param table these rows
   * @param rows how many there are
   */
  record Last(Table table, long rows) {}

  /**
   * What rows have besides numbers.
   *
   * @param id column that names the series of a row; null when all rows are one
   * @param time column with the time of a row; null for none
   */
  record Marks(String id, String time) {
    static final Marks NONE = new Marks(null, null);
  }

  /**
   * Reads columns of a file, of every series the last {@code kept} rows; no more than twice as many
   * are held.
   *
   * @return one for every series, in the order of their first rows
   * @throws DataException naming file, line and column of a cell that is no number, or missing when
   *     the policy refuses that; or of a time that is not after the one before
   */
  static List<Last> read(
      CsvFile csv, List<String> columns, Marks marks, Missing missing, int kept) {
    int[] positions = columns.stream().mapToInt(csv::column).toArray();
    int id = marks.id == null ? -1 : csv.column(marks.id);
    int time = marks.time == null ? -1 : csv.column(marks.time);
    Map<String, Series> all = new LinkedHashMap<>();
    csv.forEachRow(
        (line, cells) -> {
          String name = id < 0 ? "" : cells.get(id).trim();
          Series series = all.computeIfAbsent(name, key -> new Series(csv, columns.size(), kept));
          if (time >= 0) {
            series.addTime(line, time, cells.get(time));
          }
          for (int position : positions) {
            series.values.add(line, csv.number(line, position, cells.get(position), missing));
          }
        });
    List<Last> read = new ArrayList<>();
    all.forEach(
        (name, series) ->
            read.add(series.last(id < 0 ? null : name, List.copyOf(columns), time >= 0)));
    return read;
  }

  /** For messages: the file, and the series if there are several. */
  String where() {
    return name == null ? title : title + ": series '" + name + "'";
  }

  /** Some of the columns, in the given order, [rows][names]. */
  double[] select(List<String> names) {
    int[] positions = names.stream().mapToInt(columns::indexOf).toArray();
    double[] selected = new double[rows * positions.length];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < positions.length; c++) {
        selected[r * positions.length + c] = values[r * columns.size() + positions[c]];
      }
    }
    return selected;
  }

  /** The last rows, at most so many. */
  Table last(int most) {
    int from = Math.max(0, rows - most);
    return new Table(
        title,
        name,
        columns,
        rows - from,
        Arrays.copyOfRange(values, from * columns.size(), values.length),
        times == null ? null : Arrays.copyOfRange(times, from, rows),
        dated);
  }

  /**
   * The same on a grid of equal steps, which begins with the first row: in every cell the mean of
   * what was observed nearer to it than to others.
   *
   * @param unit time from one cell to the next
   * @throws DataException if cells stay empty and the policy refuses that, or there are too many
   */
  Table resampled(double unit, Missing missing) {
    double span = (times[rows - 1] - times[0]) / unit;
    if (span >= Integer.MAX_VALUE / (double) columns.size() - 8) {
      throw new DataException(
          where() + ": a grid of steps of " + unit + " has " + span + " cells; raise time-unit");
    }
    int cells = (int) Math.rint(span) + 1;
    int width = columns.size();
    Memory.require(
        3L * Double.BYTES * cells * width, where() + ": " + cells + " cells", "Raise time-unit");
    double[] sums = new double[cells * width];
    int[] counts = new int[cells * width];
    for (int r = 0; r < rows; r++) {
      int cell = (int) Math.rint((times[r] - times[0]) / unit);
      for (int c = 0; c < width; c++) {
        double value = values[r * width + c];
        if (!Double.isNaN(value)) {
          sums[cell * width + c] += value;
          counts[cell * width + c]++;
        }
      }
    }
    int empty = 0;
    for (int i = 0; i < sums.length; i++) {
      empty += counts[i] == 0 ? 1 : 0;
      sums[i] = counts[i] == 0 ? Double.NaN : sums[i] / counts[i];
    }
    if (empty > 0 && missing == Missing.ERROR) {
      throw new DataException(
          where()
              + ": on a grid of steps of "
              + unit
              + " "
              + empty
              + " of "
              + sums.length
              + " values are missing; "
              + MissingValues.advice());
    }
    double[] grid = new double[cells];
    Arrays.setAll(grid, k -> times[0] + k * unit);
    return new Table(title, name, columns, cells, sums, grid, dated);
  }

  /** The rows of one series while they are read. */
  private static final class Series {
    private final CsvFile csv;
    private final int width;
    private final Buffer values;
    private final Buffer times;
    private double lastTime = Double.NEGATIVE_INFINITY;
    private boolean dated;

    Series(CsvFile csv, int width, int kept) {
      this.csv = csv;
      this.width = width;
      this.values = new Buffer(csv.title(), (long) kept * width);
      this.times = new Buffer(csv.title(), kept);
    }

    void addTime(int line, int column, String cell) {
      double time = EventTimes.parse(cell, csv.at(line, column));
      if (!(time > lastTime)) {
        throw new DataException(
            csv.at(line, column)
                + " is '"
                + cell
                + "', not after that of the row before; sort the rows, merge rows of the same time,"
                + " and name the column of several series with option id");
      }
      dated |= Numbers.parse(cell).isEmpty();
      lastTime = time;
      times.add(line, time);
    }

    Last last(String name, List<String> columns, boolean timed) {
      double[] kept = values.last();
      int rows = kept.length / width;
      Table table =
          new Table(csv.title(), name, columns, rows, kept, timed ? times.last() : null, dated);
      return new Last(table, values.count / width);
    }
  }

  /** Numbers of a count that is not known beforehand, of which the last are wanted. */
  private static final class Buffer {
    /**
     * Of a number while the array becomes twice as long; what follows, the numbers sorted by
     * columns and scaled, needs less.
     */
    private static final long BYTES = 3 * Double.BYTES;

    private final String title;
    private final long kept;
    private double[] values = new double[64];
    private int size;
    private long count;

    Buffer(String title, long kept) {
      this.title = title;
      this.kept = kept;
    }

    void add(int line, double value) {
      if (size == values.length) {
        makeRoom(line);
      }
      values[size++] = value;
      count++;
    }

    private void makeRoom(int line) {
      if (size >= 2 * kept) {
        System.arraycopy(values, size - (int) kept, values, 0, (int) kept);
        size = (int) kept;
        return;
      }
      Memory.require(
          BYTES * size, title + ": its first " + line + " lines", "Use a part of the file");
      values = Arrays.copyOf(values, (int) Math.min(Integer.MAX_VALUE - 8L, 2L * size));
      if (size == values.length) {
        throw new DataException(
            title
                + ":"
                + line
                + ": has more numbers than an array can hold; use a part of the file");
      }
    }

    double[] last() {
      return Arrays.copyOfRange(values, (int) Math.max(0, size - kept), size);
    }
  }
}
