package io.carillon.report.run;

import io.carillon.report.Block;
import io.carillon.report.Blocks;
import io.carillon.report.DataTable;
import io.carillon.report.Matrix;
import io.carillon.report.Palette;
import io.carillon.report.Picture;
import io.carillon.report.console.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Which classes are taken for which. */
final class ConfusionBlocks {
  /** More classes than that are a picture instead of a table. */
  private static final int MOST_IN_TABLE = 20;

  private static final int MOST_IN_PICTURE = 512;
  private static final int MOST_PAIRS = 12;
  private static final int MOST_CLASSES = 40;

  private final List<String> names;
  private final long[][] counts;
  private final int absent;
  private final String part;

  /**
   * For one evaluation.
   *
   * @param names of the classes, [n]
   * @param counts [true][predicted], [n][n]
   * @param part of the data, for captions
   */
  ConfusionBlocks(List<String> names, long[][] counts, String part) {
    int[] occurring =
        IntStream.range(0, counts.length)
            .filter(c -> LongStream.of(counts[c]).sum() + column(counts, c) > 0)
            .toArray();
    this.names = IntStream.of(occurring).mapToObj(names::get).toList();
    this.counts =
        IntStream.of(occurring)
            .mapToObj(r -> IntStream.of(occurring).mapToLong(c -> counts[r][c]).toArray())
            .toArray(long[][]::new);
    this.absent = counts.length - occurring.length;
    this.part = part;
  }

  private static long column(long[][] counts, int c) {
    return Arrays.stream(counts).mapToLong(row -> row[c]).sum();
  }

  /** Matrix or picture, then the classes and the most frequent errors; classes that occur only. */
  List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    if (names.size() <= MOST_IN_TABLE) {
      blocks.add(
          new Matrix(
              "Confusion matrix of the " + part + ": answers by true and predicted class",
              "true ↓ predicted →",
              names,
              counts));
    } else if (names.size() <= MOST_IN_PICTURE) {
      blocks.add(picture());
    }
    if (absent > 0) {
      blocks.add(
          Blocks.text(
              Text.count(absent, "class", "classes")
                  + " left out: neither among the true ones here nor ever answered."));
    }
    if (names.size() > 2) {
      DataTable pairs = pairs();
      blocks.add(Blocks.grid(pairs.isEmpty() ? List.of(classes()) : List.of(classes(), pairs)));
    }
    return blocks;
  }

  private Picture picture() {
    int n = names.size();
    float[] shares = new float[n * n];
    for (int r = 0; r < n; r++) {
      double sum = Math.max(1, row(r));
      for (int c = 0; c < n; c++) {
        shares[r * n + c] = (float) (counts[r][c] / sum);
      }
    }
    return Picture.of("Confusion matrix of the " + part, n, shares, 0, 1, Palette.SIZE)
        .caption("Share of each true class by predicted class; violet is 0, yellow is all.")
        .axes("predicted class, in the order of the table", "true class")
        .squarePixels();
  }

  private long row(int r) {
    return LongStream.of(counts[r]).sum();
  }

  private DataTable pairs() {
    record Pair(int truth, int answer, long count) {}
    List<Pair> pairs = new ArrayList<>();
    for (int r = 0; r < counts.length; r++) {
      for (int c = 0; c < counts.length; c++) {
        if (r != c && counts[r][c] > 0) {
          pairs.add(new Pair(r, c, counts[r][c]));
        }
      }
    }
    pairs.sort(Comparator.comparingLong(Pair::count).reversed());
    DataTable table =
        new DataTable("Most frequent errors", "true class", "taken for", "times", "of its answers");
    for (Pair pair : pairs.subList(0, Math.min(pairs.size(), MOST_PAIRS))) {
      table.row(
          names.get(pair.truth),
          names.get(pair.answer),
          Text.count(pair.count),
          percent(pair.count, row(pair.truth)));
    }
    return table;
  }

  private static String percent(long part, long whole) {
    return whole == 0 ? "–" : Text.format("%.1f %%", 100.0 * part / whole);
  }

  /** Recall and precision, the worst recall first. */
  private DataTable classes() {
    List<Integer> order = new ArrayList<>();
    for (int c = 0; c < counts.length; c++) {
      order.add(c);
    }
    order.sort(
        Comparator.comparingDouble(
            c -> row(c) == 0 ? Double.POSITIVE_INFINITY : (double) counts[c][c] / row(c)));
    int shown = Math.min(order.size(), MOST_CLASSES);
    String rest =
        shown < order.size() ? "; the " + shown + " worst of " + order.size() + " classes" : "";
    DataTable table =
        new DataTable(
            "Classes, those found least first" + rest,
            "class",
            "number",
            "found (recall)",
            "right when named (precision)");
    for (int c : order.subList(0, shown)) {
      long named = column(counts, c);
      table.row(
          names.get(c),
          Text.count(row(c)),
          percent(counts[c][c], row(c)),
          percent(counts[c][c], named));
    }
    return table;
  }
}
