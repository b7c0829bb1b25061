package io.carillon.data;

import java.util.List;

/** The kinds of data files that can be read, with their settings. */
public enum FileKind {
  /** Archives of time-series classification and regression. */
  TS(
      TsLoader.KIND,
      "a .ts file of the UCR/UEA archives, or a folder with NAME_TRAIN.ts and NAME_TEST.ts",
      TsLoader.OPTIONS,
      new TsLoader()),
  /** Sound. */
  WAV(
      WavLoader.KIND,
      "a folder or .zip of .wav files, classes by sub-folder or by file name",
      WavLoader.OPTIONS,
      new WavLoader()),
  /** Tables. */
  CSV(
      CsvLoader.KIND,
      "a .csv file: one time series to forecast, or many sequences to classify",
      CsvLoader.OPTIONS,
      new CsvLoader()),
  /** Images as pixel sequences. */
  IDX(
      IdxLoader.KIND,
      "a folder of IDX images and labels (MNIST family), read pixel by pixel",
      IdxLoader.OPTIONS,
      new IdxLoader()),
  /** Token sequences. */
  TSV(
      TokenLoader.KIND,
      "a .tsv file of tokens with the columns Source and Target (ListOps and others), or a folder"
          + " with one for train, test and perhaps val",
      TokenLoader.OPTIONS,
      new TokenLoader());

  private final String kind;
  private final String description;
  private final List<Option> options;
  private final Loader loader;

  FileKind(String kind, String description, List<Option> options, Loader loader) {
    this.kind = kind;
    this.description = description;
    this.options = options;
    this.loader = loader;
  }

  /** Name as kept in {@link Preprocessing#kind()}. */
  public String kind() {
    return kind;
  }

  /** What such data look like on disk. */
  public String description() {
    return description;
  }

  /** The settings with their defaults. */
  public List<Option> options() {
    return options;
  }

  Loader loader() {
    return loader;
  }
}
