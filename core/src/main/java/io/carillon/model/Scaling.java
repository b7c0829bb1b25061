package io.carillon.model;

import java.util.Arrays;
import java.util.Optional;

/**
 * Standardisation of each dimension d: z = (x - mean[d]) / std[d], computed in double. Immutable.
 */
public final class Scaling {
  private final double[] mean;
  private final double[] std;

  /**
   * A scaling with given statistics.
   *
   * @param mean [dims]
   * @param std [dims], positive
   * @throws IllegalArgumentException if the sizes differ, or a value is not finite or a std not
   *     positive
   */
  public Scaling(double[] mean, double[] std) {
    if (mean.length != std.length || mean.length == 0) {
      throw new IllegalArgumentException(
          "a scaling needs as many means as standard deviations and at least one; it has "
              + mean.length
              + " and "
              + std.length);
    }
    for (int d = 0; d < mean.length; d++) {
      if (!Double.isFinite(mean[d]) || !(std[d] > 0) || !Double.isFinite(std[d])) {
        throw new IllegalArgumentException(
            "dimension "
                + d
                + " has mean "
                + mean[d]
                + " and standard deviation "
                + std[d]
                + "; both must be finite, the second positive");
      }
    }
    this.mean = mean.clone();
    this.std = std.clone();
  }

  /** The given scaling, or when there is none one that changes nothing. */
  public static Scaling of(Optional<Scaling> scaling, int dims) {
    double[] one = new double[dims];
    Arrays.fill(one, 1);
    return scaling.orElseGet(() -> new Scaling(new double[dims], one));
  }

  /** Number of dimensions. */
  public int dims() {
    return mean.length;
  }

  /** Mean of each dimension. */
  public double[] mean() {
    return mean.clone();
  }

  /** Standard deviation of each dimension. */
  public double[] std() {
    return std.clone();
  }

  /** A value of dimension d, scaled. */
  public float apply(int d, double value) {
    return (float) ((value - mean[d]) / std[d]);
  }

  /** A scaled value of dimension d, in its own unit again: x = z std + mean. */
  public float invert(int d, float scaled) {
    return (float) (scaled * std[d] + mean[d]);
  }

  /**
   * Scaled values.
   *
   * @param values [length][dims]; NaN becomes 0, the training mean
   * @return a new array [length][dims]
   */
  public float[] apply(double[] values) {
    float[] scaled = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      scaled[i] = Double.isNaN(values[i]) ? 0f : apply(i % mean.length, values[i]);
    }
    return scaled;
  }

  /** Scales [length][dims] in place. */
  public void applyInPlace(float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = apply(i % mean.length, values[i]);
    }
  }

  /**
   * Undoes the scaling.
   *
   * @param scaled [n][dims]
   * @return x = z std + mean, [n][dims]
   */
  public float[] invert(float[] scaled) {
    float[] values = new float[scaled.length];
    for (int i = 0; i < scaled.length; i++) {
      values[i] = invert(i % mean.length, scaled[i]);
    }
    return values;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Scaling s && Arrays.equals(mean, s.mean) && Arrays.equals(std, s.std);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(mean) + Arrays.hashCode(std);
  }

  @Override
  public String toString() {
    return "Scaling[mean=" + Arrays.toString(mean) + ", std=" + Arrays.toString(std) + "]";
  }
}
