package io.carillon.data.csv;

import io.carillon.data.InputSink;
import io.carillon.data.InputSize;
import io.carillon.data.Inputs;
import io.carillon.data.Loader;
import io.carillon.data.MissingValues;
import io.carillon.data.Option;
import io.carillon.data.Options;
import io.carillon.data.SequencePieces;
import io.carillon.data.Splits;
import io.carillon.data.read.Report;
import io.carillon.data.read.Sequences;
import io.carillon.data.read.Windows;
import io.carillon.model.Meaning;
import io.carillon.model.Meaning.Missing;
import io.carillon.train.Dataset;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Forecasting and regression on one time series in a CSV file whose rows are equal steps of time.
 *
 * <p>Forecasting (horizon k &gt; 0): from {@code history} rows of the input columns, the k rows of
 * the target columns that follow, as one vector [k][targets]. Regression (horizon 0): from the rows
 * of the input columns, the target columns at the last of these rows; the targets are then no
 * inputs.
 *
 * <p>The parts follow one another in time; see {@link Windows} for which window belongs where.
 * Inputs and targets are standardised with the rows of the training part. Under {@code
 * missing=mask} a row with a missing input is masked, under {@code missing=fill} the value before
 * is repeated; under both a window whose target is missing is left out.
 */
final class SeriesLoader implements Loader {
  static final List<Option> OPTIONS =
      List.of(
          new Option("history", "96", "series: rows that a window shows the model"),
          new Option(
              "horizon", "24", "series: rows to forecast; 0 for the targets at the last shown row"),
          new Option("stride", "1", "series: rows from one training window to the next"));

  @Override
  public Splits splits(Path path, Options options, long seed, Optional<Meaning> fitted) {
    Series series = Series.read(path, options, fitted);
    Periods parts = Periods.of(options, series.table());
    Meaning meaning = fitted.orElseGet(() -> series.fit(options, parts.trainEnd()));
    Windows windows = series.windows(options, meaning);
    String name = String.valueOf(path.getFileName());
    int stride = options.integer("stride", 1, Integer.MAX_VALUE);
    return Report.splits(
        windows.dataset(name + " train", 0, parts.trainEnd(), stride),
        windows.dataset(name + " validation", parts.trainEnd(), parts.validationEnd(), 1),
        windows.dataset(name + " test", parts.validationEnd(), parts.testEnd(), 1),
        meaning,
        path,
        parts + " of " + series.table().rows() + " rows",
        seed);
  }

  @Override
  public Dataset labelled(Path path, Options options, Meaning fitted) {
    Series series = Series.read(path, options, Optional.of(fitted));
    return series
        .windows(options, fitted)
        .dataset(String.valueOf(path.getFileName()), 0, series.table().rows(), 1);
  }

  /**
   * The file as one sequence. For a model of windows, only its last {@code history} rows, so that
   * it is asked what it was trained on.
   */
  @Override
  public Inputs inputs(Path path, Options options, Meaning fitted) {
    CsvFile csv = CsvFile.open(path, options);
    Missing missing = MissingValues.of(options);
    int most = windowed(fitted) ? history(options) : Integer.MAX_VALUE;
    Table.Last read =
        Table.last(csv, CsvColumns.forModel(csv, options, List.of(), fitted), missing, most);
    Table table = read.table();
    Sequences one =
        new Sequences(path.toString(), table.columns().size(), List.of(), null, List.of());
    one.add(table.values(), path.toString(), null, null);
    Inputs inputs = Sequences.inputs(one.all(), fitted, missing);
    return table.rows() == read.rows()
        ? inputs
        : inputs.withNote(
            path + ": the last " + table.rows() + " of " + read.rows() + " rows, as in training");
  }

  /** Of a model of many sequences in a CSV file each was whole, as is this one. */
  private static boolean windowed(Meaning fitted) {
    return fitted.kind().equals(CsvFormat.KIND)
        && "series".equals(fitted.options().getOrDefault("layout", "series"));
  }

  private static int history(Options options) {
    return options.integer("history", 1, 10_000_000);
  }

  /** Empty for a model of windows, which sees the last rows only. */
  @Override
  public Optional<InputSize> size(Path path, Options options, Meaning fitted) {
    if (windowed(fitted)) {
      return Optional.empty();
    }
    CsvFile csv = CsvFile.open(path, options);
    int dims = CsvColumns.forModel(csv, options, List.of(), fitted).size();
    return Optional.of(CsvFormat.size(path, dims));
  }

  @Override
  public List<String> stream(Path path, Options options, Meaning fitted, InputSink sink) {
    CsvFile csv = CsvFile.open(path, options);
    Missing missing = MissingValues.of(options);
    List<String> columns = CsvColumns.forModel(csv, options, List.of(), fitted);
    int[] positions = columns.stream().mapToInt(csv::column).toArray();
    SequencePieces pieces = new SequencePieces(positions.length, false, fitted, missing, sink);
    pieces.begin(path.toString());
    csv.forEachRow(
        (line, cells) -> {
          pieces.step(0);
          for (int d = 0; d < positions.length; d++) {
            int position = positions[d];
            pieces.put(d, csv.number(line, position, cells.get(position), missing));
          }
        });
    pieces.end();
    return List.of();
  }
}
