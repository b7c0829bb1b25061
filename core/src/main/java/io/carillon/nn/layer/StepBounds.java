package io.carillon.nn.layer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * How large anything can become in the next steps of a stream, from the sizes of its inputs, of its
 * state and of the weights. A stream that is far from overflow, as all in practice are, is shown to
 * be so for thousands of steps at once, and its steps need not be looked at one by one.
 *
 * <p>A bound is a number that no magnitude exceeds, in exact arithmetic; infinity where nothing is
 * known. {@link #LARGEST} leaves a factor of thirty for rounding. Shared by threads.
 */
public final class StepBounds {
  /** A tenth of a tenth of the largest float, and some more. */
  public static final double LARGEST = 1e37;

  /** Whose square is far from overflow. */
  public static final double LARGEST_SQUARED = 1e18;

  /** Steps that are certain at most. */
  public static final int MOST_STEPS = 4096;

  /** Numbers of steps that are tried, largest first. */
  private static final int[] STEPS = {MOST_STEPS, 256, 32, 8, 1};

  private static final int EXPONENT_AND_FRACTION = 0x7fffffff;

  private final Part features;
  private final DoubleUnaryOperator answers;

  /** Part of the way from the inputs to the answers. */
  @FunctionalInterface
  public interface Part {
    /**
     * Bound on the results.
     *
     * @param x bound on the inputs
     * @param states bound on the state of every layer
     * @param steps during so many steps
     */
    double after(double x, double[] states, int steps);
  }

  /** Of the features and of the answers made of them. */
  public StepBounds(Part features, DoubleUnaryOperator answers) {
    this.features = features;
    this.answers = answers;
  }

  /** A part that depends on its inputs alone. */
  public static Part of(DoubleUnaryOperator bound) {
    return (x, states, steps) -> bound.applyAsDouble(x);
  }

  /** One part after another; infinity as soon as one is above {@link #LARGEST}. */
  public static Part chain(List<Part> list) {
    Part[] parts = list.toArray(Part[]::new);
    return (x, states, steps) -> {
      double bound = x;
      for (int i = 0; i < parts.length && bound <= LARGEST; i++) {
        bound = parts[i].after(bound, states, steps);
      }
      return bound <= LARGEST ? bound : Double.POSITIVE_INFINITY;
    };
  }

  /** The largest magnitude of the numbers; infinite or NaN if one of them is. */
  public static float largest(float[] x) {
    return largest(x, 0, x.length);
  }

  /** {@link #largest(float[])} of x[from] .. x[to-1]. */
  public static float largest(float[] x, int from, int to) {
    int largest = 0;
    for (int i = from; i < to; i++) {
      largest = Math.max(largest, Float.floatToRawIntBits(x[i]) & EXPONENT_AND_FRACTION);
    }
    return Float.intBitsToFloat(largest);
  }

  /**
   * How many ordinary steps in a row have finite results for certain, or fewer steps that are as
   * long together, each rounded up. Allocates nothing.
   *
   * @param input bound on the inputs; any number for tokens
   * @param states the state of every layer
   * @param mean bound on the mean of the features so far; 0 without
   * @param sizes room for a number per layer
   * @return 0 if not even one step is certain
   */
  public int certainSteps(double input, float[][] states, double mean, double[] sizes) {
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = largest(states[i]);
      if (!(sizes[i] <= LARGEST)) {
        return 0;
      }
    }
    for (int steps : STEPS) {
      double pooled = Math.max(features.after(input, sizes, steps), mean);
      if (pooled <= LARGEST && answers.applyAsDouble(pooled) <= LARGEST) {
        return steps;
      }
    }
    return 0;
  }

  /**
   * Whether all numbers are finite: 0 times any other is NaN. Several sums, since each addition
   * waits for the one before it.
   */
  public static boolean finite(float[] x) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    float e = 0;
    float f = 0;
    float g = 0;
    float h = 0;
    int whole = x.length & ~7;
    for (int i = 0; i < whole; i += 8) {
      a += 0 * x[i];
      b += 0 * x[i + 1];
      c += 0 * x[i + 2];
      d += 0 * x[i + 3];
      e += 0 * x[i + 4];
      f += 0 * x[i + 5];
      g += 0 * x[i + 6];
      h += 0 * x[i + 7];
    }
    for (int i = whole; i < x.length; i++) {
      a += 0 * x[i];
    }
    return a + b + c + d + e + f + g + h == 0;
  }

  /** The largest sum of magnitudes in a row of a matrix [rows][columns]. */
  public static double largestRow(float[] matrix, int rows, int columns) {
    double largest = 0;
    for (int r = 0; r < rows; r++) {
      double sum = 0;
      for (int c = 0; c < columns; c++) {
        sum += Math.abs(matrix[r * columns + c]);
      }
      largest = Math.max(largest, sum);
    }
    return largest;
  }

  /** A list to be filled, from a first part on. */
  public static List<Part> startingWith(DoubleUnaryOperator first) {
    List<Part> parts = new ArrayList<>();
    parts.add(of(first));
    return parts;
  }
}
