package io.carillon.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One series of a {@link Chart}.
 *
 * @param kind how it is drawn
 * @param name for the legend; empty for none
 * @param colour index into the chart's colours, −1 for the neutral one
 * @param faint dashed line, or hollow points
 * @param x positions, [n]; null for bars
 * @param y values, [n]; null for a band
 * @param low lower ends of a band or of the whiskers of bars, [n]; else null
 * @param high upper ends, [n]; else null
 */
record Series(
    Kind kind,
    String name,
    int colour,
    boolean faint,
    double[] x,
    double[] y,
    double[] low,
    double[] high) {

  /** How a series is drawn. */
  enum Kind {
    LINE,
    POINTS,
    BAND,
    BARS
  }

  /** For the script that draws it. */
  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("kind", kind.name().toLowerCase(Locale.ROOT));
    map.put("name", name);
    map.put("colour", colour);
    if (faint) {
      map.put("faint", true);
    }
    put(map, "x", x);
    put(map, "y", y);
    put(map, "low", low);
    put(map, "high", high);
    return map;
  }

  private static void put(Map<String, Object> map, String key, double[] values) {
    if (values == null) {
      return;
    }
    List<Object> list = new ArrayList<>(values.length);
    for (double value : values) {
      list.add(Rounded.of(value));
    }
    map.put(key, list);
  }
}
