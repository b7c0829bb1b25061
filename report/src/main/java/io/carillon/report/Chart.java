package io.carillon.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.carillon.report.console.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A chart of lines, bands, points or bars on two axes. Numbers that are not finite leave a gap. The
 * chart is drawn when the report is opened; for readers who cannot see it there is a sentence with
 * the range of every series.
 */
public final class Chart implements Block {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final String title;
  private final Map<String, Object> x = new LinkedHashMap<>();
  private final Map<String, Object> y = new LinkedHashMap<>();
  private final List<Series> series = new ArrayList<>();
  private final Map<String, Double> levels = new LinkedHashMap<>();
  private String caption = "";
  private List<String> categories;
  private boolean equal;
  private int nextColour;

  private Chart(String title) {
    this.title = title;
  }

  /** An empty chart. */
  public static Chart titled(String title) {
    return new Chart(title);
  }

  /** With a sentence under the title: what to see, and what was left out. */
  public Chart caption(String value) {
    caption = value;
    return this;
  }

  /** Labels the horizontal axis; a unit belongs in brackets at its end. */
  public Chart x(String label) {
    x.put("label", label);
    return this;
  }

  /** Labels the vertical axis; a unit belongs in brackets at its end. */
  public Chart y(String label) {
    y.put("label", label);
    return this;
  }

  /** Only whole numbers are marked on the horizontal axis: it counts something. */
  public Chart wholeX() {
    x.put("whole", true);
    return this;
  }

  /** Powers of ten on the horizontal axis; numbers of 0 and below leave a gap. */
  public Chart logX() {
    x.put("log", true);
    return this;
  }

  /** Powers of ten on the vertical axis; numbers of 0 and below leave a gap. */
  public Chart logY() {
    y.put("log", true);
    return this;
  }

  /** Ends of the horizontal axis. */
  public Chart xRange(double low, double high) {
    x.put("min", Rounded.of(low));
    x.put("max", Rounded.of(high));
    return this;
  }

  /** Ends of the vertical axis. */
  public Chart yRange(double low, double high) {
    y.put("min", Rounded.of(low));
    y.put("max", Rounded.of(high));
    return this;
  }

  /** The same scale on both axes, so that circles are round; both need a range. */
  public Chart equal() {
    equal = true;
    return this;
  }

  /** A line in the next colour. */
  public Chart line(String name, double[] xs, double[] ys) {
    return line(name, xs, ys, Look.of(nextColour++));
  }

  /**
   * A line.
   *
   * @param name for the legend; empty for a line that needs none, such as a frame
   * @param xs [n], rising
   * @param ys [n]
   */
  public Chart line(String name, double[] xs, double[] ys, Look look) {
    return add(Series.Kind.LINE, name, look, xs, ys, null, null);
  }

  /** A band from low to high, such as the range over several seeds; {@code [n]} each. */
  public Chart band(String name, double[] xs, double[] low, double[] high, Look look) {
    return add(Series.Kind.BAND, name, look, xs, null, low, high);
  }

  /** Points. */
  public Chart points(String name, double[] xs, double[] ys, Look look) {
    return add(Series.Kind.POINTS, name, look, xs, ys, null, null);
  }

  /**
   * A long signal: a line, or where there are more samples than a line can show, the band from the
   * smallest to the largest of each group of neighbours, so that no peak is lost.
   *
   * @param start x of the first sample
   * @param step x from sample to sample, above 0
   */
  public Chart signal(String name, double start, double step, float[] samples, Look look) {
    Envelope envelope = Envelope.of(samples);
    double[] xs = envelope.positions(start, step);
    return envelope.isExact()
        ? line(name, xs, envelope.low(), look)
        : band(name, xs, envelope.low(), envelope.high(), look);
  }

  /** A horizontal line across the chart, such as what is reached without learning. */
  public Chart level(String name, double value) {
    levels.put(name, value);
    return this;
  }

  /**
   * Horizontal bars, one for each category.
   *
   * @param names of the categories from top to bottom
   */
  public Chart categories(List<String> names) {
    categories = List.copyOf(names);
    return this;
  }

  /**
   * Bars in the next colour.
   *
   * @param values one for each category
   */
  public Chart bars(String name, double[] values) {
    return bars(name, values, null, null);
  }

  /** Bars in the next colour with whiskers from low to high, such as the range over seeds. */
  public Chart bars(String name, double[] values, double[] low, double[] high) {
    if (categories == null || categories.size() != values.length) {
      throw new IllegalArgumentException(values.length + " bars need as many categories before");
    }
    return add(Series.Kind.BARS, name, Look.of(nextColour++), null, values, low, high);
  }

  private Chart add(
      Series.Kind kind,
      String name,
      Look look,
      double[] xs,
      double[] ys,
      double[] low,
      double[] high) {
    for (double[] numbers : new double[][] {ys, low, high}) {
      if (xs != null && numbers != null && numbers.length != xs.length) {
        throw new IllegalArgumentException(
            "series '" + name + "': " + numbers.length + " numbers at " + xs.length + " places");
      }
    }
    series.add(new Series(kind, name, look.colour(), look.faint(), xs, ys, low, high));
    return this;
  }

  /** Whether there is nothing to draw. */
  public boolean isEmpty() {
    return series.isEmpty();
  }

  @Override
  public void write(StringBuilder html) {
    Figures.open(html, title, caption);
    html.append("<div class=\"plot")
        .append(equal ? " equal" : "")
        .append(categories == null ? "\"" : " bars\" style=\"--bars:" + bars() + "\"")
        .append("><canvas role=\"img\" aria-label=\"")
        .append(Html.escape(description()))
        .append("\"></canvas></div>\n<script type=\"application/json\" class=\"chart\">")
        .append(Html.json(json()))
        .append("</script>\n");
    Figures.close(html);
  }

  private int bars() {
    return categories.size() * Math.max(1, series.size());
  }

  private String json() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("x", x);
    map.put("y", y);
    if (categories != null) {
      map.put("categories", categories);
    }
    if (equal) {
      map.put("equal", true);
    }
    List<Map<String, Object>> all = new ArrayList<>();
    series.forEach(s -> all.add(s.toMap()));
    double[] ends = ends();
    levels.forEach(
        (name, value) ->
            all.add(
                new Series(
                        Series.Kind.LINE,
                        name,
                        Look.NEUTRAL.colour(),
                        true,
                        ends,
                        new double[] {value, value},
                        null,
                        null)
                    .toMap()));
    map.put("series", all);
    try {
      return MAPPER.writeValueAsString(map);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("plain maps and numbers are always JSON", e);
    }
  }

  /** Smallest and largest position of all series. */
  private double[] ends() {
    double[] all =
        series.stream()
            .filter(s -> s.x() != null)
            .flatMapToDouble(s -> Arrays.stream(s.x()))
            .filter(Double::isFinite)
            .toArray();
    return new double[] {
      Arrays.stream(all).min().orElse(0), Arrays.stream(all).max().orElse(1),
    };
  }

  private String description() {
    StringBuilder text = new StringBuilder(title).append(": ");
    text.append(y.getOrDefault("label", "values")).append(" over ");
    text.append(categories == null ? x.getOrDefault("label", "positions") : "categories");
    for (Series s : series) {
      if (!s.name().isEmpty()) {
        text.append("; ").append(s.name()).append(' ').append(range(s));
      }
    }
    levels.forEach(
        (name, value) -> text.append("; ").append(name).append(' ').append(Text.number(value)));
    return text.append('.').toString();
  }

  private static String range(Series s) {
    double[] low = finite(s.y() == null ? s.low() : s.y());
    double[] high = finite(s.y() == null ? s.high() : s.y());
    if (low.length == 0 || high.length == 0) {
      return "without numbers";
    }
    String range =
        "between "
            + Text.number(Arrays.stream(low).min().orElseThrow())
            + " and "
            + Text.number(Arrays.stream(high).max().orElseThrow());
    return s.kind() == Series.Kind.LINE
        ? range + ", at the end " + Text.number(high[high.length - 1])
        : range;
  }

  private static double[] finite(double[] values) {
    return Arrays.stream(values).filter(Double::isFinite).toArray();
  }
}
