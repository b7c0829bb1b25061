package io.carillon.data.csv;

import io.carillon.data.DataException;
import io.carillon.data.EventTimes;
import io.carillon.data.MissingValues;
import io.carillon.data.Numbers;
import io.carillon.data.Options;
import io.carillon.data.ScalingFit;
import io.carillon.data.csv.Table.Marks;
import io.carillon.data.read.Windows;
import io.carillon.model.Meaning;
import io.carillon.model.Meaning.Missing;
import io.carillon.model.Scaling;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One time series in a file, or several with the same columns. Rows are equal steps of time unless
 * a column says when they are.
 *
 * @param tables the columns that are used, of every series
 * @param inputs names of the input columns
 * @param targets names of the target columns
 * @param horizon steps to forecast, 0 for regression
 * @param options with the time of a step found, where rows have times
 */
record Series(
    List<Table> tables,
    List<String> inputs,
    List<String> targets,
    int horizon,
    Map<String, String> options) {
  /** Column that names the series of a row. */
  static final String ID = "id";

  /** Whether rows are put on a grid of equal steps. */
  static final String RESAMPLE = "resample";

  /** Quantiles of an answer. */
  static final String QUANTILES = "quantiles";

  /** Wanted coverage of intervals. */
  static final String INTERVAL = "interval";

  private static final double SAME = 1e-9;

  /** Reads the columns that the options choose, or those that an existing model knows. */
  static Series read(Path path, Options options, Optional<Meaning> fitted) {
    CsvFile csv = CsvFile.open(path, options);
    Marks marks = marks(csv, options);
    int horizon = options.integer("horizon", 0, 1_000_000);
    List<String> targets =
        fitted.isPresent() ? fitted.get().targetNames() : CsvColumns.targets(csv, options);
    if (horizon == 0 && targets.isEmpty()) {
      throw new DataException(
          path
              + ": horizon=0 estimates some columns from the others; name them with option"
              + " targets");
    }
    List<String> excluded = excluded(marks);
    if (horizon == 0) {
      excluded.addAll(targets);
    }
    List<String> inputs =
        fitted.isPresent() ? fitted.get().inputNames() : CsvColumns.inputs(csv, options, excluded);
    if (targets.isEmpty()) {
      targets = inputs;
    }
    Set<String> used = new LinkedHashSet<>(inputs);
    used.addAll(targets);
    Missing missing = MissingValues.of(options);
    List<Table> tables = new ArrayList<>();
    for (Table.Last read : Table.read(csv, List.copyOf(used), marks, missing, Integer.MAX_VALUE)) {
      tables.add(read.table());
    }
    if (options.has(INTERVAL) && !(coverage(options) > 0 && coverage(options) < 1)) {
      throw options.wrong(INTERVAL, "a number between 0 and 1, such as 0.9");
    }
    Map<String, String> known = timed(options, fitted, tables);
    return new Series(gridded(tables, options, known), inputs, targets, horizon, known);
  }

  private static double coverage(Options options) {
    return Numbers.parse(options.text(INTERVAL).orElse("")).orElse(0);
  }

  /** The columns that rows are ordered by. */
  static Marks marks(CsvFile csv, Options options) {
    EventTimes.check(options);
    Marks marks =
        new Marks(options.text(ID).orElse(null), options.text(EventTimes.TIME).orElse(null));
    excluded(marks).forEach(csv::column);
    if (options.flag(RESAMPLE) && marks.time() == null) {
      throw options.wrong(RESAMPLE, "with the column of times as option time");
    }
    return marks;
  }

  /** Columns that are no inputs. */
  static List<String> excluded(Marks marks) {
    List<String> names = new ArrayList<>();
    if (marks.id() != null) {
      names.add(marks.id());
    }
    if (marks.time() != null) {
      names.add(marks.time());
    }
    return names;
  }

  /** The options with the time of one step, that of the model or the usual distance of rows. */
  private static Map<String, String> timed(
      Options options, Optional<Meaning> fitted, List<Table> tables) {
    Map<String, String> all = options.asMap();
    if (fitted.isPresent() || !options.has(EventTimes.TIME)) {
      return all;
    }
    return EventTimes.fitted(all, tables.stream().map(Table::times).toList());
  }

  /** The tables on a grid of equal steps, where the options ask for it. */
  static List<Table> gridded(List<Table> tables, Options options, Map<String, String> known) {
    if (!options.flag(RESAMPLE)) {
      return tables;
    }
    double unit = Numbers.parse(known.get("time-unit")).orElse(1);
    Missing missing = MissingValues.of(options);
    return tables.stream().map(table -> table.resampled(unit, missing)).toList();
  }

  /** Scaling from the first rows of every series, and what else the numbers mean. */
  Meaning fit(Options given, List<Periods> parts) {
    boolean scale = ScalingFit.wanted(given);
    int size = Math.max(1, horizon) * targets.size();
    return Meaning.of(CsvFormat.KIND, options)
        .values(inputs.size(), inputs, scale ? scaling(inputs, parts) : null)
        .quantities(size, targets, scale ? scaling(targets, parts) : null)
        .quantiles(quantiles(given))
        .build();
  }

  private static List<Double> quantiles(Options options) {
    List<Double> levels = new ArrayList<>();
    double before = 0;
    for (String name : options.names(QUANTILES)) {
      double level = Numbers.parse(name).orElse(0);
      if (!(level > before && level < 1)) {
        throw options.wrong(
            QUANTILES, "ascending numbers between 0 and 1, such as 0.05,0.25,0.5,0.75,0.95");
      }
      levels.add(level);
      before = level;
    }
    return levels;
  }

  /** A series, scaled and ready to be cut. */
  Windows.Rows rows(Table table, Options given, Meaning fitted) {
    double[] raw = table.select(inputs);
    if (MissingValues.of(given) == Missing.FILL) {
      MissingValues.fill(raw, inputs.size(), table.where());
    }
    float[] mask = MissingValues.mask(raw, inputs.size(), table.where());
    float[] x = Scaling.of(fitted.inputScaling(), inputs.size()).apply(raw);
    MissingValues.clearMasked(x, mask, inputs.size());
    double[] wanted = table.select(targets);
    float[] y = Scaling.of(fitted.targetScaling(), targets.size()).apply(wanted);
    for (int i = 0; i < y.length; i++) {
      y[i] = Double.isNaN(wanted[i]) ? Float.NaN : y[i];
    }
    double[] gaps = gaps(table, fitted);
    return new Windows.Rows(
        table.where(), x, inputs.size(), mask, y, targets.size(), gaps, steps(table, gaps, fitted));
  }

  /** Lengths of the steps, null when all are 1. */
  static double[] gaps(Table table, Meaning fitted) {
    if (table.times() == null) {
      return null;
    }
    double[] gaps = EventTimes.gaps(table.times(), fitted, table.where());
    return Arrays.stream(gaps).allMatch(gap -> Math.abs(gap - 1) < SAME) ? null : gaps;
  }

  private static double[] steps(Table table, double[] gaps, Meaning fitted) {
    if (gaps == null) {
      return null;
    }
    double[] times = table.times();
    double[] steps = new double[times.length];
    Arrays.setAll(steps, r -> (times[r] - times[0]) / fitted.timeUnit());
    return steps;
  }

  private Scaling scaling(List<String> names, List<Periods> parts) {
    ScalingFit statistics = new ScalingFit(names.size());
    for (int i = 0; i < tables.size(); i++) {
      int rows = parts.get(i).trainEnd();
      statistics.addAll(Arrays.copyOf(tables.get(i).select(names), rows * names.size()));
    }
    return statistics.scaling();
  }

  /** What is to be said of the times of the rows. */
  List<String> notes(CsvFile csv, Meaning fitted) {
    Table first = tables.get(0);
    if (first.times() == null) {
      return List.of(equalSteps(csv));
    }
    String unit = fitted.options().get("time-unit");
    String step = unit + (first.dated() ? " seconds" : "");
    if ("yes".equals(options.get(RESAMPLE)) || "true".equals(options.get(RESAMPLE))) {
      return List.of("rows were put on a grid of steps of " + step + ", " + cells());
    }
    double low = Double.POSITIVE_INFINITY;
    double high = 0;
    for (Table table : tables) {
      for (int r = 1; r < table.rows(); r++) {
        double distance = table.times()[r] - table.times()[r - 1];
        low = Math.min(low, distance);
        high = Math.max(high, distance);
      }
    }
    return high - low <= SAME * high
        ? List.of()
        : List.of(
            String.format(
                Locale.ROOT,
                "a step is %s; the distances of rows go from %s to %s steps and are taken as they"
                    + " are (resample=yes puts rows on a grid instead)",
                step,
                number(low / fitted.timeUnit()),
                number(high / fitted.timeUnit())));
  }

  private String cells() {
    int cells = 0;
    int empty = 0;
    for (Table table : tables) {
      cells += table.values().length;
      for (double value : table.values()) {
        empty += Double.isNaN(value) ? 1 : 0;
      }
    }
    return String.format(Locale.ROOT, "on which %d of %d values were not observed", empty, cells);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }

  private static String equalSteps(CsvFile csv) {
    String plain = csv.title() + ": rows are taken as EQUAL STEPS of time";
    for (int c = 0; c < csv.names().size(); c++) {
      String name = csv.names().get(c);
      if (isTime(name, csv.firstRow().get(c))) {
        return plain
            + ", whatever column '"
            + name
            + "' says; with data.time="
            + name
            + " its times count, with data.resample=yes too they are put on a grid";
      }
    }
    return plain + "; if they are not, give a column of times as data.time";
  }

  private static boolean isTime(String name, String cell) {
    if (Numbers.parse(cell).isPresent()) {
      return List.of("time", "timestamp").contains(name.toLowerCase(Locale.ROOT));
    }
    try {
      EventTimes.parse(cell, name);
      return true;
    } catch (DataException e) {
      return false;
    }
  }
}
