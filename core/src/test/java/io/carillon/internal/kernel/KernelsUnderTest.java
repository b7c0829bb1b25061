package io.carillon.internal.kernel;

import io.carillon.config.KernelKind;
import io.carillon.engine.KernelChoice;
import io.carillon.internal.kernel.scalar.ScalarKernels;
import java.util.List;
import java.util.SplittableRandom;

/** The implementations that this JVM can run, and helpers to feed them. */
public final class KernelsUnderTest {
  /** Value around every tested region that must still be there afterwards. */
  static final float GUARD = 7.25f;

  private KernelsUnderTest() {}

  /** Scalar kernels, and vector kernels where their module is resolved. */
  public static List<Kernels> all() {
    return KernelChoice.vectorAvailable()
        ? List.of(new ScalarKernels(), KernelChoice.select(KernelKind.VECTOR))
        : List.of(new ScalarKernels());
  }

  /** Sizes at which loops over lanes go wrong first. */
  public static int[] awkwardSizes(Kernels kernels) {
    int lanes = kernels.lanes();
    return new int[] {1, lanes - 1, lanes, lanes + 1, 2 * lanes + 3};
  }

  /** Rounded to float, so that the oracle starts from the same numbers as the kernels. */
  public static double[] random(SplittableRandom random, int count, double scale) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (scale * (2 * random.nextDouble() - 1));
    }
    return values;
  }

  public static float[] floats(double[] values) {
    float[] result = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = (float) values[i];
    }
    return result;
  }

  /** Rows of {@code width} values inside an array of guards, at offset and stride. */
  public static float[] embed(double[] values, int width, int offset, int stride) {
    int rows = values.length / width;
    float[] result = new float[offset + rows * stride + stride];
    java.util.Arrays.fill(result, GUARD);
    for (int i = 0; i < values.length; i++) {
      result[offset + i / width * stride + i % width] = (float) values[i];
    }
    return result;
  }

  /** Inverse of {@link #embed}; fails if a guard changed. */
  public static double[] extract(float[] array, int count, int width, int offset, int stride) {
    double[] result = new double[count];
    for (int i = 0; i < array.length; i++) {
      int row = Math.floorDiv(i - offset, stride);
      int column = Math.floorMod(i - offset, stride);
      if (i >= offset && column < width && row * width + column < count) {
        result[row * width + column] = array[i];
      } else if (array[i] != GUARD) {
        throw new AssertionError("index " + i + " outside the range was written: " + array[i]);
      }
    }
    return result;
  }

  static double maxAbs(double[] values) {
    double max = 0;
    for (double v : values) {
      max = Math.max(max, Math.abs(v));
    }
    return max;
  }
}
