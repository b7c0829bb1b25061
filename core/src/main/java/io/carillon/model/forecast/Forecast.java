package io.carillon.model.forecast;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The values that a model predicts for a sequence, in their own units: for every step ahead and
 * every quantity one number, its quantiles if the model gives any, and an interval if it was
 * calibrated. Immutable.
 */
public final class Forecast {
  private final List<String> names;
  private final List<Double> quantiles;
  private final Interval interval;
  private final float[] values;
  private final int levels;

  /**
   * A forecast; {@code Predictor.forecast} and {@code LiveStream.forecast} give one.
   *
   * @param names of the quantities
   * @param quantiles their levels, ascending; empty when there are none
   * @param interval around every value; null for none
   * @param values [horizon][names], or [horizon][names][quantiles] with those of a value ascending,
   *     in their own units; used, not copied
   */
  public Forecast(List<String> names, List<Double> quantiles, Interval interval, float[] values) {
    this.names = List.copyOf(names);
    this.quantiles = List.copyOf(quantiles);
    this.interval = interval;
    this.values = values;
    this.levels = Math.max(1, quantiles.size());
  }

  /** Steps that are forecast; 1 for a model that forecasts nothing. */
  public int horizon() {
    return values.length / levels / names.size();
  }

  /** Names of the quantities. */
  public List<String> names() {
    return names;
  }

  /** Levels of the quantiles, ascending; empty if there are none. */
  public List<Double> quantiles() {
    return quantiles;
  }

  /**
   * Which of some levels is nearest to one; of equally near ones the first, 0 if there are none.
   *
   * @param quantiles ascending
   */
  public static int nearest(List<Double> quantiles, double level) {
    int nearest = 0;
    for (int q = 1; q < quantiles.size(); q++) {
      if (Math.abs(quantiles.get(q) - level) < Math.abs(quantiles.get(nearest) - level)) {
        nearest = q;
      }
    }
    return nearest;
  }

  /**
   * The number that stands for a value: of quantiles the one nearest to the median.
   *
   * @param ahead step, from 1
   * @param name which of {@link #names}
   */
  public float value(int ahead, int name) {
    return at(ahead, name, nearest(quantiles, 0.5));
  }

  /**
   * A quantile.
   *
   * @param ahead step, from 1
   * @param name which of {@link #names}
   * @param level which of {@link #quantiles}
   */
  public float quantile(int ahead, int name, int level) {
    if (level < 0 || level >= quantiles().size()) {
      throw new IndexOutOfBoundsException(
          "quantile " + level + " of " + quantiles().size() + " is asked for");
    }
    return at(ahead, name, level);
  }

  /**
   * All numbers for a value under their names: {@code value}, {@code q0.05} and so on for the
   * quantiles, {@code low} and {@code high} for the interval.
   *
   * @param ahead step, from 1
   * @param name which of {@link #names}
   */
  public Map<String, Float> numbers(int ahead, int name) {
    Map<String, Float> numbers = new LinkedHashMap<>();
    numbers.put("value", value(ahead, name));
    for (int q = 0; q < quantiles().size(); q++) {
      numbers.put("q" + quantiles().get(q), quantile(ahead, name, q));
    }
    if (hasInterval()) {
      numbers.put("low", low(ahead, name));
      numbers.put("high", high(ahead, name));
    }
    return numbers;
  }

  /** Whether there are intervals. */
  public boolean hasInterval() {
    return interval != null;
  }

  /** Lower end of the interval, see {@link Interval}; not above {@link #value}. */
  public float low(int ahead, int name) {
    return Math.min(value(ahead, name), end(ahead, name, -1));
  }

  /** Upper end of the interval; not below {@link #value}. */
  public float high(int ahead, int name) {
    return Math.max(value(ahead, name), end(ahead, name, 1));
  }

  private float end(int ahead, int name, int sign) {
    if (interval == null) {
      throw new IllegalStateException(
          "this model has no intervals; train with data.interval=0.9, or give its meaning some"
              + " (Meaning.withInterval)");
    }
    int level = nearest(quantiles, (1 + sign * interval.coverage()) / 2);
    return (float)
        (at(ahead, name, level) + sign * interval.margin(number(ahead, name, names.size())));
  }

  private float at(int ahead, int name, int level) {
    return values[number(ahead, name, names.size()) * levels + level];
  }

  /** Number of a value in the answer. */
  private int number(int ahead, int name, int count) {
    if (ahead < 1 || ahead > horizon() || name < 0 || name >= count) {
      throw new IndexOutOfBoundsException(
          "step "
              + ahead
              + ", quantity "
              + name
              + " is asked for; there are steps 1 to "
              + horizon()
              + " and quantities 0 to "
              + (count - 1));
    }
    return (ahead - 1) * count + name;
  }

  @Override
  public String toString() {
    return "Forecast[" + horizon() + " steps of " + names + "]";
  }
}
