package io.carillon.report;

import io.carillon.report.console.Text;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A matrix of counts as a table whose cells are shaded by their share of the row: a confusion
 * matrix when rows are the truth and columns the answers.
 */
public final class Matrix implements Block {
  private final String caption;
  private final String corner;
  private final List<String> names;
  private final long[][] counts;

  /**
   * A square matrix.
   *
   * @param caption what it shows
   * @param corner what rows and columns are, such as {@code true ↓ predicted →}
   * @param names [n] of rows and columns
   * @param counts [n][n], 0 or more
   */
  public Matrix(String caption, String corner, List<String> names, long[][] counts) {
    if (counts.length != names.size()) {
      throw new IllegalArgumentException(
          counts.length + " rows do not fit " + names.size() + " names");
    }
    this.caption = caption;
    this.corner = corner;
    this.names = List.copyOf(names);
    this.counts = Arrays.stream(counts).map(long[]::clone).toArray(long[][]::new);
  }

  @Override
  public void write(StringBuilder html) {
    html.append("<div class=\"scroll\" tabindex=\"0\"><table class=\"matrix\">\n<caption>")
        .append(Html.escape(caption))
        .append("</caption>\n<thead><tr><th scope=\"col\">")
        .append(Html.escape(corner))
        .append("</th>");
    names.forEach(
        name -> html.append("<th scope=\"col\">").append(Html.escape(name)).append("</th>"));
    html.append("</tr></thead>\n<tbody>\n");
    for (int r = 0; r < counts.length; r++) {
      html.append("<tr><th scope=\"row\">").append(Html.escape(names.get(r))).append("</th>");
      double sum = Arrays.stream(counts[r]).sum();
      for (int c = 0; c < counts[r].length; c++) {
        cell(html, counts[r][c], sum, r == c);
      }
      html.append("</tr>\n");
    }
    html.append("</tbody></table></div>\n");
  }

  private static void cell(StringBuilder html, long count, double sum, boolean right) {
    long percent = sum == 0 ? 0 : Math.round(100 * count / sum);
    html.append(right ? "<td class=\"right" : "<td class=\"wrong");
    html.append(percent >= 60 ? " full\"" : "\"");
    if (count > 0) {
      html.append(String.format(Locale.ROOT, " style=\"--share:%d%%\"", Math.max(4, percent)));
    }
    html.append('>').append(count == 0 ? "" : Text.count(count)).append("</td>");
  }
}
