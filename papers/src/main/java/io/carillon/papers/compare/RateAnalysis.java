package io.carillon.papers.compare;

import io.carillon.data.Splits;
import io.carillon.model.SequenceModel;
import io.carillon.report.Block;
import io.carillon.report.Blocks;
import io.carillon.report.DataTable;
import io.carillon.report.console.Text;
import io.carillon.train.Dataset;
import io.carillon.train.Decimation;
import io.carillon.train.Evaluation;
import io.carillon.train.Evaluator;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Zero-shot at half the sampling rate: every second step of the test sequences is kept, without a
 * filter, and the model sees them with its step size Δ doubled (papers C, Speech Commands). What
 * becomes of it without doubling Δ is measured too.
 */
final class RateAnalysis implements Analysis {
  private static final String FULL = "full";
  private static final String HALF = "half";
  private static final String UNCHANGED = "half_without_factor";
  private static final int KEEP = 2;

  @Override
  public Map<String, Object> measure(SequenceModel model, Splits splits) {
    Dataset half = Decimation.everyNth(splits.test(), KEEP);
    Map<String, Object> values = new LinkedHashMap<>();
    values.put(FULL, main(Evaluator.evaluate(model, splits.test())));
    values.put(HALF, withFactor(model, half));
    values.put(UNCHANGED, main(Evaluator.evaluate(model, half)));
    return values;
  }

  /** Null where the layers have no Δ, so that there is no factor. */
  private static Double withFactor(SequenceModel model, Dataset half) {
    try {
      return main(Evaluator.evaluate(model, half, KEEP));
    } catch (IllegalArgumentException | UnsupportedOperationException e) {
      return null;
    }
  }

  private static double main(Evaluation evaluation) {
    return evaluation.main();
  }

  @Override
  public String title() {
    return "Half the sampling rate";
  }

  @Override
  public List<Block> blocks(List<Measured> all) {
    DataTable table =
        new DataTable(
            "Test metric of every run: at the rate of training, at half of it with Δ doubled, and"
                + " at half of it with Δ as it was",
            "run",
            "full rate",
            "half rate, Δ × 2",
            "half rate, Δ × 1");
    for (Measured m : all) {
      table.row(
          m.run().run().title(),
          text(m.values().get(FULL)),
          text(m.values().get(HALF)),
          text(m.values().get(UNCHANGED)));
    }
    return List.of(
        table,
        Blocks.text(
            "Half rate keeps every second step of the test sequences without filtering them. A"
                + " layer without a step size has no factor to set, and an empty cell."));
  }

  private static String text(Object value) {
    return value instanceof Number n ? Text.number(n.doubleValue()) : "–";
  }

  @Override
  public void writeCsv(List<Measured> all, Path folder) {
    Csv csv = new Csv(List.of("run", "full_rate", "half_rate", "half_rate_without_factor"));
    for (Measured m : all) {
      List<Object> row = new ArrayList<>(List.of(m.run().run().id()));
      row.add(m.values().get(FULL));
      row.add(m.values().get(HALF));
      row.add(m.values().get(UNCHANGED));
      csv.row(row);
    }
    csv.write(folder.resolve("rates.csv"));
  }
}
