package io.carillon.data.csv;

import io.carillon.config.Nearest;
import io.carillon.data.DataException;
import io.carillon.data.MissingValues;
import io.carillon.data.Numbers;
import io.carillon.data.Option;
import io.carillon.data.Options;
import io.carillon.data.read.TextFile;
import io.carillon.model.Meaning.Missing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * A table in a text file: one row per line, cells separated by a delimiter. A cell may be quoted
 * ({@code "a,b"}, with a quote inside doubled) but does not run over the end of its line.
 */
public final class CsvFile {
  static final List<Option> OPTIONS =
      List.of(
          new Option(
              "delimiter",
              "auto",
              "character between cells: auto (the most frequent of , ; and tab), tab, or itself"),
          new Option("header", "yes", "whether the first line holds the names of the columns"));

  /** Receives the rows of a file. */
  @FunctionalInterface
  public interface RowConsumer {
    /** Takes the cells of the row at a line, counted from 1. */
    void accept(int line, List<String> cells);
  }

  private final Path file;
  private final boolean header;
  private final char delimiter;
  private final List<String> names;
  private final Map<String, Integer> columns = new HashMap<>();
  private final List<String> firstRow;

  private CsvFile(Path file, String delimiterChoice, boolean header) {
    this.file = file;
    this.header = header;
    this.delimiter = delimiter(file, delimiterChoice);
    try (CsvRows rows = CsvRows.open(file, delimiter)) {
      List<String> first = rows.next();
      names = header ? first : numbered(first.size());
      checkNames(first, rows.at());
      for (int i = 0; i < names.size(); i++) {
        columns.put(names.get(i), i);
      }
      firstRow = header ? rows.next() : first;
      if (firstRow == null) {
        throw new DataException(rows.at() + ": the table has no row below its names");
      }
      checkWidth(firstRow, rows);
    }
  }

  private static char delimiter(Path file, String choice) {
    try (TextFile text = TextFile.open(file)) {
      String head = text.next();
      if (head == null) {
        throw new DataException(file + ": is empty");
      }
      return switch (choice) {
        case "auto" -> mostFrequent(head);
        case "tab" -> '\t';
        default -> choice.charAt(0);
      };
    }
  }

  /**
   * Reads the names of the columns and the first row.
   *
   * @throws DataException if there are none, or names are repeated or missing
   */
  static CsvFile open(Path file, Options options) {
    String choice = options.text("delimiter").orElse("auto");
    boolean single = choice.length() == 1 && CsvRows.isDelimiter(choice.charAt(0));
    if (!choice.equals("auto") && !choice.equals("tab") && !single) {
      throw options.wrong("delimiter", "auto, tab or a single character that is no quote");
    }
    return new CsvFile(file, choice, options.flag("header"));
  }

  /** A table with names in its first line. */
  public static CsvFile open(Path file) {
    return new CsvFile(file, "auto", true);
  }

  /** The file, for messages. */
  String title() {
    return file.toString();
  }

  List<String> names() {
    return names;
  }

  /** Cells of the first row below the names. */
  List<String> firstRow() {
    return firstRow;
  }

  /**
   * Position of a column.
   *
   * @throws DataException if there is none of that name, suggesting the nearest
   */
  public int column(String name) {
    Integer index = columns.get(name);
    if (index == null) {
      throw new DataException(file + ": has no column '" + name + "'" + Nearest.hint(name, names));
    }
    return index;
  }

  /** "FILE:LINE: column 'NAME'", the beginning of a message about a cell. */
  public String at(int line, int column) {
    return file + ":" + line + ": column '" + names.get(column) + "'";
  }

  /**
   * The number in a cell, or NaN for a missing one where the policy allows it.
   *
   * @throws DataException if the cell holds something else
   */
  double number(int line, int column, String cell, Missing missing) {
    if (Numbers.isMissing(cell)) {
      if (missing == Missing.ERROR) {
        String what = cell.isBlank() ? "is empty" : "is missing ('" + cell.trim() + "')";
        throw new DataException(at(line, column) + " " + what + "; " + MissingValues.advice());
      }
      return Double.NaN;
    }
    return Numbers.parse(cell)
        .orElseThrow(
            () ->
                new DataException(
                    at(line, column)
                        + " is '"
                        + cell
                        + "', not a finite number; correct it, or"
                        + " choose other columns with option columns or ignore"));
  }

  /** Hands every row below the names to the consumer; each has as many cells as there are names. */
  public void forEachRow(RowConsumer consumer) {
    try (CsvRows rows = CsvRows.open(file, delimiter)) {
      if (header) {
        rows.next();
      }
      for (List<String> cells = rows.next(); cells != null; cells = rows.next()) {
        checkWidth(cells, rows);
        consumer.accept(rows.line(), cells);
      }
    }
  }

  private void checkWidth(List<String> cells, CsvRows rows) {
    if (cells.size() != names.size()) {
      throw new DataException(
          rows.at()
              + ": has "
              + cells.size()
              + " cells, the table has "
              + names.size()
              + " columns; the line may have been cut, or delimiter='"
              + delimiter
              + "' is wrong");
    }
  }

  private void checkNames(List<String> first, String at) {
    if (header && first.stream().allMatch(cell -> Numbers.parse(cell).isPresent())) {
      throw new DataException(
          at + ": the first line holds numbers, not names of columns; set header=no");
    }
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).isBlank()) {
        throw new DataException(at + ": column " + (i + 1) + " has no name");
      }
    }
    if (new HashSet<>(names).size() < names.size()) {
      throw new DataException(at + ": two columns have the same name; names must differ");
    }
  }

  private static List<String> numbered(int columns) {
    List<String> names = new ArrayList<>();
    for (int i = 1; i <= columns; i++) {
      names.add("column" + i);
    }
    return names;
  }

  private static char mostFrequent(String head) {
    char best = ',';
    for (char candidate : new char[] {';', '\t'}) {
      if (count(head, candidate) > count(head, best)) {
        best = candidate;
      }
    }
    return best;
  }

  private static long count(String text, char c) {
    return text.chars().filter(x -> x == c).count();
  }
}
