package io.carillon.data.csv;

import io.carillon.data.DataException;
import io.carillon.data.read.Memory;
import io.carillon.model.Meaning.Missing;
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
  static Table read(CsvFile csv, List<String> columns, Missing missing) {
    return read(csv, columns, missing, Integer.MAX_VALUE).table;
  }

  /**
   * The last rows of a file.
   *
   * @param table these rows
   * @param rows how many rows the file has
   */
  record Last(Table table, long rows) {}

  /** {@link #read} of the last {@code kept} rows; no more than twice as many are held. */
  static Last last(CsvFile csv, List<String> columns, Missing missing, int kept) {
    return read(csv, columns, missing, kept);
  }

  private static Last read(CsvFile csv, List<String> columns, Missing missing, int kept) {
    int[] positions = columns.stream().mapToInt(csv::column).toArray();
    Buffer buffer = new Buffer(csv.title(), (long) kept * positions.length);
    csv.forEachRow(
        (line, cells) -> {
          for (int position : positions) {
            buffer.add(line, csv.number(line, position, cells.get(position), missing));
          }
        });
    double[] values = buffer.last();
    int rows = values.length / positions.length;
    Table table = new Table(csv.title(), List.copyOf(columns), rows, values);
    return new Last(table, buffer.count / positions.length);
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

  /** Numbers of a count that is not known beforehand, of which the last are wanted. */
  private static final class Buffer {
    /**
     * Of a number while the array becomes twice as long; what follows, the numbers sorted by
     * columns and scaled, needs less.
     */
    private static final long BYTES = 3 * Double.BYTES;

    private final String title;
    private final long kept;
    private double[] values = new double[1024];
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
