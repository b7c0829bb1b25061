package io.carillon.train;

import io.carillon.model.Meaning;
import io.carillon.model.forecast.Forecast;
import java.util.List;

/**
 * The pinball loss of some quantiles of every target value, whose minimum they are (Koenker and
 * Bassett 1978), mean over quantiles and target values:
 *
 * <pre>
 *   loss = Σ_q max(p_q (t − y_q), (p_q − 1) (t − y_q)) / Q
 * </pre>
 *
 * <p>The network has Q outputs for every target value. In ascending order they are the quantiles,
 * so that these never cross (Chernozhukov, Fernández-Val and Galichon 2010); the derivative goes to
 * the output that is in the place.
 *
 * <p>{@link Trainer} takes it by itself for a {@link Meaning} with quantiles.
 *
 * @param levels ascending, between 0 and 1, see {@link Meaning#quantiles}
 */
public record QuantileLoss(List<Double> levels) implements Loss {
  /**
   * Checks the levels.
   *
   * @throws IllegalArgumentException if they are not ascending and between 0 and 1
   */
  public QuantileLoss {
    levels = List.copyOf(levels);
    double before = 0;
    FitChecks.require(!levels.isEmpty(), "there is no level of a quantile; give at least one");
    for (double level : levels) {
      FitChecks.require(
          level > before && level < 1,
          "quantiles are " + levels + "; they must be ascending and between 0 and 1");
      before = level;
    }
  }

  /** What a model with this meaning is trained with, unless an objective has a loss of its own. */
  static Objective completed(Objective objective, Meaning meaning) {
    return objective.loss() != null || meaning.quantiles().isEmpty()
        ? objective
        : objective.withLoss(new QuantileLoss(meaning.quantiles()));
  }

  @Override
  public String name() {
    StringBuilder name = new StringBuilder("quantiles");
    levels.forEach(level -> name.append(' ').append(level));
    return name.toString();
  }

  @Override
  public int outputsPerTarget() {
    return levels.size();
  }

  /** The quantile nearest to the median. */
  @Override
  public float point(Answer answer, int k) {
    int[] order = new int[levels.size()];
    sort(answer, k, order);
    return answer.output(order[Forecast.nearest(levels, 0.5)]);
  }

  @Override
  public double of(Answer answer, double[] gradient) {
    int[] order = new int[levels.size()];
    double each = 1.0 / ((double) order.length * answer.targets());
    double sum = 0;
    for (int k = 0; k < answer.targets(); k++) {
      if (!answer.hasTarget(k)) {
        continue;
      }
      sort(answer, k, order);
      for (int q = 0; q < order.length; q++) {
        double above = (double) answer.target(k) - answer.output(order[q]);
        double slope = above >= 0 ? levels.get(q) : levels.get(q) - 1;
        sum += slope * above;
        if (gradient != null) {
          gradient[order[q]] = -slope * each;
        }
      }
    }
    return sum * each;
  }

  /** The outputs of target k in ascending order; of equal ones the first comes first. */
  private static void sort(Answer answer, int k, int[] order) {
    for (int q = 0; q < order.length; q++) {
      int output = k * order.length + q;
      int place = q;
      while (place > 0 && answer.output(order[place - 1]) > answer.output(output)) {
        order[place] = order[place - 1];
        place--;
      }
      order[place] = output;
    }
  }
}
