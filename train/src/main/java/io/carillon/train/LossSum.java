package io.carillon.train;

/**
 * A weighted mean in the making: the losses of one batch after another are added, without an object
 * for each.
 */
public final class LossSum {
  private double sum;
  private double weight;

  /** An empty sum. */
  public LossSum() {}

  /**
   * Adds a part.
   *
   * @param moreSum Σ weight · loss over its targets
   * @param moreWeight Σ weight over its targets
   */
  void add(double moreSum, double moreWeight) {
    sum += moreSum;
    weight += moreWeight;
  }

  /** Makes it empty again. */
  public void clear() {
    sum = 0;
    weight = 0;
  }

  /** Σ weight · loss / Σ weight, and 0 when there is no target at all. */
  public double mean() {
    return weight == 0 ? 0 : sum / weight;
  }

  /** What has been added so far. */
  public Losses.Value value() {
    return new Losses.Value(sum, weight);
  }
}
