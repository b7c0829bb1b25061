package io.carillon.report;

import io.carillon.report.console.Table;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A table with a caption. Cells that look like numbers are set to the right. */
public final class DataTable implements Block {
  private final String caption;
  private final List<String> columns;
  private final List<List<String>> rows = new ArrayList<>();
  private final Set<Integer> strong = new HashSet<>();

  /** An empty table. */
  public DataTable(String caption, String... columns) {
    this(caption, List.of(columns));
  }

  /** An empty table. */
  public DataTable(String caption, List<String> columns) {
    this.caption = caption;
    this.columns = List.copyOf(columns);
  }

  /** A table that is also shown on the console. */
  public static DataTable of(String caption, Table table) {
    List<List<String>> cells = table.cells();
    DataTable result = new DataTable(caption, cells.get(0));
    cells.subList(1, cells.size()).forEach(result::row);
    return result;
  }

  /**
   * Adds a row.
   *
   * @throws IllegalArgumentException unless there is one cell for every column
   */
  public DataTable row(String... cells) {
    return row(List.of(cells));
  }

  /** Adds a row, see {@link #row(String...)}. */
  public DataTable row(List<String> cells) {
    if (cells.size() != columns.size()) {
      throw new IllegalArgumentException(
          "a row of " + cells.size() + " cells does not fit " + columns.size() + " columns");
    }
    rows.add(List.copyOf(cells));
    return this;
  }

  /** Adds a row that is set in bold type: the one that the table is about. */
  public DataTable strong(String... cells) {
    strong.add(rows.size());
    return row(cells);
  }

  /** Whether it has no row. */
  public boolean isEmpty() {
    return rows.isEmpty();
  }

  @Override
  public void write(StringBuilder html) {
    html.append("<div class=\"scroll\" tabindex=\"0\"><table>\n<caption>")
        .append(Html.escape(caption))
        .append("</caption>\n<thead><tr>");
    for (int c = 0; c < columns.size(); c++) {
      html.append(isNumeric(c) ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">")
          .append(Html.escape(columns.get(c)))
          .append("</th>");
    }
    html.append("</tr></thead>\n<tbody>\n");
    for (int r = 0; r < rows.size(); r++) {
      html.append(strong.contains(r) ? "<tr class=\"strong\">" : "<tr>");
      for (int c = 0; c < columns.size(); c++) {
        String tag = c == 0 ? "th scope=\"row\"" : "td";
        html.append('<').append(tag).append(isNumeric(c) ? " class=\"n\">" : ">");
        html.append(Html.escape(rows.get(r).get(c))).append(c == 0 ? "</th>" : "</td>");
      }
      html.append("</tr>\n");
    }
    html.append("</tbody></table></div>\n");
  }

  /** Whether all cells of a column are numbers, perhaps with a spread or unit, or empty. */
  private boolean isNumeric(int column) {
    return rows.stream()
        .map(row -> row.get(column))
        .allMatch(cell -> cell.isEmpty() || cell.equals("–") || cell.matches("[-+−]?[0-9∞].*"));
  }
}
