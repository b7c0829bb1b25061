package io.carillon.data;

import io.carillon.model.Scaling;
import java.util.List;

/**
 * Finds the standardisation of inputs or targets: mean and variance of each dimension in one pass
 * (Welford's recurrence).
 *
 * <p>The statistics come from the training part alone, so that nothing of the other parts leaks
 * into training. The standard deviation is that of the population (divisor n). A dimension that is
 * constant in the training part is only shifted: its std is taken as 1.
 */
public final class ScalingFit {
  /** The setting. */
  public static final Option OPTION =
      new Option(
          "scale",
          "standard",
          "standard (each dimension to mean 0 and deviation 1 of the training part) or none");

  private final long[] count;
  private final double[] mean;
  private final double[] squares;

  /** Without a value yet. */
  public ScalingFit(int dims) {
    count = new long[dims];
    mean = new double[dims];
    squares = new double[dims];
  }

  /** Whether the options ask for standardisation. */
  public static boolean wanted(Options options) {
    return options.choice(OPTION.key(), List.of("standard", "none")).equals("standard");
  }

  /** Takes in one value; NaN is left out. */
  void add(int dim, double value) {
    if (Double.isNaN(value)) {
      return;
    }
    count[dim]++;
    double delta = value - mean[dim];
    mean[dim] += delta / count[dim];
    squares[dim] += delta * (value - mean[dim]);
  }

  /** Takes in [length][dims]. */
  public void addAll(double[] values) {
    for (int i = 0; i < values.length; i++) {
      add(i % mean.length, values[i]);
    }
  }

  /** Takes in [length][dims]. */
  public void addAll(float[] values) {
    for (int i = 0; i < values.length; i++) {
      add(i % mean.length, values[i]);
    }
  }

  /**
   * The scaling that these values give.
   *
   * <p>A spread below 1e-12 of the mean is rounding of a constant, hence taken as none.
   */
  public Scaling scaling() {
    double[] std = new double[mean.length];
    for (int d = 0; d < std.length; d++) {
      double spread = count[d] == 0 ? 0 : Math.sqrt(squares[d] / count[d]);
      std[d] = spread > 1e-12 * Math.abs(mean[d]) ? spread : 1;
    }
    return new Scaling(mean, std);
  }
}
