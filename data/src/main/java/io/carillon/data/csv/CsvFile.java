package io.carillon.data.csv;

import io.carillon.config.Nearest;
import io.carillon.data.DataException;
import io.carillon.data.Limits;
import io.carillon.data.MissingPolicy;
import io.carillon.data.Numbers;
import io.carillon.data.Option;
import io.carillon.data.Options;
import io.carillon.data.read.TextFile;
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
  private final long mostColumns = Limits.COLUMNS.most();
  private final boolean header;
  private final char delimiter;
  private final List<String> names;
  private final Map<String, Integer> columns = new HashMap<>();
  private final List<String> firstRow;

  private CsvFile(Path file, String delimiterChoice, boolean header) {
    this.file = file;
    this.header = header;
    try (TextFile text = TextFile.open(file)) {
      String head = text.next();
      if (head == null) {
        throw new DataException(file + ": is empty");
      }
      delimiter =
          switch (delimiterChoice) {
            case "auto" -> mostFrequent(head);
            case "tab" -> '\t';
            default -> delimiterChoice.charAt(0);
          };
      List<String> first = split(head, text.at());
      names = header ? first : numbered(first.size());
      checkNames(first, text.at());
      for (int i = 0; i < names.size(); i++) {
        columns.put(names.get(i), i);
      }
      String row = header ? text.next() : head;
      if (row == null) {
        throw new DataException(text.at() + ": the table has no row below its names");
      }
      firstRow = split(row, text.at());
      checkWidth(firstRow, text.at());
    }
  }

  /**
   * Reads the names of the columns and the first row.
   *
   * @throws DataException if there are none, or names are repeated or missing
   */
  static CsvFile open(Path file, Options options) {
    String choice = options.text("delimiter").orElse("auto");
    if (!choice.equals("auto") && !choice.equals("tab") && choice.length() != 1) {
      throw options.wrong("delimiter", "auto, tab or a single character");
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
  double number(int line, int column, String cell, MissingPolicy missing) {
    if (Numbers.isMissing(cell)) {
      if (missing == MissingPolicy.ERROR) {
        String what = cell.isBlank() ? "is empty" : "is missing ('" + cell.trim() + "')";
        throw new DataException(at(line, column) + " " + what + "; " + MissingPolicy.advice());
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
    try (TextFile text = TextFile.open(file)) {
      if (header) {
        text.next();
      }
      for (String line = text.next(); line != null; line = text.next()) {
        List<String> cells = split(line, text.at());
        checkWidth(cells, text.at());
        consumer.accept(text.number(), cells);
      }
    }
  }

  private void checkWidth(List<String> cells, String at) {
    if (cells.size() != names.size()) {
      throw new DataException(
          at
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

  private List<String> split(String line, String at) {
    List<String> cells = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
        cell.append('"');
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == delimiter && !quoted) {
        if (cells.size() + 1 >= mostColumns) {
          throw Limits.COLUMNS.exceeded(at);
        }
        cells.add(cell.toString().trim());
        cell.setLength(0);
      } else {
        cell.append(c);
      }
    }
    if (quoted) {
      throw new DataException(at + ": a quote (\") is opened and not closed on the line");
    }
    cells.add(cell.toString().trim());
    return cells;
  }
}
