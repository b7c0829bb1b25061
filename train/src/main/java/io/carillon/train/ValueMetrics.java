package io.carillon.train;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Metrics of values over all entries together, d = output − target.
 *
 * <ul>
 *   <li>mse: mean d²; rmse: its root; mae: mean |d|
 *   <li>r2: 1 − Σ d² / Σ (target − mean target)²; if all targets are equal, 1 for d = 0 and 0 else
 * </ul>
 */
final class ValueMetrics implements Metrics {
  private final int size;
  private long rows;
  private long count;
  private double squares;
  private double absolutes;
  private double mean;
  private double spread;

  ValueMetrics(int size) {
    this.size = size;
  }

  @Override
  public void add(float[] outputs, Targets targets) {
    for (int r = 0; r < targets.rows(); r++) {
      if (targets.used() == null || targets.used()[r]) {
        rows++;
        for (int k = r * size; k < (r + 1) * size; k++) {
          add(outputs[k], targets.values()[k]);
        }
      }
    }
  }

  /** Mean and spread of the targets by Welford's update, which loses no digits to a large mean. */
  private void add(double output, double target) {
    double d = output - target;
    squares += d * d;
    absolutes += Math.abs(d);
    count++;
    double before = target - mean;
    mean += before / count;
    spread += before * (target - mean);
  }

  @Override
  public String main() {
    return "mse";
  }

  @Override
  public double mainSoFar() {
    return squares / count;
  }

  @Override
  public boolean higherIsBetter() {
    return false;
  }

  @Override
  public Evaluation evaluation(double loss) {
    double constant = squares == 0 ? 1 : 0;
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put(main(), mainSoFar());
    metrics.put("mae", absolutes / count);
    metrics.put("rmse", Math.sqrt(mainSoFar()));
    metrics.put("r2", spread == 0 ? constant : 1 - squares / spread);
    return new Evaluation(rows, loss, main(), metrics, null);
  }
}
