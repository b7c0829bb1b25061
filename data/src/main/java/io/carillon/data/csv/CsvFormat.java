package io.carillon.data.csv;

import io.carillon.data.DataFormat;
import io.carillon.data.EventTimes;
import io.carillon.data.InputSink;
import io.carillon.data.InputSize;
import io.carillon.data.Inputs;
import io.carillon.data.Loader;
import io.carillon.data.MissingValues;
import io.carillon.data.Option;
import io.carillon.data.Options;
import io.carillon.data.ScalingFit;
import io.carillon.data.Splits;
import io.carillon.data.read.Partition;
import io.carillon.data.read.TextFile;
import io.carillon.model.Meaning;
import io.carillon.train.Dataset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** CSV files, in one of three layouts: {@link SeriesLoader} or {@link CsvSequencesLoader}. */
public final class CsvFormat implements DataFormat {
  static final String KIND = "csv";

  static final List<Option> OPTIONS = allOptions();

  /** What a row costs while its sequence is put together: an array, and its place in a list. */
  private static final long BYTES_PER_ROW = 32;

  /** As read, in one array with the others (at first with those twice as many), scaled. */
  private static final long BYTES_PER_NUMBER = 40;

  private static List<Option> allOptions() {
    List<Option> options = new ArrayList<>();
    options.add(
        new Option(
            "layout",
            "series",
            "series (the file is one time series: forecasting or regression), rows (each row is a"
                + " sequence) or sequences (rows with the same entry in one column are a sequence)"));
    options.addAll(CsvFile.OPTIONS);
    options.addAll(CsvColumns.OPTIONS);
    options.addAll(SeriesLoader.OPTIONS);
    options.addAll(CsvSequencesLoader.OPTIONS);
    options.addAll(EventTimes.OPTIONS);
    options.add(MissingValues.OPTION);
    options.add(ScalingFit.OPTION);
    options.add(
        new Option(
            "split",
            "",
            "training/validation/test: for a series, in order of time, shares (default 0.7/0.1/0.2),"
                + " numbers of rows or ett-hours (8640/2880/2880) or ett-minutes; else shares, drawn"
                + " by seed (default "
                + Partition.Shares.DEFAULT
                + ")"));
    return List.copyOf(options);
  }

  @Override
  public About about() {
    return new About(
        KIND,
        "a .csv file: one time series to forecast, or many sequences to classify",
        OPTIONS,
        30,
        100);
  }

  @Override
  public boolean readsFile(Path file, String ending) {
    return ending.equals("csv");
  }

  @Override
  public Splits splits(Path path, Options options, long seed, Optional<Meaning> fitted) {
    return layout(options).splits(path, options, seed, fitted);
  }

  @Override
  public Dataset labelled(Path path, Options options, Meaning fitted) {
    return layout(options).labelled(path, options, fitted);
  }

  @Override
  public Inputs inputs(Path path, Options options, Meaning fitted) {
    return layout(options).inputs(path, options, fitted);
  }

  @Override
  public Optional<InputSize> size(Path path, Options options, Meaning fitted) {
    return layout(options).size(path, options, fitted);
  }

  @Override
  public List<String> stream(Path path, Options options, Meaning fitted, InputSink sink) {
    return layout(options).stream(path, options, fitted, sink);
  }

  /** Of a file whose rows each give so many numbers. */
  static InputSize size(Path path, long numbersPerRow) {
    long rows = TextFile.lines(path);
    return new InputSize(rows, rows * (BYTES_PER_ROW + BYTES_PER_NUMBER * numbersPerRow));
  }

  private static Loader layout(Options options) {
    String layout = options.choice("layout", List.of("series", "rows", "sequences"));
    return layout.equals("series") ? new SeriesLoader() : new CsvSequencesLoader();
  }
}
