package io.carillon.data.csv;

import io.carillon.data.DataException;
import io.carillon.data.EventTimes;
import io.carillon.data.InputSink;
import io.carillon.data.InputSize;
import io.carillon.data.Inputs;
import io.carillon.data.Loader;
import io.carillon.data.MissingValues;
import io.carillon.data.Option;
import io.carillon.data.Options;
import io.carillon.data.SequencePieces;
import io.carillon.data.Splits;
import io.carillon.data.csv.Table.Marks;
import io.carillon.data.read.Report;
import io.carillon.data.read.Sequences;
import io.carillon.data.read.Windows;
import io.carillon.model.Meaning;
import io.carillon.model.Meaning.Missing;
import io.carillon.train.Dataset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Forecasting and regression on a time series in a CSV file, or on several with the same columns.
 * Rows are equal steps of time unless a column says when they are.
 *
 * <p>Forecasting (horizon k &gt; 0): from {@code history} rows of the input columns, the k steps of
 * the target columns that follow, as one vector [k][targets]. Regression (horizon 0): from the rows
 * of the input columns, the target columns at the last of these rows; the targets are then no
 * inputs.
 *
 * <p>The parts of every series follow one another in time; see {@link Windows} for which window
 * belongs where. Inputs and targets are standardised with the rows of the training parts. Under
 * {@code missing=mask} a row with a missing input is masked, under {@code missing=fill} the value
 * before is repeated; under both a missing target counts nowhere.
 */
final class SeriesLoader implements Loader {
  static final List<Option> OPTIONS =
      List.of(
          new Option("history", "96", "series: rows that a window shows the model"),
          new Option(
              "horizon", "24", "series: rows to forecast; 0 for the targets at the last shown row"),
          new Option("stride", "1", "series: rows from one training window to the next"),
          new Option(
              Series.ID,
              "",
              "series: column that names the series of a row, where the file holds several; each is"
                  + " divided and cut by itself"),
          new Option(
              Series.RESAMPLE,
              "no",
              "series with times: whether rows are put on a grid of steps of time-unit (means of the"
                  + " rows in a cell; an empty cell is missing) instead of keeping their distances"),
          new Option(
              Series.QUANTILES,
              "",
              "series: quantiles to answer with instead of a mean, ascending, such as"
                  + " 0.05,0.5,0.95; the one nearest to 0.5 stands for the value"),
          new Option(
              Series.INTERVAL,
              "",
              "series: share of the true values, such as 0.9, that an interval around every value is"
                  + " to hold; its width is found on the validation part after the training"));

  @Override
  public Splits splits(Path path, Options options, long seed, Optional<Meaning> fitted) {
    Series series = Series.read(path, options, fitted);
    List<Periods> parts =
        series.tables().stream().map(table -> Periods.of(options, table)).toList();
    Meaning meaning = fitted.orElseGet(() -> series.fit(options, parts));
    int stride = options.integer("stride", 1, Integer.MAX_VALUE);
    Windows train = windows(options, meaning);
    Windows validation = windows(options, meaning);
    Windows test = windows(options, meaning);
    for (int i = 0; i < parts.size(); i++) {
      Windows.Rows rows = series.rows(series.tables().get(i), options, meaning);
      Periods part = parts.get(i);
      train.cut(rows, 0, part.trainEnd(), stride);
      validation.cut(rows, part.trainEnd(), part.validationEnd(), 1);
      test.cut(rows, part.validationEnd(), part.testEnd(), 1);
    }
    String name = String.valueOf(path.getFileName());
    return Report.splits(
        train.dataset(name + " train", series.notes(CsvFile.open(path, options), meaning)),
        validation.dataset(name + " validation", List.of()),
        test.dataset(name + " test", List.of()),
        meaning,
        path,
        division(series, parts),
        seed);
  }

  private static String division(Series series, List<Periods> parts) {
    int rows = series.tables().stream().mapToInt(Table::rows).sum();
    return parts.size() == 1
        ? parts.get(0) + " of " + rows + " rows"
        : parts.size() + " series of " + rows + " rows, each in chronological parts";
  }

  /**
   * Quantiles are trained for their own errors, of which that of the median is the absolute one.
   */
  private static Windows windows(Options options, Meaning meaning) {
    return new Windows(
        history(options),
        options.integer("horizon", 0, 1_000_000),
        meaning.quantiles().isEmpty() ? "mse" : "mae");
  }

  @Override
  public Dataset labelled(Path path, Options options, Meaning fitted) {
    Series series = Series.read(path, options, Optional.of(fitted));
    Windows all = windows(options, fitted);
    for (Table table : series.tables()) {
      all.cut(series.rows(table, options, fitted), 0, table.rows(), 1);
    }
    return all.dataset(String.valueOf(path.getFileName()), List.of());
  }

  /**
   * Every series of the file as one sequence. For a model of windows, only its last {@code history}
   * rows, so that it is asked what it was trained on.
   */
  @Override
  public Inputs inputs(Path path, Options options, Meaning fitted) {
    CsvFile csv = CsvFile.open(path, options);
    Missing missing = MissingValues.of(options);
    Marks marks = Series.marks(csv, options);
    Meaning timed = fitted.withOptions(options.asMap());
    int most = windowed(fitted) ? history(options) : Integer.MAX_VALUE;
    boolean grid = options.flag(Series.RESAMPLE);
    List<String> columns = CsvColumns.forModel(csv, options, Series.excluded(marks), fitted);
    List<Table.Last> read =
        Table.read(csv, columns, marks, missing, grid ? Integer.MAX_VALUE : most);
    List<String> names = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    List<EventTimes.Stamp> ends = new ArrayList<>();
    Sequences all = new Sequences(path.toString(), columns.size(), List.of(), null, List.of());
    for (Table.Last last : read) {
      Table whole = Series.gridded(List.of(last.table()), options, options.asMap()).get(0);
      Table table = whole.last(most);
      long rows = grid ? whole.rows() : last.rows();
      double[] gaps = Series.gaps(table, timed);
      all.add(table.values(), gaps == null ? null : table.times(), table.where(), null, null);
      names.add(table.name() == null ? path.toString() : table.name());
      if (table.times() != null) {
        ends.add(new EventTimes.Stamp(table.times()[table.rows() - 1], table.dated()));
      }
      if (table.rows() != rows) {
        notes.add(
            table.where() + ": the last " + table.rows() + " of " + rows + " rows, as in training");
      }
    }
    Inputs inputs = Sequences.inputs(all.all(), timed, missing).named(names);
    for (String note : notes) {
      inputs = inputs.withNote(note);
    }
    return ends.isEmpty() ? inputs : inputs.withEnds(ends);
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
    Marks marks = Series.marks(csv, options);
    int dims = CsvColumns.forModel(csv, options, Series.excluded(marks), fitted).size();
    return Optional.of(CsvFormat.size(path, dims));
  }

  @Override
  public List<String> stream(Path path, Options options, Meaning fitted, InputSink sink) {
    CsvFile csv = CsvFile.open(path, options);
    Missing missing = MissingValues.of(options);
    Marks marks = Series.marks(csv, options);
    if (marks.id() != null || options.flag(Series.RESAMPLE)) {
      throw new DataException(
          path
              + ": does not fit into memory, and cannot be divided into series or resampled as it is"
              + " read; use a part of the file, or give more memory (java -Xmx)");
    }
    List<String> columns = CsvColumns.forModel(csv, options, Series.excluded(marks), fitted);
    int[] positions = columns.stream().mapToInt(csv::column).toArray();
    int time = marks.time() == null ? -1 : csv.column(marks.time());
    Meaning timed = fitted.withOptions(options.asMap());
    SequencePieces pieces = new SequencePieces(positions.length, time >= 0, timed, missing, sink);
    pieces.begin(path.toString());
    csv.forEachRow(
        (line, cells) -> {
          pieces.step(time < 0 ? 0 : EventTimes.parse(cells.get(time), csv.at(line, time)));
          for (int d = 0; d < positions.length; d++) {
            int position = positions[d];
            pieces.put(d, csv.number(line, position, cells.get(position), missing));
          }
        });
    pieces.end();
    return List.of();
  }
}
