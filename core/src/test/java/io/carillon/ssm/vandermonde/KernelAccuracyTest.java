package io.carillon.ssm.vandermonde;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.config.KernelKind;
import io.carillon.config.kernel.KernelCast;
import io.carillon.engine.KernelChoice;
import io.carillon.engine.Parallel;
import io.carillon.internal.kernel.Kernels;
import io.carillon.internal.kernel.ScanModes;
import io.carillon.internal.kernel.scalar.ScalarKernels;
import io.carillon.ssm.Modes;
import io.carillon.ssm.ModesGradient;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Kernels of S4D-Lin with Δ = 1e-5, which take 2e5 steps to be forgotten, against sums in double
 * precision: the error must not grow with the length.
 */
class KernelAccuracyTest {
  private static final int MODES = 4;
  private static final double STEP = 1e-5;

  /**
   * Relative to the largest value. A tap is a sum of products of two floats, each rounded once, and
   * the |w| add up to little more than the largest tap: below 6 roundings of 6e-8.
   */
  private static final double KERNEL_BOUND = 6 * 6e-8;

  /**
   * A state is rounded at every step and forgets after 2e5 steps: a random walk of 450 roundings,
   * times four because those of neighbouring steps are not independent.
   */
  private static final double RECURRENCE_BOUND = 4 * 450 * 6e-8;

  /** Sums over up to 1024 products are in single precision, 16 independent roundings, not more. */
  private static final double GRADIENT_BOUND = 16 * 6e-8;

  static Stream<Arguments> cases() {
    Stream<Kernels> kernels =
        KernelChoice.vectorAvailable()
            ? Stream.of(new ScalarKernels(), KernelChoice.select(KernelKind.VECTOR))
            : Stream.of(new ScalarKernels());
    return kernels.flatMap(
        k -> IntStream.of(4096, 65_536, 1 << 20).mapToObj(length -> Arguments.of(k, length)));
  }

  private static Modes modes() {
    double[] logRe = new double[MODES];
    double[] logIm = new double[MODES];
    double[] wRe = new double[MODES];
    double[] wIm = new double[MODES];
    for (int n = 0; n < MODES; n++) {
      logRe[n] = -STEP / 2;
      logIm[n] = STEP * Math.PI * n;
      wRe[n] = 1;
      wIm[n] = 0.5 * Math.sin(2 * n);
    }
    return new Modes(1, 1, MODES, false, logRe, logIm, wRe, wIm, null, KernelCast.REAL);
  }

  @ParameterizedTest(name = "{1} steps")
  @MethodSource("cases")
  void theErrorDoesNotGrowWithTheLength(Kernels kernels, int length) {
    Modes modes = modes();
    float[] g = new float[length];
    for (int l = 0; l < length; l++) {
      g[l] = (float) Math.cos(8.3 * STEP * l);
    }
    double[] taps = new double[length];
    ModesGradient exact = ModesGradient.zeros(modes);
    sums(modes, g, taps, exact);
    VandermondeKernel generator = new VandermondeKernel(kernels);
    float[] computed = new float[length];
    generator.kernel(modes, length, Parallel.serial(), computed);
    ModesGradient gradient = ModesGradient.zeros(modes);
    generator.gradient(modes, length, Parallel.serial(), g, gradient);

    assertThat(error(wide(computed), taps)).isLessThan(KERNEL_BOUND);
    assertThat(error(wide(impulse(kernels, modes, length)), taps)).isLessThan(RECURRENCE_BOUND);
    assertThat(error(gradient.wRe(), exact.wRe())).isLessThan(GRADIENT_BOUND);
    assertThat(error(gradient.wIm(), exact.wIm())).isLessThan(GRADIENT_BOUND);
    assertThat(error(gradient.logRe(), exact.logRe())).isLessThan(GRADIENT_BOUND);
    assertThat(error(gradient.logIm(), exact.logIm())).isLessThan(GRADIENT_BOUND);
  }

  /** Every power by itself, so that no error accumulates. */
  private static void sums(Modes modes, float[] g, double[] taps, ModesGradient gradient) {
    for (int k = 0; k < MODES; k++) {
      for (int l = 0; l < g.length; l++) {
        double size = Math.exp(modes.logRe()[k] * l);
        double re = size * Math.cos(modes.logIm()[k] * l);
        double im = size * Math.sin(modes.logIm()[k] * l);
        double tapRe = modes.wRe()[k] * re - modes.wIm()[k] * im;
        double tapIm = modes.wRe()[k] * im + modes.wIm()[k] * re;
        taps[l] += tapRe;
        gradient.wRe()[k] += g[l] * re;
        gradient.wIm()[k] -= g[l] * im;
        gradient.logRe()[k] += l * g[l] * tapRe;
        gradient.logIm()[k] -= l * g[l] * tapIm;
      }
    }
  }

  private static float[] impulse(Kernels kernels, Modes modes, int length) {
    ScanModes scan = ScanModes.allocate(MODES, 1);
    for (int m = 0; m < MODES; m++) {
      scan.set(m, 0, modes.logRe()[m], modes.logIm()[m], modes.wRe()[m], modes.wIm()[m]);
    }
    float[] u = new float[length];
    u[0] = 1;
    float[] y = new float[length];
    kernels.scanForward(scan, 0, 1, false, u, 0, 1, y, 0, 1, length, new float[2 * MODES], 0);
    return y;
  }

  private static double[] wide(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }

  private static double error(double[] actual, double[] exact) {
    double largest = 0;
    double error = 0;
    for (int i = 0; i < exact.length; i++) {
      largest = Math.max(largest, Math.abs(exact[i]));
      error = Math.max(error, Math.abs(actual[i] - exact[i]));
    }
    return error / largest;
  }
}
