package io.carillon.data;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Standardisation of each dimension d: z = (x - mean[d]) / std[d], computed in double. Immutable.
 *
 * <p>The statistics come from the training part alone, so that nothing of the other parts leaks
 * into training. The standard deviation is that of the population (divisor n). A dimension that is
 * constant in the training part is only shifted: its std is taken as 1.
 */
public final class Scaling {
  public static final Option OPTION =
      new Option(
          "scale",
          "standard",
          "standard (each dimension to mean 0 and deviation 1 of the training part) or none");

  private final double[] mean;
  private final double[] std;

  /**
   * A scaling with given statistics.
   *
   * @param mean [dims]
   * @param std [dims], positive
   * @throws DataException if the sizes differ, or a value is not finite or a std not positive
   */
  public Scaling(double[] mean, double[] std) {
    if (mean.length != std.length || mean.length == 0) {
      throw new DataException(
          "a scaling needs as many means as standard deviations and at least one; it has "
              + mean.length
              + " and "
              + std.length);
    }
    for (int d = 0; d < mean.length; d++) {
      if (!Double.isFinite(mean[d]) || !(std[d] > 0) || !Double.isFinite(std[d])) {
        throw new DataException(
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

  /** Whether the options ask for standardisation. */
  public static boolean wanted(Options options) {
    return options.choice(OPTION.key(), List.of("standard", "none")).equals("standard");
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

  /**
   * Scaled values.
   *
   * @param values [length][dims]; NaN becomes 0, the training mean
   * @return a new array [length][dims]
   */
  public float[] apply(double[] values) {
    float[] scaled = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      int d = i % mean.length;
      scaled[i] = Double.isNaN(values[i]) ? 0f : (float) ((values[i] - mean[d]) / std[d]);
    }
    return scaled;
  }

  /** Scales [length][dims] in place. */
  public void applyInPlace(float[] values) {
    for (int i = 0; i < values.length; i++) {
      int d = i % mean.length;
      values[i] = (float) ((values[i] - mean[d]) / std[d]);
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
      int d = i % mean.length;
      values[i] = (float) (scaled[i] * std[d] + mean[d]);
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

  /** Collects mean and variance of each dimension in one pass (Welford's recurrence). */
  public static final class Statistics {
    private final long[] count;
    private final double[] mean;
    private final double[] squares;

    public Statistics(int dims) {
      count = new long[dims];
      mean = new double[dims];
      squares = new double[dims];
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
}
