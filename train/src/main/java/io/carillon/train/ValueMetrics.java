package io.carillon.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Metrics of values over all entries together, d = output − target.
 *
 * <ul>
 *   <li>mse: mean d²; rmse: its root; mae: mean |d|
 *   <li>r2: 1 − Σ d² / Σ (target − mean target)²; if all targets are equal, 1 for d = 0 and 0 else
 *   <li>r2_batch_mean, only where r2 is the main metric: 1 − MSE / max(Var target, 1e-5) of each
 *       batch, averaged over the batches, as the DLR paper measures its atomic tasks (B.5)
 * </ul>
 */
final class ValueMetrics implements Metrics {
  static final List<String> NAMES = List.of("mse", "mae", "rmse", "r2");

  /** Least variance that an error is compared with, from the official code of DLR. */
  private static final double LEAST_VARIANCE = 1e-5;

  private final int size;
  private final String main;

  /** Has several outputs for every target; else null. */
  private final Loss several;

  private final Sums all = new Sums();

  /** Parts of a batch that are collected, with their rows and absolute errors. */
  private Sums batch = new Sums();

  private long batchRows;
  private double batchAbsolutes;

  private long batches;
  private double batchScores;
  private long rows;
  private double absolutes;

  /**
   * Empty sums.
   *
   * @param size of a target vector
   * @param loss that is trained with, or null; says what stands for its outputs, if they are
   *     several
   */
  ValueMetrics(int size, String main, Loss loss) {
    this.size = size;
    this.main = main;
    this.several = loss != null && loss.outputsPerTarget() > 1 ? loss : null;
  }

  /** One number for every target. */
  private float[] points(float[] outputs, Targets targets) {
    Answer answer = new Answer(size * several.outputsPerTarget(), size);
    float[] points = new float[targets.rows() * size];
    for (int r = 0; r < targets.rows(); r++) {
      answer.at(outputs, targets, r);
      for (int k = 0; k < size; k++) {
        points[r * size + k] = several.point(answer, k);
      }
    }
    return points;
  }

  @Override
  public void add(float[] given, Targets targets) {
    float[] outputs = several == null ? given : points(given, targets);
    Sums sums = new Sums();
    for (int r = 0; r < targets.rows(); r++) {
      if (targets.used() == null || targets.used()[r]) {
        rows++;
        for (int k = r * size; k < (r + 1) * size; k++) {
          if (Float.isNaN(targets.values()[k])) {
            continue;
          }
          double d = (double) outputs[k] - targets.values()[k];
          absolutes += Math.abs(d);
          all.add(d, targets.values()[k]);
          sums.add(d, targets.values()[k]);
        }
      }
    }
    addScore(sums);
  }

  private void addScore(Sums sums) {
    if (sums.count > 0) {
      batches++;
      double variance = Math.max(sums.spread / sums.count, LEAST_VARIANCE);
      batchScores += 1 - sums.squares / sums.count / variance;
    }
  }

  @Override
  public Saved part(float[] outputs, Targets targets) {
    ValueMetrics part = new ValueMetrics(size, main, several);
    part.add(outputs, targets);
    return part.saved();
  }

  @Override
  public void addPart(Saved part) {
    ValueMetrics more = new ValueMetrics(size, main, several);
    more.restore(part);
    batch.merge(more.all);
    batchRows += more.rows;
    batchAbsolutes += more.absolutes;
  }

  @Override
  public void endBatch() {
    addScore(batch);
    all.merge(batch);
    rows += batchRows;
    absolutes += batchAbsolutes;
    batch = new Sums();
    batchRows = 0;
    batchAbsolutes = 0;
  }

  @Override
  public Saved saved() {
    return new Saved(
        new long[] {rows, batches, all.count},
        new double[] {absolutes, batchScores, all.squares, all.mean, all.spread});
  }

  @Override
  public void restore(Saved sums) {
    Metrics.requireSizes(sums, 3, 5);
    rows = sums.counts()[0];
    batches = sums.counts()[1];
    all.count = sums.counts()[2];
    absolutes = sums.values()[0];
    batchScores = sums.values()[1];
    all.squares = sums.values()[2];
    all.mean = sums.values()[3];
    all.spread = sums.values()[4];
  }

  /** Squared errors, and mean and spread of the targets. */
  private static final class Sums {
    private long count;
    private double squares;
    private double mean;
    private double spread;

    /** Welford's update of mean and spread, which loses no digits to a large mean. */
    void add(double d, double target) {
      squares += d * d;
      count++;
      double before = target - mean;
      mean += before / count;
      spread += before * (target - mean);
    }

    /** Mean and spread of both together (Chan, Golub and LeVeque). */
    void merge(Sums more) {
      if (more.count == 0) {
        return;
      }
      double share = (double) more.count / (count + more.count);
      double apart = more.mean - mean;
      mean = count == 0 ? more.mean : mean + apart * share;
      spread += more.spread + (count == 0 ? 0 : apart * apart * share * count);
      squares += more.squares;
      count += more.count;
    }
  }

  @Override
  public String main() {
    return main;
  }

  @Override
  public double mainSoFar() {
    return all.count == 0 ? Double.NaN : value(main);
  }

  @Override
  public boolean higherIsBetter() {
    return main.equals("r2");
  }

  private double value(String name) {
    double mse = all.squares / all.count;
    double constant = all.squares == 0 ? 1 : 0;
    return switch (name) {
      case "mse" -> mse;
      case "mae" -> absolutes / all.count;
      case "rmse" -> Math.sqrt(mse);
      default -> all.spread == 0 ? constant : 1 - all.squares / all.spread;
    };
  }

  @Override
  public Evaluation evaluation(double loss) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put(main, mainSoFar());
    NAMES.forEach(name -> metrics.put(name, value(name)));
    if (main.equals("r2")) {
      metrics.put("r2_batch_mean", batchScores / batches);
    }
    return new Evaluation(rows, loss, main, metrics, null, higherIsBetter());
  }
}
