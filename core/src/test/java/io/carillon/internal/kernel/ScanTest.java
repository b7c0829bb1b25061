package io.carillon.internal.kernel;

import static io.carillon.internal.kernel.Bounds.EPS;
import static io.carillon.internal.kernel.Bounds.assertClose;
import static io.carillon.internal.kernel.KernelsUnderTest.embed;
import static io.carillon.internal.kernel.KernelsUnderTest.extract;
import static io.carillon.internal.kernel.KernelsUnderTest.floats;
import static io.carillon.internal.kernel.KernelsUnderTest.maxAbs;
import static io.carillon.internal.kernel.KernelsUnderTest.random;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The recurrence and its gradients against the oracle, and the oracle against differences. */
class ScanTest {
  private static final int SEED = 20260101;

  /** One problem with everything a scan reads. */
  private record Problem(
      KernelOracle.Modes modes,
      boolean reverse,
      int length,
      double[] u,
      double[] g,
      double[] state,
      double[] stateGradient) {
    static Problem random(long seed, int modes, int channels, int length, boolean reverse) {
      SplittableRandom random = new SplittableRandom(seed);
      int plane = modes * channels;
      double[] zRe = new double[plane];
      double[] zIm = new double[plane];
      for (int i = 0; i < plane; i++) {
        zRe[i] = -Math.exp(-7 + 7 * random.nextDouble());
        zIm[i] = 6.3 * random.nextDouble();
      }
      return new Problem(
          new KernelOracle.Modes(
              modes,
              channels,
              zRe,
              zIm,
              KernelsUnderTest.random(random, plane, 1),
              KernelsUnderTest.random(random, plane, 1)),
          reverse,
          length,
          KernelsUnderTest.random(random, length * channels, 1),
          KernelsUnderTest.random(random, length * channels, 1),
          KernelsUnderTest.random(random, 2 * plane, 1),
          KernelsUnderTest.random(random, 2 * plane, 1));
    }

    int channels() {
      return modes.channels();
    }

    /**
     * Every multiply-add rounds once and its error then decays like the state, so that errors add
     * up like a random walk of at most L steps; the rounded λ is off by up to SCAN_BLOCK half-ulps
     * before the drift is corrected. Relative to the largest sum of absolute values.
     */
    double bound() {
      return EPS * (2 * Kernels.SCAN_BLOCK + 8 * Math.sqrt(length));
    }
  }

  /** Scans and keeps everything that comes out. */
  private static final class Run {
    final double[] y;
    final double[] state;
    final double[] gu;
    final double[] stateGradient;
    final ScanGradient gradient;

    Run(Kernels kernels, Problem p, int h0, int h1, int offset, int stride) {
      int channels = p.channels();
      ScanModes modes = p.modes.rounded();
      float[] u = embed(p.u, channels, offset, stride);
      double[] zeros = new double[p.u.length];
      float[] out = embed(zeros, channels, offset + 1, stride + 2);
      float[] states = embed(p.state, p.state.length, 5, p.state.length);
      float[] before = states.clone();
      kernels.scanForward(
          modes,
          h0,
          h1,
          p.reverse,
          u,
          offset,
          stride,
          out,
          offset + 1,
          stride + 2,
          p.length,
          states,
          5);
      y = extract(out, p.u.length, channels, offset + 1, stride + 2);
      state = extract(states, p.state.length, p.state.length, 5, p.state.length);
      float[] g = embed(p.g, channels, offset + 2, stride + 1);
      float[] inputGradient = embed(zeros, channels, offset, stride + 3);
      float[] ends = embed(p.stateGradient, p.state.length, 5, p.state.length);
      gradient = ScanGradient.zeros(modes.modes(), channels);
      kernels.scanBackward(
          modes,
          h0,
          h1,
          p.reverse,
          u,
          offset,
          stride,
          g,
          offset + 2,
          stride + 1,
          inputGradient,
          offset,
          stride + 3,
          p.length,
          before,
          ends,
          5,
          gradient);
      gu = extract(inputGradient, p.u.length, channels, offset, stride + 3);
      stateGradient = extract(ends, p.state.length, p.state.length, 5, p.state.length);
    }
  }

  private static void check(Kernels kernels, Problem p, String name) {
    Run run = new Run(kernels, p, 0, p.channels(), 4, p.channels() + 3);
    double[] state = p.state.clone();
    double[] y = KernelOracle.scan(p.modes, p.reverse, p.u, p.length, state);
    KernelOracle.ScanGradients expected =
        KernelOracle.scanBackward(p.modes, p.reverse, p.u, p.g, p.length, p.state, p.stateGradient);
    Problem size = absolute(p);
    double[] sizeState = size.state.clone();
    double sizeY = maxAbs(KernelOracle.scan(size.modes, p.reverse, size.u, p.length, sizeState));
    KernelOracle.ScanGradients sizes =
        KernelOracle.scanBackward(
            size.modes, p.reverse, size.u, size.g, p.length, size.state, size.stateGradient);
    double bound = p.bound();
    assertClose(name + " y", run.y, y, bound * sizeY);
    assertClose(name + " state", run.state, state, bound * maxAbs(sizeState));
    assertClose(name + " gu", run.gu, expected.u(), bound * maxAbs(sizes.u()));
    assertClose(
        name + " state gradient",
        run.stateGradient,
        expected.state(),
        bound * maxAbs(sizes.state()));
    double lambdaBound = 2 * bound * maxAbs(sizes.lambdaRe());
    assertClose(name + " Re λ", run.gradient.lambdaRe(), expected.lambdaRe(), lambdaBound);
    assertClose(name + " Im λ", run.gradient.lambdaIm(), expected.lambdaIm(), lambdaBound);
    double wBound = bound * maxAbs(sizes.wRe());
    assertClose(name + " Re w", run.gradient.wRe(), expected.wRe(), wBound);
    assertClose(name + " Im w", run.gradient.wIm(), expected.wIm(), wBound);
  }

  /** The problem of absolute values: its results bound all partial sums of the original. */
  private static Problem absolute(Problem p) {
    KernelOracle.Modes m = p.modes;
    int plane = m.wRe().length;
    double[] w = new double[plane];
    double[] state = new double[2 * plane];
    double[] gradient = new double[2 * plane];
    for (int i = 0; i < plane; i++) {
      w[i] = Math.hypot(m.wRe()[i], m.wIm()[i]);
      state[i] = Math.hypot(p.state[i], p.state[plane + i]);
      gradient[i] = Math.hypot(p.stateGradient[i], p.stateGradient[plane + i]);
    }
    return new Problem(
        new KernelOracle.Modes(
            m.modes(), m.channels(), m.zRe(), new double[plane], w, new double[plane]),
        p.reverse,
        p.length,
        Arrays.stream(p.u).map(Math::abs).toArray(),
        Arrays.stream(p.g).map(Math::abs).toArray(),
        state,
        gradient);
  }

  static List<Kernels> kernels() {
    return KernelsUnderTest.all();
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void agreesWithTheOracleAtAwkwardSizes(Kernels kernels) {
    long seed = SEED;
    for (int channels : KernelsUnderTest.awkwardSizes(kernels)) {
      for (int modes : new int[] {1, 2, 3, 4, 5, 7, 8}) {
        for (int length : new int[] {1, 2, 63, 64, 65, 131}) {
          boolean reverse = seed % 2 == 0;
          Problem p = Problem.random(seed, modes, channels, length, reverse);
          check(
              kernels,
              p,
              kernels.name() + " seed " + seed + " H " + channels + " M " + modes + " L " + length);
          seed++;
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void agreesWithTheOracleOverManyBlocks(Kernels kernels) {
    // 2,100 steps are more than two groups of blocks whose gradients are summed in float.
    check(kernels, Problem.random(SEED, 5, 3, 2100, false), kernels.name() + " forward");
    check(kernels, Problem.random(SEED + 1, 5, 3, 2100, true), kernels.name() + " reverse");
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void touchesOnlyItsChannels(Kernels kernels) {
    int lanes = kernels.lanes();
    int channels = 3 * lanes + 2;
    for (int h0 : new int[] {0, lanes, 2 * lanes}) {
      for (int h1 : new int[] {h0 + 1, h0 + lanes, channels}) {
        Problem p = Problem.random(SEED, 3, channels, 70, true);
        Run part = new Run(kernels, p, h0, h1, 0, channels);
        Run whole = new Run(kernels, p, 0, channels, 0, channels);
        String name = kernels.name() + " " + h0 + ".." + h1;
        assertRange(name + " y", part.y, whole.y, new double[part.y.length], channels, h0, h1);
        assertRange(name + " state", part.state, whole.state, p.state, channels, h0, h1);
        assertRange(name + " gu", part.gu, whole.gu, new double[part.y.length], channels, h0, h1);
        assertRange(
            name + " state gradient",
            part.stateGradient,
            whole.stateGradient,
            p.stateGradient,
            channels,
            h0,
            h1);
        double[] zeros = new double[3 * channels];
        assertRange(
            name + " w", part.gradient.wRe(), whole.gradient.wRe(), zeros, channels, h0, h1);
        assertRange(
            name + " λ",
            part.gradient.lambdaIm(),
            whole.gradient.lambdaIm(),
            zeros,
            channels,
            h0,
            h1);
      }
    }
  }

  /** Bit for bit the whole result inside h0 .. h1−1, and the old contents outside. */
  private static void assertRange(
      String name, double[] part, double[] whole, double[] before, int channels, int h0, int h1) {
    for (int i = 0; i < part.length; i++) {
      boolean inside = i % channels >= h0 && i % channels < h1;
      assertThat(part[i]).as("%s[%d]", name, i).isEqualTo(inside ? whole[i] : before[i]);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void twoChunksAreOneSequence(Kernels kernels) {
    int channels = kernels.lanes() + 1;
    int length = 5 * Kernels.SCAN_BLOCK + 9;
    Problem p = Problem.random(SEED, 4, channels, length, false);
    ScanModes modes = p.modes.rounded();
    float[] u = floats(p.u);
    float[] whole = new float[p.u.length];
    float[] state = floats(p.state);
    kernels.scanForward(
        modes, 0, channels, false, u, 0, channels, whole, 0, channels, length, state, 0);
    int cut = 2 * Kernels.SCAN_BLOCK;
    float[] parts = new float[p.u.length];
    float[] carried = floats(p.state);
    kernels.scanForward(
        modes, 0, channels, false, u, 0, channels, parts, 0, channels, cut, carried, 0);
    kernels.scanForward(
        modes,
        0,
        channels,
        false,
        u,
        cut * channels,
        channels,
        parts,
        cut * channels,
        channels,
        length - cut,
        carried,
        0);
    // Cut between blocks, so that the same operations run in the same order.
    assertThat(parts).isEqualTo(whole);
    assertThat(carried).isEqualTo(state);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void slowModesKeepTheirPhaseOverALongSequence(Kernels kernels) {
    int length = 200_000;
    double decay = -1e-6;
    double frequency = 1.2345678;
    KernelOracle.Modes modes =
        new KernelOracle.Modes(
            1,
            1,
            new double[] {decay},
            new double[] {frequency},
            new double[] {1},
            new double[] {0});
    float[] u = new float[length];
    u[0] = 1;
    float[] y = new float[length];
    kernels.scanForward(modes.rounded(), 0, 1, false, u, 0, 1, y, 0, 1, length, new float[2], 0);
    double[] expected = new double[length];
    for (int t = 0; t < length; t++) {
      expected[t] = Math.exp(decay * t) * Math.cos(frequency * t);
    }
    // A random walk of three roundings per step; without the drift the phase would be off by 0.006.
    assertClose(kernels.name() + " impulse response", y, expected, EPS * 8 * Math.sqrt(length));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void gradientsOfSlowModesKeepTheirPhaseOverALongSequence(Kernels kernels) {
    int length = 200_001;
    SplittableRandom random = new SplittableRandom(SEED);
    KernelOracle.Modes modes =
        new KernelOracle.Modes(
            1,
            1,
            new double[] {-1e-6},
            new double[] {1.2345678},
            random(random, 1, 1),
            new double[1]);
    Problem p =
        new Problem(
            modes,
            false,
            length,
            random(random, length, 1),
            random(random, length, 1),
            new double[2],
            new double[2]);
    KernelOracle.ScanGradients expected =
        KernelOracle.scanBackward(modes, false, p.u, p.g, length, p.state, p.stateGradient);
    Run run = new Run(kernels, p, 0, 1, 0, 1);
    // A sum of rounding errors of random sign, of terms that grow like the square root of L for T
    // and its 3/2th power for Q; without the drift the phase would be off by 0.006.
    double bound = EPS * 8 * Math.sqrt(length);
    assertClose(kernels.name() + " gu", run.gu, expected.u(), bound * maxAbs(expected.u()));
    double size = Math.hypot(expected.lambdaRe()[0], expected.lambdaIm()[0]);
    assertClose("Re λ", run.gradient.lambdaRe(), expected.lambdaRe(), bound * size);
    assertClose("Im λ", run.gradient.lambdaIm(), expected.lambdaIm(), bound * size);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void noStatesAreZeros(Kernels kernels) {
    int channels = kernels.lanes() + 1;
    for (int length : new int[] {1, 100, 129}) {
      Problem p = Problem.random(SEED, 3, channels, length, length == 100);
      Arrays.fill(p.state, 0);
      Arrays.fill(p.stateGradient, 0);
      Run run = new Run(kernels, p, 0, channels, 0, channels);
      float[] gu = new float[p.u.length];
      ScanGradient gradient = ScanGradient.zeros(3, channels);
      kernels.scanBackward(
          p.modes.rounded(),
          0,
          channels,
          p.reverse,
          floats(p.u),
          0,
          channels,
          floats(p.g),
          0,
          channels,
          gu,
          0,
          channels,
          length,
          null,
          null,
          0,
          gradient);
      assertThat(gu).isEqualTo(floats(run.gu));
      assertThat(gradient.lambdaRe()).isEqualTo(run.gradient.lambdaRe());
      assertThat(gradient.lambdaIm()).isEqualTo(run.gradient.lambdaIm());
      assertThat(gradient.wRe()).isEqualTo(run.gradient.wRe());
      assertThat(gradient.wIm()).isEqualTo(run.gradient.wIm());
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void silenceEndsInZeroAndNotInSubnormalNumbers(Kernels kernels) {
    int length = 64 * Kernels.SCAN_BLOCK;
    KernelOracle.Modes modes =
        new KernelOracle.Modes(
            1, 1, new double[] {-0.1}, new double[] {0.5}, new double[] {1}, new double[] {0});
    float[] state = {1f, 0f};
    kernels.scanForward(
        modes.rounded(),
        0,
        1,
        false,
        new float[length],
        0,
        1,
        new float[length],
        0,
        1,
        length,
        state,
        0);
    assertThat(state).containsExactly(0f, 0f);
  }

  @Test
  void oracleGradientsAreDerivatives() {
    for (boolean reverse : new boolean[] {false, true}) {
      Problem p = Problem.random(SEED, 2, 2, 5, reverse);
      KernelOracle.ScanGradients gradient =
          KernelOracle.scanBackward(
              p.modes, p.reverse, p.u, p.g, p.length, p.state, p.stateGradient);
      List<double[]> variables =
          new ArrayList<>(List.of(p.u, p.modes.wRe(), p.modes.wIm(), p.state));
      List<double[]> gradients =
          List.of(gradient.u(), gradient.wRe(), gradient.wIm(), gradient.state());
      for (int v = 0; v < variables.size(); v++) {
        assertClose("variable " + v, differences(p, variables.get(v)), gradients.get(v), 1e-8);
      }
      // ∂z = ∂λ conj(λ): both are complex derivatives of a real loss.
      double[] zRe = new double[4];
      double[] zIm = new double[4];
      for (int i = 0; i < 4; i++) {
        double lr = p.modes.lambdaRe(i);
        double li = p.modes.lambdaIm(i);
        zRe[i] = gradient.lambdaRe()[i] * lr + gradient.lambdaIm()[i] * li;
        zIm[i] = gradient.lambdaIm()[i] * lr - gradient.lambdaRe()[i] * li;
      }
      assertClose("Re z", differences(p, p.modes.zRe()), zRe, 1e-8);
      assertClose("Im z", differences(p, p.modes.zIm()), zIm, 1e-8);
    }
  }

  /**
   * Central differences of the loss; rounding 1e-16 / 1e-5 and truncation 1e-10 stay below 1e-9.
   */
  private static double[] differences(Problem p, double[] variable) {
    double step = 1e-5;
    double[] result = new double[variable.length];
    for (int i = 0; i < variable.length; i++) {
      double kept = variable[i];
      variable[i] = kept + step;
      double above = loss(p);
      variable[i] = kept - step;
      result[i] = (above - loss(p)) / (2 * step);
      variable[i] = kept;
    }
    return result;
  }

  private static double loss(Problem p) {
    double[] state = p.state.clone();
    double[] y = KernelOracle.scan(p.modes, p.reverse, p.u, p.length, state);
    double sum = 0;
    for (int i = 0; i < y.length; i++) {
      sum += y[i] * p.g[i];
    }
    for (int i = 0; i < state.length; i++) {
      sum += state[i] * p.stateGradient[i];
    }
    return sum;
  }
}
