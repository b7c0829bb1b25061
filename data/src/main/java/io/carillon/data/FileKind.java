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
      new TokenLoader()),
  /** Texts, character by character. */
  TEXT(
      TextLoader.KIND,
      "a folder of texts train/CLASS/*.txt and test/CLASS/*.txt (IMDB film reviews), read character"
          + " by character",
      TextLoader.OPTIONS,
      new TextLoader()),
  /** Pairs of texts. */
  PAIRS(
      PairLoader.KIND,
      "a folder with new_aan_pairs.train.tsv, .eval.tsv and .test.tsv (Retrieval): pairs of texts,"
          + " read character by character",
      PairLoader.OPTIONS,
      new PairLoader()),
  /** Small pictures of ten kinds. */
  CIFAR(
      CifarLoader.KIND,
      "a folder with the batches of CIFAR-10 (binary or Python version), or one batch .bin, read"
          + " pixel by pixel",
      CifarLoader.OPTIONS,
      new CifarLoader()),
  /** Pictures of paths. */
  PATHFINDER(
      PathfinderLoader.KIND,
      "a folder of Pathfinder or Path-X: curv_contour_length_14 and others with metadata and .png"
          + " pictures, read pixel by pixel",
      PathfinderLoader.OPTIONS,
      new PathfinderLoader()),
  /** Spoken words with official lists. */
  SPEECH(
      SpeechLoader.KIND,
      "the folder of Speech Commands, with validation_list.txt and testing_list.txt",
      SpeechLoader.OPTIONS,
      new SpeechLoader());

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

  /** Whether sequences are tokens, not numbers. */
  boolean isTokens() {
    return this == TSV || this == TEXT || this == PAIRS;
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
