package io.carillon.cli.show;

import io.carillon.report.console.Console;
import io.carillon.report.console.Table;
import io.carillon.report.console.Text;
import io.carillon.train.Evaluation;
import java.util.ArrayList;
import java.util.List;

/** Evaluations of one model on several parts of the data. */
public final class MetricsTable {
  private final List<String[]> rows = new ArrayList<>();
  private String[] headings;

  /** Adds a row. */
  public void add(String split, int sequences, Evaluation evaluation) {
    List<String> names = new ArrayList<>(List.of("split", "sequences", "loss"));
    List<String> cells =
        new ArrayList<>(List.of(split, Text.count(sequences), Text.number(evaluation.loss())));
    if (evaluation.count() != sequences) {
      names.add(2, "targets");
      cells.add(2, Text.count(evaluation.count()));
    }
    evaluation
        .metrics()
        .forEach(
            (name, value) -> {
              names.add(name);
              cells.add(Text.number(value));
            });
    headings = names.toArray(String[]::new);
    rows.add(cells.toArray(String[]::new));
  }

  /** Writes all rows. */
  public void print(Console console) {
    if (rows.isEmpty()) {
      return;
    }
    Table table = new Table(headings);
    rows.forEach(table::row);
    table.print(console);
  }
}
