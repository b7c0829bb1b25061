package io.carillon.papers.compare;

import io.carillon.data.Splits;
import io.carillon.error.FormatException;
import io.carillon.model.SequenceModel;
import io.carillon.report.Block;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What is measured of every finished run of a comparison beyond the metrics of every training. */
interface Analysis {
  /**
   * The analysis of a comparison; null if it has none.
   *
   * @throws FormatException if there is none of its name
   */
  static Analysis of(Comparison comparison) {
    return switch (comparison.analysis()) {
      case "" -> null;
      case "rate" -> new RateAnalysis();
      case "subtrees" -> new SubTreeAnalysis(comparison.curves());
      case "masks" -> new MaskAnalysis();
      default -> throw new FormatException("there is no analysis '" + comparison.analysis() + "'");
    };
  }

  /**
   * Measures a model.
   *
   * @param splits the data of its training
   * @return values that JSON can hold; kept in a file, so that it is done once
   */
  Map<String, Object> measure(SequenceModel model, Splits splits);

  /**
   * A run with what was measured of it.
   *
   * @param run the run
   * @param values as {@link #measure} has given them, read back from JSON
   */
  record Measured(RunResult run, Map<String, Object> values) {}

  /** Title of its section. */
  String title();

  /** For the report. */
  List<Block> blocks(List<Measured> all);

  /** Writes its tables beside the report. */
  void writeCsv(List<Measured> all, Path folder);
}
