package io.carillon.internal.kernel;

import static io.carillon.internal.kernel.Bounds.assertClose;
import static io.carillon.internal.kernel.KernelsUnderTest.GUARD;
import static io.carillon.internal.kernel.KernelsUnderTest.embed;
import static io.carillon.internal.kernel.KernelsUnderTest.extract;
import static io.carillon.internal.kernel.KernelsUnderTest.floats;
import static io.carillon.internal.kernel.KernelsUnderTest.random;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** GELU, GLU, layer norm and their gradients against double precision. */
class PointwiseTest {
  private static final int SEED = 20260103;

  /** A few roundings near 1; the functions claim 2.5e-7 before they are multiplied. */
  private static final double FUNCTION_ERROR = 2.5e-7;

  static List<Kernels> kernels() {
    return KernelsUnderTest.all();
  }

  private static double[] grid(double from, double to, int count) {
    double[] x = new double[count];
    for (int i = 0; i < count; i++) {
      x[i] = (float) (from + (to - from) * i / (count - 1));
    }
    return x;
  }

  @Test
  void expIsAccurateToTwoRoundings() {
    for (double x : grid(-49.9, 87.9, 100_001)) {
      assertThat(FloatMath.exp((float) x) / Math.exp(x)).isBetween(1 - 2e-7, 1 + 2e-7);
    }
    assertThat(FloatMath.exp(-1e9f)).isBetween(0f, 2e-22f);
    assertThat(FloatMath.exp(1e9f)).isBetween(1e38f, Float.MAX_VALUE);
    assertThat(FloatMath.exp(Float.NaN)).isNaN();
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void softmaxLoopsStayInTheirRangeAndAreAccurate(Kernels kernels) {
    int from = 3;
    for (int count : KernelsUnderTest.awkwardSizes(kernels)) {
      String what = kernels.name() + ", " + count + " numbers, seed " + (SEED + count);
      double[] x = random(new SplittableRandom(SEED + count), count, 10);
      float[] row = embed(x, count, from, count + from);
      assertThat((double) kernels.max(row, from, from + count))
          .as(what)
          .isEqualTo(Arrays.stream(x).max().getAsDouble());
      double[] expected = Arrays.stream(x).map(v -> Math.exp(v - 11)).toArray();
      double sum = kernels.exponentials(row, from, from + count, 11f);
      double[] actual = extract(row, count, count, from, count + from);
      for (int i = 0; i < count; i++) {
        // The difference of up to 21 is rounded too, half a unit in its last place of 2e-6.
        assertThat(actual[i] / expected[i]).as(what).isBetween(1 - 1.2e-6, 1 + 1.2e-6);
      }
      assertThat(sum / Arrays.stream(expected).sum()).as(what).isBetween(1 - 4e-6, 1 + 4e-6);
    }
    assertThat(kernels.max(new float[0], 0, 0)).isEqualTo(Float.NEGATIVE_INFINITY);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void geluIsAccurateEverywhere(Kernels kernels) {
    double[] x = grid(-20, 20, 40_001);
    float[] y = new float[x.length];
    kernels.gelu(floats(x), y, 0, x.length);
    float[] ones = new float[x.length];
    Arrays.fill(ones, 1f);
    float[] slope = new float[x.length];
    kernels.geluBackward(floats(x), ones, slope, 0, x.length);
    for (int i = 0; i < x.length; i++) {
      double scale = Math.max(1, Math.abs(x[i]));
      double tolerance = FUNCTION_ERROR * scale;
      assertThat((double) y[i])
          .as("%s gelu(%s)", kernels.name(), x[i])
          .isBetween(KernelOracle.gelu(x[i]) - tolerance, KernelOracle.gelu(x[i]) + tolerance);
      double expected = KernelOracle.geluDerivative(x[i]);
      assertThat((double) slope[i])
          .as("%s gelu'(%s)", kernels.name(), x[i])
          .isBetween(expected - 2 * FUNCTION_ERROR, expected + 2 * FUNCTION_ERROR);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void geluStaysInItsRangeAndDoesNotDependOnIt(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(SEED);
    float[] x = floats(random(random, 5 * kernels.lanes() + 3, 3));
    float[] g = floats(random(random, x.length, 1));
    float[] y = new float[x.length];
    float[] gx = new float[x.length];
    kernels.gelu(x, y, 0, x.length);
    kernels.geluBackward(x, g, gx, 0, x.length);
    for (int from : new int[] {0, 1, 5}) {
      for (int to : new int[] {from, from + 1, from + kernels.lanes(), x.length - 2}) {
        float[] part = new float[x.length];
        Arrays.fill(part, GUARD);
        float[] inPlace = g.clone();
        kernels.gelu(x, part, from, to);
        kernels.geluBackward(x, inPlace, inPlace, from, to);
        for (int i = 0; i < x.length; i++) {
          boolean inside = i >= from && i < to;
          assertThat(part[i]).isEqualTo(inside ? y[i] : GUARD);
          assertThat(inPlace[i]).isEqualTo(inside ? gx[i] : g[i]);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void gluGatesTheFirstHalfByTheSecond(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int n : KernelsUnderTest.awkwardSizes(kernels)) {
      int rows = 3;
      double[] x = random(random, rows * 2 * n, 20);
      double[] g = random(random, rows * n, 1);
      double[] y = new double[rows * n];
      double[] gx = new double[x.length];
      for (int i = 0; i < y.length; i++) {
        int a = i / n * 2 * n + i % n;
        double gate = KernelOracle.sigmoid(x[a + n]);
        y[i] = x[a] * gate;
        gx[a] = g[i] * gate;
        gx[a + n] = g[i] * x[a] * gate * (1 - gate);
      }
      float[] out = embed(new double[y.length], y.length, 0, y.length);
      float[] gradient = embed(new double[x.length], x.length, 0, x.length);
      kernels.glu(floats(x), 0, rows, n, out);
      kernels.gluBackward(floats(x), floats(g), 0, rows, n, gradient);
      double bound = 20 * FUNCTION_ERROR;
      String name = kernels.name() + " n " + n;
      assertClose(name + " y", extract(out, y.length, y.length, 0, y.length), y, bound);
      assertClose(name + " gx", extract(gradient, x.length, x.length, 0, x.length), gx, 2 * bound);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void gluSaturatesWithoutOverflow(Kernels kernels) {
    float[] x = {3f, 3f, 1e30f, -1e30f};
    float[] y = new float[2];
    kernels.glu(x, 0, 1, 2, y);
    assertThat(y[0]).isEqualTo(3f);
    assertThat(y[1]).isBetween(0f, 1e-20f);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void layerNormAndItsGradient(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int n : KernelsUnderTest.awkwardSizes(kernels)) {
      int rows = 3;
      double[] x = random(random, rows * n, 2);
      Arrays.setAll(x, i -> (float) (x[i] + 5));
      double[] g = random(random, rows * n, 1);
      double[] weight = random(random, n, 1);
      double[] bias = random(random, n, 1);
      float eps = 1e-3f;
      float[] y = embed(new double[x.length], x.length, 0, x.length);
      float[] stats = new float[2 * rows];
      kernels.layerNorm(floats(x), 0, rows, n, floats(weight), floats(bias), eps, y, stats);
      float[] gx = embed(new double[x.length], x.length, 0, x.length);
      float[] gWeight = embed(new double[n], n, 0, n);
      float[] gBias = embed(new double[n], n, 0, n);
      kernels.layerNormBackward(
          floats(x), stats, floats(g), 0, rows, n, floats(weight), gx, gWeight, gBias);
      double[] expected = new double[x.length];
      double[] expectedGx = new double[x.length];
      double[] expectedWeight = new double[n];
      double[] expectedBias = new double[n];
      for (int r = 0; r < rows; r++) {
        double[] row = Arrays.copyOfRange(x, r * n, r * n + n);
        System.arraycopy(KernelOracle.layerNorm(row, weight, bias, eps), 0, expected, r * n, n);
        double[] plain = KernelOracle.layerNorm(row, filled(n, 1), new double[n], eps);
        for (int i = 0; i < n; i++) {
          expectedGx[r * n + i] = difference(row, i, weight, bias, eps, g, r * n);
          expectedWeight[i] += g[r * n + i] * plain[i];
          expectedBias[i] += g[r * n + i];
        }
      }
      // The mean is off by a few ulps of 7, and rows of one value are divided by √eps = 0.03.
      double bound = 2e-6 * 7 / 0.03;
      String name = kernels.name() + " n " + n;
      assertClose(name + " y", extract(y, x.length, x.length, 0, x.length), expected, bound);
      assertClose(name + " gx", extract(gx, x.length, x.length, 0, x.length), expectedGx, bound);
      assertClose(name + " weight", extract(gWeight, n, n, 0, n), expectedWeight, bound);
      assertClose(name + " bias", extract(gBias, n, n, 0, n), expectedBias, bound);
    }
  }

  private static double[] filled(int n, double value) {
    double[] result = new double[n];
    Arrays.fill(result, value);
    return result;
  }

  /** Central difference of Σ g y in x_i. */
  private static double difference(
      double[] row, int i, double[] weight, double[] bias, double eps, double[] g, int offset) {
    double step = 1e-5;
    double[] moved = row.clone();
    moved[i] = row[i] + step;
    double[] above = KernelOracle.layerNorm(moved, weight, bias, eps);
    moved[i] = row[i] - step;
    double[] below = KernelOracle.layerNorm(moved, weight, bias, eps);
    double sum = 0;
    for (int j = 0; j < row.length; j++) {
      sum += g[offset + j] * (above[j] - below[j]);
    }
    return sum / (2 * step);
  }
}
