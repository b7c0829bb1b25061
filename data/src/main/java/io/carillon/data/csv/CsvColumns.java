package io.carillon.data.csv;

import io.carillon.data.DataException;
import io.carillon.data.Numbers;
import io.carillon.data.Option;
import io.carillon.data.Options;
import io.carillon.model.Meaning;
import java.util.ArrayList;
import java.util.List;

/** Which columns of a table are inputs and which are targets. */
final class CsvColumns {
  static final List<Option> OPTIONS =
      List.of(
          new Option(
              "columns",
              "",
              "input columns, separated by commas; without it every column whose first cell is a"
                  + " number"),
          new Option("ignore", "", "columns to leave out, separated by commas"),
          new Option("targets", "", "target columns, separated by commas"));

  private CsvColumns() {}

  /**
   * Input columns by the options, without those in {@code excluded}.
   *
   * @throws DataException for a name that the table does not have, or if no column is left
   */
  static List<String> inputs(CsvFile csv, Options options, List<String> excluded) {
    List<String> ignored = options.names("ignore");
    ignored.forEach(csv::column);
    List<String> chosen = options.names("columns");
    if (chosen.isEmpty()) {
      chosen = numeric(csv, excluded);
      chosen.removeAll(ignored);
    }
    chosen.forEach(csv::column);
    if (chosen.isEmpty()) {
      throw new DataException(
          csv.title() + ": no column is left as input; choose some with option columns");
    }
    for (String name : chosen) {
      if (ignored.contains(name)) {
        throw options.wrong("ignore", "without '" + name + "', which option columns names");
      }
    }
    return chosen;
  }

  /** Target columns by the options, checked to exist; empty when not set. */
  static List<String> targets(CsvFile csv, Options options) {
    List<String> targets = options.names("targets");
    targets.forEach(csv::column);
    return targets;
  }

  /**
   * Input columns for an existing model: by its names when it has some; else by the options, unless
   * these are those of a training on columns of another meaning.
   */
  static List<String> forModel(
      CsvFile csv, Options options, List<String> excluded, Meaning fitted) {
    if (!fitted.inputNames().isEmpty()) {
      fitted.inputNames().forEach(csv::column);
      return fitted.inputNames();
    }
    List<String> columns =
        fitted.kind().equals(CsvFormat.KIND)
            ? numeric(csv, excluded)
            : inputs(csv, options, excluded);
    if (columns.size() != fitted.inputSize()) {
      throw new DataException(
          csv.title()
              + ": has "
              + columns.size()
              + " columns of numbers ("
              + String.join(", ", columns)
              + "), the model takes "
              + fitted.inputSize());
    }
    return columns;
  }

  private static List<String> numeric(CsvFile csv, List<String> excluded) {
    List<String> names = new ArrayList<>();
    for (int c = 0; c < csv.names().size(); c++) {
      String cell = csv.firstRow().get(c);
      if (Numbers.isMissing(cell) || Numbers.parse(cell).isPresent()) {
        names.add(csv.names().get(c));
      }
    }
    names.removeAll(excluded);
    return names;
  }
}
