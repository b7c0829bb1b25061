package io.carillon.internal.kernel;

import static io.carillon.internal.kernel.Bounds.EPS;
import static io.carillon.internal.kernel.Bounds.assertClose;
import static io.carillon.internal.kernel.KernelsUnderTest.embed;
import static io.carillon.internal.kernel.KernelsUnderTest.extract;
import static io.carillon.internal.kernel.KernelsUnderTest.floats;
import static io.carillon.internal.kernel.KernelsUnderTest.random;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Matrix products against the oracle. */
class LinearTest {
  private static final int SEED = 20260102;
  private static final int[] ROWS = {1, 2, 3, 4, 5, 10, 11, 23};

  static List<Kernels> kernels() {
    return KernelsUnderTest.all();
  }

  /**
   * All factors are below 1: a sum of n products has rounding errors of at most n ulps of the
   * partial sums (below n) in theory and of about √n times their size in practice.
   */
  private static double bound(int terms) {
    return EPS * 4 * (terms + 4) * Math.max(1, Math.sqrt(terms) / 8);
  }

  private static int[] sizes(Kernels kernels) {
    int lanes = kernels.lanes();
    return new int[] {1, 3, lanes, 2 * lanes - 1, 2 * lanes, 2 * lanes + 1, 5 * lanes};
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void forwardIsTheMatrixProduct(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int in : new int[] {1, 7, 16, 33, 255, 256, 257, 600}) {
      for (int out : sizes(kernels)) {
        for (int rows : ROWS) {
          boolean biased = random.nextBoolean();
          double[] x = random(random, rows * in, 1);
          double[] weight = random(random, out * in, 1);
          double[] bias = biased ? random(random, out, 1) : null;
          int size = rows * out;
          float[] y = embed(new double[size], size, 0, size);
          float[] b = biased ? floats(bias) : null;
          double[] expected = KernelOracle.linear(x, weight, bias, rows, in, out);
          String name = kernels.name() + " " + rows + "x" + in + "->" + out;
          kernels.linear(floats(x), 0, rows, in, floats(weight), b, out, y);
          assertClose(name, extract(y, size, size, 0, size), expected, bound(in));
          float[] packed =
              kernels.pack(floats(weight), in, out, new float[kernels.packedSize(in, out)]);
          kernels.linearPacked(floats(x), 0, rows, in, packed, b, out, y);
          assertClose("packed " + name, extract(y, size, size, 0, size), expected, bound(in));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void inputGradientIsTheTransposedProduct(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(SEED + 1);
    for (int out : new int[] {1, 7, 16, 33, 256, 300}) {
      for (int in : sizes(kernels)) {
        for (int rows : ROWS) {
          double[] g = random(random, rows * out, 1);
          double[] weight = random(random, out * in, 1);
          int size = rows * in;
          float[] gx = embed(new double[size], size, 0, size);
          kernels.linearBackwardInput(floats(g), 0, rows, out, floats(weight), in, gx);
          assertClose(
              kernels.name() + " " + rows + "x" + out + "->" + in,
              extract(gx, size, size, 0, size),
              KernelOracle.linear(g, KernelOracle.transpose(weight, out, in), null, rows, out, in),
              bound(out));
        }
      }
    }
  }

  /** More columns than are packed at a time, with whole last groups and panels and without. */
  @ParameterizedTest
  @MethodSource("kernels")
  void manyColumnsGoInGroups(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(SEED + 3);
    int terms = 300;
    for (int columns : new int[] {512, 513, 1024, 1100}) {
      for (int rows : new int[] {4, 23}) {
        double[] x = random(random, rows * terms, 1);
        double[] weight = random(random, columns * terms, 1);
        double[] bias = random(random, columns, 1);
        double[] expected = KernelOracle.linear(x, weight, bias, rows, terms, columns);
        int size = rows * columns;
        String name = kernels.name() + " " + rows + "x" + terms + "->" + columns;
        float[] y = new float[size];
        kernels.linear(floats(x), 0, rows, terms, floats(weight), floats(bias), columns, y);
        assertClose(name, extract(y, size, size, 0, size), expected, bound(terms));
        float[] packed =
            kernels.pack(
                floats(weight), terms, columns, new float[kernels.packedSize(terms, columns)]);
        kernels.linearPacked(floats(x), 0, rows, terms, packed, floats(bias), columns, y);
        assertClose("packed " + name, extract(y, size, size, 0, size), expected, bound(terms));
        double[] transposed = KernelOracle.transpose(weight, columns, terms);
        kernels.linearBackwardInput(floats(x), 0, rows, terms, floats(transposed), columns, y);
        assertClose(
            "gradient " + name,
            extract(y, size, size, 0, size),
            KernelOracle.linear(x, weight, null, rows, terms, columns),
            bound(terms));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void weightGradientSumsOverRows(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(SEED + 2);
    for (int rows : new int[] {1, 5, 255, 257, 520}) {
      for (int in : sizes(kernels)) {
        for (int out : new int[] {1, 3, 10, 15, kernels.lanes() + 1}) {
          double[] g = random(random, rows * out, 1);
          double[] x = random(random, rows * in, 1);
          double[] before = random(random, out * in, 1);
          double[] biasBefore = random(random, out, 1);
          double[] expected =
              KernelOracle.linear(
                  KernelOracle.transpose(g, rows, out),
                  KernelOracle.transpose(x, rows, in),
                  null,
                  out,
                  rows,
                  in);
          Arrays.setAll(expected, i -> expected[i] + before[i]);
          double[] bias = biasBefore.clone();
          for (int i = 0; i < g.length; i++) {
            bias[i % out] += g[i];
          }
          float[] gWeight = embed(before, before.length, 0, before.length);
          float[] gBias = embed(biasBefore, out, 0, out);
          kernels.linearBackwardWeight(
              floats(g), floats(x), 0, rows, out, in, 0, out, gWeight, gBias);
          String name = kernels.name() + " " + rows + " rows " + in + "->" + out;
          assertClose(
              name,
              extract(gWeight, before.length, before.length, 0, before.length),
              expected,
              bound(rows));
          assertClose(name + " bias", extract(gBias, out, out, 0, out), bias, bound(rows));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void partsOfTheRowsOrOutputsAreTheSameBitsAsTheWhole(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(SEED + 3);
    int rows = 37;
    int in = 19;
    int out = 21;
    float[] x = floats(random(random, rows * in, 1));
    float[] g = floats(random(random, rows * out, 1));
    float[] weight = floats(random(random, out * in, 1));
    float[] y = new float[rows * out];
    float[] gx = new float[rows * in];
    float[] gWeight = new float[out * in];
    float[] gBias = new float[out];
    kernels.linear(x, 0, rows, in, weight, null, out, y);
    kernels.linearBackwardInput(g, 0, rows, out, weight, in, gx);
    kernels.linearBackwardWeight(g, x, 0, rows, out, in, 0, out, gWeight, gBias);
    float[] partY = new float[rows * out];
    float[] partGx = new float[rows * in];
    for (int r = 0; r < rows; r += 8) {
      int end = Math.min(rows, r + 8);
      kernels.linear(x, r, end, in, weight, null, out, partY);
      kernels.linearBackwardInput(g, r, end, out, weight, in, partGx);
    }
    float[] partWeight = new float[out * in];
    float[] partBias = new float[out];
    kernels.linearBackwardWeight(g, x, 0, rows, out, in, 0, 5, partWeight, partBias);
    assertThat(Arrays.copyOfRange(partWeight, 5 * in, out * in)).containsOnly(0f);
    kernels.linearBackwardWeight(g, x, 0, rows, out, in, 5, out, partWeight, partBias);
    float[] sumWeight = new float[out * in];
    float[] sumBias = new float[out];
    kernels.linearBackwardWeight(g, x, 0, 11, out, in, 0, out, sumWeight, sumBias);
    kernels.linearBackwardWeight(g, x, 11, rows, out, in, 0, out, sumWeight, sumBias);
    assertThat(partY).isEqualTo(y);
    assertThat(partGx).isEqualTo(gx);
    assertThat(partWeight).isEqualTo(gWeight);
    assertThat(partBias).isEqualTo(gBias);
    assertClose("weights of two ranges of rows", sumWeight, gWeight, bound(rows));
    assertClose("biases of two ranges of rows", sumBias, gBias, bound(rows));
  }
}
