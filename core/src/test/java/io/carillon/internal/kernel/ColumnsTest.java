package io.carillon.internal.kernel;

import static io.carillon.internal.kernel.Bounds.assertClose;
import static io.carillon.internal.kernel.KernelsUnderTest.GUARD;
import static io.carillon.internal.kernel.KernelsUnderTest.awkwardSizes;
import static io.carillon.internal.kernel.KernelsUnderTest.embed;
import static io.carillon.internal.kernel.KernelsUnderTest.floats;
import static io.carillon.internal.kernel.KernelsUnderTest.random;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Products of every column with its own factor, and their gradients, against double precision. */
class ColumnsTest {
  private static final int SEED = 20261122;
  private static final int ROWS = 7;
  private static final int FIRST = 2;
  private static final int END = 6;
  private static final int FACTOR_OFFSET = 3;

  static List<Kernels> kernels() {
    return KernelsUnderTest.all();
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void everyColumnIsMultipliedByItsFactorAndNothingElseIsWritten(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int n : awkwardSizes(kernels)) {
      double[] x = random(random, ROWS * n, 1);
      double[] factor = random(random, FACTOR_OFFSET + n, 1);
      int stride = 2 * n + 1;
      int offset = n + 1;
      float[] y = new float[offset + ROWS * stride];
      Arrays.fill(y, GUARD);
      kernels.scaleColumns(
          floats(x), FIRST, END, n, floats(factor), FACTOR_OFFSET, y, offset, stride);
      for (int i = 0; i < y.length; i++) {
        int r = Math.floorDiv(i - offset, stride);
        int h = Math.floorMod(i - offset, stride);
        boolean inside = r >= FIRST && r < END && h < n;
        float expected = inside ? (float) (x[r * n + h] * factor[FACTOR_OFFSET + h]) : GUARD;
        assertThat(y[i]).as("%s n=%s index %s", kernels.name(), n, i).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void theOutputMayBeTheInput(Kernels kernels) {
    int n = kernels.lanes() + 1;
    SplittableRandom random = new SplittableRandom(SEED);
    float[] x = floats(random(random, ROWS * n, 1));
    float[] factor = floats(random(random, n, 1));
    float[] apart = new float[x.length];
    kernels.scaleColumns(x, 0, ROWS, n, factor, 0, apart, 0, n);
    kernels.scaleColumns(x, 0, ROWS, n, factor, 0, x, 0, n);
    assertThat(x).containsExactly(apart);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void gradientsAreAddedToWhatIsThere(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int n : awkwardSizes(kernels)) {
      double[] x = random(random, ROWS * n, 1);
      double[] g = random(random, ROWS * n, 1);
      double[] factor = random(random, FACTOR_OFFSET + n, 1);
      double[] gx = random(random, ROWS * n, 1);
      double[] gFactor = random(random, FACTOR_OFFSET + n, 1);
      float[] gxResult = floats(gx);
      float[] gFactorResult = floats(gFactor);
      kernels.scaleColumnsBackward(
          floats(x),
          embed(g, n, 5, n + 2),
          5,
          n + 2,
          FIRST,
          END,
          n,
          floats(factor),
          FACTOR_OFFSET,
          gxResult,
          gFactorResult);
      for (int r = FIRST; r < END; r++) {
        for (int h = 0; h < n; h++) {
          gx[r * n + h] += g[r * n + h] * factor[FACTOR_OFFSET + h];
          gFactor[FACTOR_OFFSET + h] += g[r * n + h] * x[r * n + h];
        }
      }
      // Sums of at most five products of numbers below 1: a handful of roundings.
      assertClose(kernels.name() + " gx n=" + n, gxResult, gx, 1e-6);
      assertClose(kernels.name() + " gFactor n=" + n, gFactorResult, gFactor, 1e-6);
    }
  }
}
