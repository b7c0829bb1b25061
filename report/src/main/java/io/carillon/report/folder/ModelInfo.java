package io.carillon.report.folder;

/**
 * What this project adds to the info of a model, which stands in its {@code config.json} beside
 * network and meaning.
 */
public final class ModelInfo {
  /** Source, options and seed of the data it was trained on. */
  public static final String DATA = "data";

  /** How it was trained: settings, versions, machine, time. */
  public static final String PROVENANCE = "provenance";

  /** What it reached on the validation and test data. */
  public static final String METRICS = "metrics";

  /** How far its ways to compute are apart, see {@link io.carillon.model.Parity#toMap()}. */
  public static final String PARITY = "parity";

  /** What is reached on the test data without learning: a metric and its value by method. */
  public static final String WITHOUT_LEARNING = "without_learning";

  private ModelInfo() {}
}
