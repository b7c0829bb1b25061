package io.carillon.data;

import java.util.Arrays;
import java.util.List;

/**
 * Some columns of a file as numbers, in the order of its rows.
 *
 * @param title the file, for messages
 * @param columns names of the columns
 * @param rows number of rows
 * @param values [rows][columns]; NaN where a value is missing
 */
record Table(String title, List<String> columns, int rows, double[] values) {

  /**
   * Reads columns of a file.
   *
   * @throws DataException naming file, line and column of a cell that is no number, or missing when
   *     the policy refuses that
   */
  static Table read(CsvFile csv, List<String> columns, MissingPolicy missing) {
    int[] positions = columns.stream().mapToInt(csv::column).toArray();
    Buffer buffer = new Buffer();
    csv.forEachRow(
        (line, cells) -> {
          for (int position : positions) {
            buffer.add(csv.number(line, position, cells.get(position), missing));
          }
        });
    double[] values = Arrays.copyOf(buffer.values, buffer.size);
    return new Table(csv.title(), List.copyOf(columns), values.length / positions.length, values);
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

  /** The last {@code count} rows, [count][columns]. */
  double[] last(int count) {
    return Arrays.copyOfRange(values, (rows - count) * columns.size(), values.length);
  }

  /** Numbers of a count that is not known beforehand. */
  private static final class Buffer {
    private double[] values = new double[1024];
    private int size;

    void add(double value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, Math.multiplyExact(2, size));
      }
      values[size++] = value;
    }
  }
}
