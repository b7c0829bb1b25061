package io.carillon.model.forecast;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Intervals around the values of a model that hold a wanted share of the true ones: split-conformal
 * prediction (Lei et al. 2018), for quantiles in the form of Romano, Patterson and Candès 2019. An
 * interval goes from the quantile nearest to (1 − coverage)/2, less a margin, to the one nearest to
 * (1 + coverage)/2, plus the margin; without quantiles from the value less the margin to the value
 * plus the margin. The margins come from data that the model was not trained on. Immutable.
 *
 * <p>The share holds for new data that are like those of the calibration; where a series drifts it
 * does not.
 */
public final class Interval {
  private static final String COVERAGE = "coverage";
  private static final String MARGINS = "margins";

  private final double coverage;
  private final double[] margins;

  /**
   * An interval.
   *
   * @param coverage wanted share of the true values, between 0 and 1
   * @param margins [horizon][names] in the units of the values; may be negative with quantiles
   * @throws IllegalArgumentException for a share or margin that cannot be
   */
  public Interval(double coverage, double... margins) {
    if (!(coverage > 0 && coverage < 1)) {
      throw new IllegalArgumentException(
          "the coverage of an interval is " + coverage + "; it must be between 0 and 1");
    }
    for (double margin : margins) {
      if (!Double.isFinite(margin)) {
        throw new IllegalArgumentException(
            "a margin of an interval is " + margin + "; it must be finite");
      }
    }
    this.coverage = coverage;
    this.margins = margins.clone();
  }

  /** Wanted share of the true values that lie inside. */
  public double coverage() {
    return coverage;
  }

  /** [horizon][names] in the units of the values. */
  public double[] margins() {
    return margins.clone();
  }

  /** Of value number i of an answer. */
  double margin(int i) {
    return margins[i];
  }

  /** Whether an answer has as many values. */
  public boolean fits(int values) {
    return margins.length == values;
  }

  /** As text, numbers, lists and maps. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put(COVERAGE, coverage);
    map.put(MARGINS, Arrays.stream(margins).boxed().toList());
    return map;
  }

  /**
   * Reads what {@link #toMap} has written.
   *
   * @throws IllegalArgumentException naming the entry that is missing, unknown or of the wrong type
   */
  public static Interval fromMap(Map<?, ?> map) {
    for (Object key : map.keySet()) {
      if (!List.of(COVERAGE, MARGINS).contains(key)) {
        throw new IllegalArgumentException(
            "the interval of the model has an unknown entry '" + key + "'");
      }
    }
    if (!(map.get(COVERAGE) instanceof Number coverage
        && map.get(MARGINS) instanceof List<?> list
        && list.stream().allMatch(Number.class::isInstance))) {
      throw new IllegalArgumentException(
          "the interval of the model is "
              + map
              + "; it must have a number as coverage and a list of numbers as margins");
    }
    return new Interval(
        coverage.doubleValue(),
        list.stream().mapToDouble(margin -> ((Number) margin).doubleValue()).toArray());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Interval i
        && coverage == i.coverage
        && Arrays.equals(margins, i.margins);
  }

  @Override
  public int hashCode() {
    return 31 * Double.hashCode(coverage) + Arrays.hashCode(margins);
  }

  @Override
  public String toString() {
    return "Interval[coverage=" + coverage + ", margins=" + Arrays.toString(margins) + "]";
  }
}
