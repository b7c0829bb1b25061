package io.carillon.train;

import io.carillon.engine.Pass;
import io.carillon.engine.Workspace;
import io.carillon.model.Meaning;
import io.carillon.model.SequenceModel;
import io.carillon.model.forecast.Forecast;
import io.carillon.model.forecast.Interval;
import io.carillon.model.inside.Inside;
import io.carillon.nn.Batch;
import io.carillon.train.Dataset.Target;
import java.util.Arrays;

/**
 * Finds {@link Interval}s around the answers of a model: of each value the margin that a wanted
 * share of the true ones needed, on data that the model was not trained on.
 */
public final class Calibration {
  private static final int ROWS_AT_ONCE = 1 << 16;

  /** Scores that are held at once; more sequences are thinned out evenly. */
  private static final long MOST_SCORES = 1L << 25;

  private Calibration() {}

  /**
   * The interval for a model. With n true values of an answer's number the margin is the ⌈(n + 1)
   * coverage⌉-th smallest that they needed, so that the share of new ones that lie inside is at
   * least the coverage on average, as far as they are like these.
   *
   * @param data with one value or vector per sequence
   * @param coverage between 0 and 1
   * @throws IllegalArgumentException if the data do not fit, or are too few for the coverage
   */
  public static Interval of(SequenceModel model, Dataset data, double coverage) {
    FitChecks.require(
        data.target() == Target.VALUE,
        "'"
            + data.name()
            + "' has targets "
            + data.target()
            + "; intervals are for values of"
            + " whole sequences");
    Meaning meaning = model.meaning();
    FitChecks.check(model.config(), data, Math.max(1, meaning.quantiles().size()));
    int values = data.outputSize();
    Dataset some = thinned(data, (int) Math.max(1, MOST_SCORES / values));
    float[][] scores = scores(model, some, new Interval(coverage, new double[values]));
    double[] margins = new double[values];
    for (int i = 0; i < values; i++) {
      margins[i] = margin(scores[i], coverage, data.name());
    }
    return new Interval(coverage, margins);
  }

  private static Dataset thinned(Dataset data, int most) {
    if (data.size() <= most) {
      return data;
    }
    int[] chosen = new int[most];
    Arrays.setAll(chosen, i -> (int) ((long) i * data.size() / most));
    return data.subset(data.name(), chosen);
  }

  /**
   * How far each true value lies outside the interval without margin, negative when inside,
   * [values] [sequences]; NaN where it is not known.
   */
  private static float[][] scores(SequenceModel model, Dataset data, Interval bare) {
    Meaning meaning = model.meaning().withInterval(bare);
    int values = data.outputSize();
    int size = model.config().outputSize();
    int quantities = meaning.valueNames().size();
    float[][] scores = new float[values][data.size()];
    Workspace workspace = new Workspace();
    int at = 0;
    for (int[] sequences : Batches.inOrder(data, ROWS_AT_ONCE)) {
      Batches.Loaded loaded = Batches.load(data, sequences, Inside.engine(model).parallel());
      Batch batch = loaded.inputs();
      Pass pass = Pass.inference(batch.rows(), workspace, Inside.engine(model));
      float[] outputs = Inside.network(model).forward(pass, batch);
      for (int b = 0; b < sequences.length; b++) {
        Forecast forecast = meaning.forecast(Arrays.copyOfRange(outputs, b * size, (b + 1) * size));
        float[] truth = meaning.targets(loaded.data().targetValues(loaded.sequences()[b]));
        for (int i = 0; i < values; i++) {
          int ahead = i / quantities + 1;
          scores[i][at] =
              Math.max(
                  forecast.low(ahead, i % quantities) - truth[i],
                  truth[i] - forecast.high(ahead, i % quantities));
        }
        at++;
      }
    }
    return scores;
  }

  private static double margin(float[] scores, double coverage, String name) {
    float[] known = scores.clone();
    Arrays.sort(known);
    int n = known.length;
    while (n > 0 && Float.isNaN(known[n - 1])) {
      n--;
    }
    int enough = n;
    while (rank(enough, coverage) > enough) {
      enough++;
    }
    FitChecks.require(
        enough == n,
        "'"
            + name
            + "' has "
            + n
            + " true values of an answer; an interval for "
            + coverage
            + " needs at least "
            + enough);
    return known[rank(n, coverage) - 1];
  }

  /** Which of n scores in ascending order is the margin; of what rounds to a whole number that. */
  private static int rank(int n, double coverage) {
    return (int) Math.ceil((n + 1) * coverage - 1e-9);
  }
}
