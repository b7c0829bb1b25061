package io.carillon.papers.compare;

import io.carillon.data.Splits;
import io.carillon.engine.Parallel;
import io.carillon.model.SequenceModel;
import io.carillon.report.Block;
import io.carillon.report.Chart;
import io.carillon.report.DataTable;
import io.carillon.report.Look;
import io.carillon.report.console.Text;
import io.carillon.report.settings.Trees;
import io.carillon.train.Dataset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Errors on ListOps-SubTrees by the height of the operation and by its operator (papers B.8). */
final class SubTreeAnalysis implements Analysis {
  private static final String HEIGHTS = "heights";
  private static final String OPERATORS = "operators";
  private static final int AT_ONCE = 64;

  private final Map<String, double[]> official;

  /**
   * An analysis.
   *
   * @param official errors of others by height 1, 2, …, by name
   */
  SubTreeAnalysis(Map<String, double[]> official) {
    this.official = official;
  }

  @Override
  public Map<String, Object> measure(SequenceModel model, Splits splits, Parallel parallel) {
    Dataset test = splits.test();
    List<String> names = model.meaning().vocabulary();
    Map<String, long[]> heights = new TreeMap<>();
    Map<String, long[]> operators = new TreeMap<>();
    for (int from = 0; from < test.size(); from += AT_ONCE) {
      int[][] tokens = new int[Math.min(AT_ONCE, test.size() - from)][];
      for (int i = 0; i < tokens.length; i++) {
        tokens[i] = test.tokens(from + i);
      }
      float[][] outputs = model.predictTokens(parallel, 1, tokens);
      for (int i = 0; i < tokens.length; i++) {
        int[] labels = test.stepLabels(from + i);
        for (SubTrees.SubTree tree : SubTrees.of(tokens[i], names)) {
          boolean right = best(outputs[i], tree.at(), test.outputSize()) == labels[tree.at()];
          count(heights, String.format("%02d", tree.height()), right);
          count(operators, tree.operator(), right);
        }
      }
    }
    Map<String, Object> values = new LinkedHashMap<>();
    values.put(HEIGHTS, toMap(heights));
    values.put(OPERATORS, toMap(operators));
    return values;
  }

  private static int best(float[] outputs, int step, int classes) {
    int best = 0;
    for (int c = 1; c < classes; c++) {
      best = outputs[step * classes + c] > outputs[step * classes + best] ? c : best;
    }
    return best;
  }

  /** [operations, wrong ones] */
  private static void count(Map<String, long[]> counts, String key, boolean right) {
    long[] pair = counts.computeIfAbsent(key, k -> new long[2]);
    pair[0]++;
    pair[1] += right ? 0 : 1;
  }

  private static Map<String, Object> toMap(Map<String, long[]> counts) {
    Map<String, Object> map = new LinkedHashMap<>();
    counts.forEach((key, pair) -> map.put(key, List.of(pair[0], pair[1])));
    return map;
  }

  @Override
  public String title() {
    return "Errors by height and by operator";
  }

  @Override
  public List<Block> blocks(List<Measured> all) {
    Chart chart =
        Chart.titled("Error by height")
            .caption(
                "Share of operations with a wrong value on the test part. Dashed: the models of the"
                    + " official repository, on sequences of 7,000 to 8,180 tokens.")
            .x("height of the operation")
            .y("error");
    for (Measured m : all) {
      List<String> keys = List.copyOf(counts(m, HEIGHTS).keySet());
      double[] x = keys.stream().mapToDouble(Double::parseDouble).toArray();
      double[] y = keys.stream().mapToDouble(key -> error(m, HEIGHTS, key)).toArray();
      chart.line(m.run().run().title(), x, y);
    }
    int colour = all.size();
    for (Map.Entry<String, double[]> curve : official.entrySet()) {
      double[] errors = curve.getValue();
      chart.line(curve.getKey(), heights(errors), errors, Look.of(colour++).asFaint());
    }
    return List.of(
        chart, table("Error by height", HEIGHTS, all), table("Error by operator", OPERATORS, all));
  }

  private static double[] heights(double[] errors) {
    double[] heights = new double[errors.length];
    Arrays.setAll(heights, i -> i + 1);
    return heights;
  }

  private static Map<String, Object> counts(Measured m, String group) {
    return Trees.child(m.values(), group);
  }

  private static long at(Measured m, String group, String key, int index) {
    return counts(m, group).get(key) instanceof List<?> pair
        ? ((Number) pair.get(index)).longValue()
        : 0;
  }

  private static double error(Measured m, String group, String key) {
    long count = at(m, group, key, 0);
    return count == 0 ? Double.NaN : (double) at(m, group, key, 1) / count;
  }

  private static DataTable table(String caption, String group, List<Measured> all) {
    TreeSet<String> keys = new TreeSet<>();
    all.forEach(m -> keys.addAll(counts(m, group).keySet()));
    List<String> columns = new ArrayList<>(List.of("run"));
    keys.forEach(key -> columns.add(key.replaceFirst("^0", "")));
    DataTable table = new DataTable(caption + "; in brackets the number of operations", columns);
    for (Measured m : all) {
      List<String> row = new ArrayList<>(List.of(m.run().run().title()));
      for (String key : keys) {
        long count = at(m, group, key, 0);
        row.add(
            count == 0 ? "–" : Text.number(error(m, group, key)) + " (" + Text.count(count) + ")");
      }
      table.row(row);
    }
    return table;
  }

  @Override
  public void writeCsv(List<Measured> all, Path folder) {
    Csv csv = new Csv(List.of("run", "group", "key", "operations", "wrong", "error"));
    for (Measured m : all) {
      for (String group : List.of(HEIGHTS, OPERATORS)) {
        for (String key : counts(m, group).keySet()) {
          csv.row(
              List.of(
                  m.run().run().id(),
                  group,
                  key,
                  at(m, group, key, 0),
                  at(m, group, key, 1),
                  error(m, group, key)));
        }
      }
    }
    csv.write(folder.resolve("subtrees.csv"));
  }
}
