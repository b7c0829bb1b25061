package io.carillon.data.csv;

import io.carillon.data.DataException;
import io.carillon.data.MissingValues;
import io.carillon.data.Options;
import io.carillon.data.ScalingFit;
import io.carillon.data.read.Windows;
import io.carillon.model.Meaning;
import io.carillon.model.Meaning.Missing;
import io.carillon.model.Scaling;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One time series: a table whose rows are equal steps of time.
 *
 * @param table the columns that are used
 * @param inputs names of the input columns
 * @param targets names of the target columns
 * @param horizon rows to forecast, 0 for regression
 */
record Series(Table table, List<String> inputs, List<String> targets, int horizon) {

  /** Reads the columns that the options choose, or those that an existing model knows. */
  static Series read(Path path, Options options, Optional<Meaning> fitted) {
    CsvFile csv = CsvFile.open(path, options);
    int horizon = options.integer("horizon", 0, 1_000_000);
    List<String> targets =
        fitted.isPresent() ? fitted.get().targetNames() : CsvColumns.targets(csv, options);
    if (horizon == 0 && targets.isEmpty()) {
      throw new DataException(
          path
              + ": horizon=0 estimates some columns from the others; name them with option"
              + " targets");
    }
    List<String> inputs =
        fitted.isPresent()
            ? fitted.get().inputNames()
            : CsvColumns.inputs(csv, options, horizon == 0 ? targets : List.of());
    if (targets.isEmpty()) {
      targets = inputs;
    }
    Set<String> used = new LinkedHashSet<>(inputs);
    used.addAll(targets);
    Table table = Table.read(csv, List.copyOf(used), MissingValues.of(options));
    return new Series(table, inputs, targets, horizon);
  }

  /** Scaling from the first {@code trainRows} rows. */
  Meaning fit(Options options, int trainRows) {
    boolean scale = ScalingFit.wanted(options);
    int size = Math.max(1, horizon) * targets.size();
    return Meaning.of(CsvFormat.KIND, options.asMap())
        .values(inputs.size(), inputs, scale ? scaling(inputs, trainRows) : null)
        .quantities(size, targets, scale ? scaling(targets, trainRows) : null)
        .build();
  }

  /** The scaled series, ready to be cut. */
  Windows windows(Options options, Meaning fitted) {
    double[] raw = table.select(inputs);
    if (MissingValues.of(options) == Missing.FILL) {
      MissingValues.fill(raw, inputs.size(), table.title());
    }
    float[] mask = MissingValues.mask(raw, inputs.size(), table.title());
    float[] x = Scaling.of(fitted.inputScaling(), inputs.size()).apply(raw);
    MissingValues.clearMasked(x, mask, inputs.size());
    double[] wanted = table.select(targets);
    boolean[] missing = new boolean[table.rows()];
    for (int i = 0; i < wanted.length; i++) {
      missing[i / targets.size()] |= Double.isNaN(wanted[i]);
    }
    float[] y = Scaling.of(fitted.targetScaling(), targets.size()).apply(wanted);
    int history = options.integer("history", 1, 10_000_000);
    return new Windows(
        table.title(), history, horizon, x, inputs.size(), mask, y, targets.size(), missing);
  }

  private Scaling scaling(List<String> names, int rows) {
    ScalingFit statistics = new ScalingFit(names.size());
    statistics.addAll(Arrays.copyOf(table.select(names), rows * names.size()));
    return statistics.scaling();
  }
}
