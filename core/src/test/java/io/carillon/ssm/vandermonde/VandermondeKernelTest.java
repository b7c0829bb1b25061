package io.carillon.ssm.vandermonde;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.config.KernelKind;
import io.carillon.config.kernel.KernelCast;
import io.carillon.engine.KernelChoice;
import io.carillon.engine.Parallel;
import io.carillon.internal.kernel.Kernels;
import io.carillon.internal.kernel.scalar.ScalarKernels;
import io.carillon.ssm.Modes;
import io.carillon.ssm.ModesGradient;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Kernels and their gradients against direct sums of exponentials in double precision. */
class VandermondeKernelTest {
  private static final int SEED = 20260105;

  static List<Kernels> kernels() {
    return KernelChoice.vectorAvailable()
        ? List.of(new ScalarKernels(), KernelChoice.select(KernelKind.VECTOR))
        : List.of(new ScalarKernels());
  }

  private static double[] random(SplittableRandom random, int count, double low, double high) {
    double[] values = new double[count];
    Arrays.setAll(values, i -> low + (high - low) * random.nextDouble());
    return values;
  }

  private static Modes modes(
      long seed, int sets, int channels, int count, boolean shared, KernelCast cast) {
    SplittableRandom random = new SplittableRandom(seed);
    int rows = shared ? 1 : channels;
    double[] logRe = random(random, rows * count, -8, 0);
    Arrays.setAll(logRe, i -> -Math.exp(logRe[i]));
    return new Modes(
        sets,
        channels,
        count,
        shared,
        logRe,
        random(random, rows * count, 0, 6.3),
        random(random, sets * channels * count, -1, 1),
        random(random, sets * channels * count, -1, 1),
        null,
        cast);
  }

  /** Modes that grow, shifted to the end of the kernel, among modes that decay. */
  private static Modes growing(long seed, int length, double growth) {
    Modes m = modes(seed, 2, 3, 4, false, KernelCast.REAL);
    double[] shift = new double[m.logRe().length];
    for (int i = 0; i < shift.length; i += 2) {
      m.logRe()[i] = growth * (i + 1) / shift.length;
      shift[i] = length - 1;
    }
    return new Modes(
        m.sets(),
        m.channels(),
        m.modes(),
        m.shared(),
        m.logRe(),
        m.logIm(),
        m.wRe(),
        m.wIm(),
        shift,
        m.cast());
  }

  private static boolean isProduct(Modes modes, int h) {
    return modes.cast() == KernelCast.PROD
        || modes.cast() == KernelCast.REAL_PROD && h >= modes.channels() / 2;
  }

  /** exp(z steps) as {re, im}. */
  private static double[] power(Modes modes, int z, double steps) {
    double size = Math.exp(modes.logRe()[z] * steps);
    double phase = modes.logIm()[z] * steps;
    return new double[] {size * Math.cos(phase), size * Math.sin(phase)};
  }

  private static double steps(Modes modes, int z, int l) {
    return l - (modes.shift() == null ? 0 : modes.shift()[z]);
  }

  /** k[c][h][l] as {re, im}. */
  private static double[] complexTap(Modes modes, int c, int h, int l) {
    double re = 0;
    double im = 0;
    for (int m = 0; m < modes.modes(); m++) {
      int z = modes.logRow(h) + m;
      int w = modes.wRow(c, h) + m;
      double[] e = power(modes, z, steps(modes, z, l));
      re += modes.wRe()[w] * e[0] - modes.wIm()[w] * e[1];
      im += modes.wRe()[w] * e[1] + modes.wIm()[w] * e[0];
    }
    return new double[] {re, im};
  }

  private static double tap(Modes modes, int c, int h, int l) {
    double[] k = complexTap(modes, c, h, l);
    return isProduct(modes, h) ? k[0] * k[1] : k[0];
  }

  private static double[] direct(Modes modes, int length) {
    double[] k = new double[modes.sets() * modes.channels() * length];
    for (int i = 0; i < k.length; i++) {
      int row = i / length;
      k[i] = tap(modes, row / modes.channels(), row % modes.channels(), i % length);
    }
    return k;
  }

  private static ModesGradient directGradient(Modes modes, int length, double[] g) {
    ModesGradient gradient = ModesGradient.zeros(modes);
    for (int i = 0; i < g.length; i++) {
      int row = i / length;
      int h = row % modes.channels();
      int l = i % length;
      double gRe = g[i];
      double gIm = 0;
      if (isProduct(modes, h)) {
        double[] k = complexTap(modes, row / modes.channels(), h, l);
        gRe = g[i] * k[1];
        gIm = g[i] * k[0];
      }
      for (int m = 0; m < modes.modes(); m++) {
        int z = modes.logRow(h) + m;
        int w = modes.wRow(row / modes.channels(), h) + m;
        double steps = steps(modes, z, l);
        double[] e = power(modes, z, steps);
        double re = e[0] * gRe + e[1] * gIm;
        double im = e[0] * gIm - e[1] * gRe;
        gradient.wRe()[w] += re;
        gradient.wIm()[w] += im;
        gradient.logRe()[z] += steps * (modes.wRe()[w] * re + modes.wIm()[w] * im);
        gradient.logIm()[z] += steps * (modes.wRe()[w] * im - modes.wIm()[w] * re);
      }
    }
    return gradient;
  }

  /** Relative to the largest value, or to terms of size 1 where they cancel. */
  private static void assertClose(String name, double[] actual, double[] expected, double error) {
    double size = Arrays.stream(expected).map(Math::abs).reduce(1, Math::max);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i])
          .as("%s[%d], largest %s", name, i, size)
          .isBetween(expected[i] - error * size, expected[i] + error * size);
    }
  }

  private static double[] doubles(float[] values) {
    double[] result = new double[values.length];
    Arrays.setAll(result, i -> values[i]);
    return result;
  }

  /**
   * A and P are rounded to float and products are summed in float: a few ulps of each term, and
   * terms of M modes cancel by a factor of up to about √M.
   */
  private static double tolerance(Modes modes) {
    return 5e-7 * Math.sqrt(modes.modes() + 4.0);
  }

  private static void check(Kernels kernels, Modes modes, int length, String name) {
    float[] k = new float[modes.sets() * modes.channels() * length];
    Arrays.fill(k, Float.NaN);
    VandermondeKernel generator = new VandermondeKernel(kernels);
    generator.kernel(modes, length, Parallel.serial(), k);
    assertClose(name, doubles(k), direct(modes, length), tolerance(modes));
    double[] g = new double[k.length];
    SplittableRandom random = new SplittableRandom(SEED);
    float[] gFloat = new float[k.length];
    for (int i = 0; i < g.length; i++) {
      gFloat[i] = (float) (2 * random.nextDouble() - 1);
      g[i] = gFloat[i];
    }
    ModesGradient actual = ModesGradient.zeros(modes);
    generator.gradient(modes, length, Parallel.serial(), gFloat, actual);
    ModesGradient expected = directGradient(modes, length, g);
    // Sums over L taps of random signs: twice the tolerance of one tap.
    double error = 2 * tolerance(modes);
    assertClose(name + " ∂Re w", actual.wRe(), expected.wRe(), error);
    assertClose(name + " ∂Im w", actual.wIm(), expected.wIm(), error);
    assertClose(name + " ∂Re z", actual.logRe(), expected.logRe(), error);
    assertClose(name + " ∂Im z", actual.logIm(), expected.logIm(), error);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void agreesWithDirectSums(Kernels kernels) {
    for (boolean shared : new boolean[] {false, true}) {
      for (int length : new int[] {1, 2, 15, 16, 17, 100, 257}) {
        for (int count : new int[] {1, 5, 33}) {
          check(
              kernels,
              modes(SEED + length, 2, 3, count, shared, KernelCast.REAL),
              length,
              kernels.name() + " shared " + shared + " L " + length + " M " + count);
        }
      }
    }
    check(kernels, modes(SEED, 1, 2, 3, true, KernelCast.REAL), 5000, kernels.name() + " long");
  }

  @ParameterizedTest
  @EnumSource(KernelCast.class)
  void castsAreApplied(KernelCast cast) {
    for (Kernels kernels : kernels()) {
      for (boolean shared : new boolean[] {false, true}) {
        check(kernels, modes(SEED, 2, 5, 4, shared, cast), 70, kernels.name() + " " + cast);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void growingModesAreShiftedToTheEnd(Kernels kernels) {
    for (int length : new int[] {1, 20, 100, 333}) {
      check(kernels, growing(SEED, length, 0.05), length, kernels.name() + " growing " + length);
    }
    // Modes that grow by e^7 per step would overflow in blocks of 16.
    check(kernels, growing(SEED, 100, 7), 100, kernels.name() + " growing fast");
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void manySharedModesRunInSeveralChunks(Kernels kernels) {
    // 2 sets of 300 channels are 600 rows per block of taps, so that a chunk holds one block.
    Modes modes = modes(SEED, 2, 300, 6, true, KernelCast.REAL);
    check(kernels, modes, 90, kernels.name() + " many channels");
  }

  /** 512 modes are rows of 1024 numbers, which are padded; 520 are not. */
  @ParameterizedTest
  @MethodSource("kernels")
  void hundredsOfSharedModes(Kernels kernels) {
    for (int count : new int[] {512, 520}) {
      for (KernelCast cast : new KernelCast[] {KernelCast.REAL, KernelCast.PROD}) {
        check(
            kernels,
            modes(SEED, 1, 3, count, true, cast),
            150,
            kernels.name() + " " + cast + " M " + count);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void isExactAtAMillionSteps(Kernels kernels) {
    int length = 1 << 20;
    Modes modes =
        new Modes(
            1,
            1,
            3,
            true,
            new double[] {-1e-7, -3e-6, 0},
            new double[] {1.2345, 3.1, 1e-5},
            new double[] {1, -0.5, 0.25},
            new double[] {0.5, 1, -1},
            null,
            KernelCast.REAL);
    float[] k = new float[length];
    new VandermondeKernel(kernels).kernel(modes, length, Parallel.serial(), k);
    for (int l = 0; l < length; l += 997) {
      double expected = tap(modes, 0, 0, l);
      assertThat((double) k[l]).as("tap %d", l).isBetween(expected - 1e-6, expected + 1e-6);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void strongDecayUnderflowsToZero(Kernels kernels) {
    Modes modes =
        new Modes(
            1,
            1,
            1,
            false,
            new double[] {-50},
            new double[] {1},
            new double[] {1},
            new double[] {0},
            null,
            KernelCast.REAL);
    float[] k = new float[300];
    new VandermondeKernel(kernels).kernel(modes, 300, Parallel.serial(), k);
    assertThat(k[0]).isEqualTo(1f);
    assertThat(Arrays.copyOfRange(k, 2, 300)).containsOnly(0f);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void resultsDoNotDependOnThreads(Kernels kernels) {
    for (boolean shared : new boolean[] {false, true}) {
      Modes modes = modes(SEED, 2, 9, 40, shared, KernelCast.PROD);
      int length = 200;
      float[] g = new float[2 * 9 * length];
      Arrays.fill(g, 0.3f);
      float[][] k = new float[2][2 * 9 * length];
      ModesGradient[] gradients = {ModesGradient.zeros(modes), ModesGradient.zeros(modes)};
      for (int i = 0; i < 2; i++) {
        try (Parallel parallel = Parallel.of(1 + 2 * i)) {
          VandermondeKernel generator = new VandermondeKernel(kernels);
          generator.kernel(modes, length, parallel, k[i]);
          generator.gradient(modes, length, parallel, g, gradients[i]);
        }
      }
      assertThat(k[1]).isEqualTo(k[0]);
      assertThat(gradients[1].logRe()).isEqualTo(gradients[0].logRe());
      assertThat(gradients[1].logIm()).isEqualTo(gradients[0].logIm());
      assertThat(gradients[1].wRe()).isEqualTo(gradients[0].wRe());
      assertThat(gradients[1].wIm()).isEqualTo(gradients[0].wIm());
    }
  }

  @Test
  void directGradientIsTheDerivative() {
    for (KernelCast cast : new KernelCast[] {KernelCast.REAL, KernelCast.REAL_PROD}) {
      Modes modes = modes(SEED, 1, 2, 2, true, cast);
      int length = 6;
      double[] g = random(new SplittableRandom(SEED), 2 * length, -1, 1);
      ModesGradient gradient = directGradient(modes, length, g);
      List<double[]> variables = List.of(modes.logRe(), modes.logIm(), modes.wRe(), modes.wIm());
      List<double[]> gradients =
          List.of(gradient.logRe(), gradient.logIm(), gradient.wRe(), gradient.wIm());
      for (int v = 0; v < variables.size(); v++) {
        double[] x = variables.get(v);
        for (int i = 0; i < x.length; i++) {
          double kept = x[i];
          x[i] = kept + 1e-5;
          double above = dot(g, direct(modes, length));
          x[i] = kept - 1e-5;
          double slope = (above - dot(g, direct(modes, length))) / 2e-5;
          x[i] = kept;
          // Truncation of central differences is of order 1e-10, rounding of order 1e-11.
          assertThat(gradients.get(v)[i]).isBetween(slope - 1e-7, slope + 1e-7);
        }
      }
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
