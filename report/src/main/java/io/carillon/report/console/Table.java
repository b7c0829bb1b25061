package io.carillon.report.console;

import java.util.ArrayList;
import java.util.List;

/** Rows of text in aligned columns; numbers to the right. */
public final class Table {
  private final List<String[]> rows = new ArrayList<>();

  /** Starts a table with its headings. */
  public Table(String... headings) {
    rows.add(headings.clone());
  }

  /** Adds a row; it may be shorter than the headings. */
  public Table row(String... cells) {
    rows.add(cells.clone());
    return this;
  }

  /** Headings and rows as they were given. */
  public List<List<String>> cells() {
    return rows.stream().map(List::of).toList();
  }

  /** All lines, each without a line end. */
  public List<String> lines() {
    int columns = rows.stream().mapToInt(row -> row.length).max().orElse(0);
    int[] widths = new int[columns];
    boolean[] numeric = new boolean[columns];
    for (int c = 0; c < columns; c++) {
      numeric[c] = true;
      for (int r = 0; r < rows.size(); r++) {
        String cell = cell(r, c);
        widths[c] = Math.max(widths[c], cell.length());
        numeric[c] &= r == 0 || cell.isEmpty() || cell.matches("[-+]?[0-9][0-9.,]*(e[-+]?[0-9]+)?");
      }
    }
    List<String> lines = new ArrayList<>();
    for (int r = 0; r < rows.size(); r++) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < columns; c++) {
        String padding = " ".repeat(widths[c] - cell(r, c).length());
        line.append(c == 0 ? "" : "  ");
        line.append(numeric[c] ? padding + cell(r, c) : cell(r, c) + padding);
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  private String cell(int r, int c) {
    String[] row = rows.get(r);
    return c < row.length ? row[c] : "";
  }

  /** Writes all lines. */
  public void print(Console console) {
    lines().forEach(console.out()::println);
  }
}
