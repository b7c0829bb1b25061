package io.carillon.papers.compare;

import io.carillon.error.FormatException;
import io.carillon.papers.compare.Comparison.Size;
import io.carillon.report.console.Console;

/** A comparison that trains nothing. */
interface Study {
  /**
   * The study of a comparison.
   *
   * @throws FormatException if there is none of its name
   */
  static Study of(Comparison comparison) {
    if (comparison.study().equals("legs-basis")) {
      return new LegsBasisStudy();
    }
    throw new FormatException("there is no study '" + comparison.study() + "'");
  }

  /** Computes it and writes its report and tables. */
  void run(Console console, Comparison comparison, Size size, StudyFolder folder, String command);
}
