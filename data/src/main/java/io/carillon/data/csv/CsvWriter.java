package io.carillon.data.csv;

import java.io.IOException;
import java.util.List;
import org.apache.commons.csv.CSVFormat;

/** Writes tables as {@link CsvFile} reads them: commas, quotes where a cell needs them. */
public final class CsvWriter {
  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();

  private CsvWriter() {}

  /**
   * Writes one row and the end of its line.
   *
   * @param cells written as {@link String#valueOf(Object)}, null as an empty cell
   * @throws IOException if the receiver fails
   */
  public static void row(Appendable out, List<?> cells) throws IOException {
    FORMAT.printRecord(out, cells.toArray());
  }
}
