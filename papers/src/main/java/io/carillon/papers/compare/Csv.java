package io.carillon.papers.compare;

import io.carillon.data.csv.CsvWriter;
import io.carillon.io.AtomicFile;
import io.carillon.report.console.CommandFailure;
import io.carillon.report.console.Errors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** A table for other programs: comma-separated, UTF-8, one heading line, numbers in full. */
final class Csv {
  private final StringBuilder text = new StringBuilder();
  private final int columns;

  /** Starts with the headings. */
  Csv(List<String> headings) {
    columns = headings.size();
    row(headings);
  }

  /** A row; doubles in full precision, NaN and null as an empty cell. */
  Csv row(List<?> cells) {
    if (cells.size() != columns) {
      throw new IllegalArgumentException(
          "a row of " + cells.size() + " cells does not fit " + columns + " columns");
    }
    try {
      CsvWriter.row(text, cells.stream().map(Csv::cell).toList());
    } catch (IOException e) {
      throw new UncheckedIOException("memory takes all that is written to it", e);
    }
    return this;
  }

  private static Object cell(Object value) {
    boolean missing = value == null || value instanceof Double d && d.isNaN();
    return missing ? "" : value;
  }

  /** Writes the file as a whole. */
  void write(Path file) {
    try {
      AtomicFile.writeText(file, text.toString());
    } catch (IOException e) {
      throw new CommandFailure("cannot write " + file + ": " + Errors.message(e), e);
    }
  }
}
