package io.carillon.internal.kernel;

import static io.carillon.internal.kernel.Bounds.EPS;
import static io.carillon.internal.kernel.Bounds.assertClose;
import static io.carillon.internal.kernel.KernelsUnderTest.embed;
import static io.carillon.internal.kernel.KernelsUnderTest.extract;
import static io.carillon.internal.kernel.KernelsUnderTest.random;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Single steps of the recurrence against the oracle. */
class ScanStepTest {
  private static final int SEED = 20260401;

  static List<Kernels> kernels() {
    return KernelsUnderTest.all();
  }

  private static KernelOracle.Modes modes(SplittableRandom random, int count, int channels) {
    int plane = count * channels;
    double[] zRe = new double[plane];
    double[] zIm = new double[plane];
    for (int i = 0; i < plane; i++) {
      zRe[i] = -Math.exp(-7 + 7 * random.nextDouble());
      zIm[i] = 6.3 * random.nextDouble();
    }
    return new KernelOracle.Modes(
        count, channels, zRe, zIm, random(random, plane, 1), random(random, plane, 1));
  }

  /**
   * States and inputs of size 1: a state is at most 1 + T steps' worth, each multiply-add rounds
   * once, and T ≤ 40 steps with M modes add up to below M (1 + T) T roundings of a number of size
   * 1.
   */
  @ParameterizedTest
  @MethodSource("kernels")
  void agreesWithTheOracle(Kernels kernels) {
    int seed = SEED;
    for (int channels : KernelsUnderTest.awkwardSizes(kernels)) {
      for (int count : new int[] {1, 2, 5}) {
        SplittableRandom random = new SplittableRandom(seed);
        KernelOracle.Modes modes = modes(random, count, channels);
        ScanModes rounded = modes.rounded();
        double[] state = random(random, 2 * count * channels, 1);
        float[] states = embed(state, state.length, 3, state.length);
        for (int t = 1; t <= 40; t++) {
          String what = kernels.name() + ", seed " + seed + ", step " + t;
          double[] u = random(random, channels, 1);
          double[] before = random(random, channels, 1);
          float[] y = embed(before, channels, 2, channels);
          kernels.scanStep(
              rounded, 0, channels, embed(u, channels, 1, channels), 1, y, 2, states, 3);
          double[] expected = KernelOracle.scan(modes, false, u, 1, state);
          for (int h = 0; h < channels; h++) {
            expected[h] += before[h];
          }
          double bound = EPS * 4 * (count + 1) * (1 + t) * (1 + t);
          assertClose(what + " y", extract(y, channels, channels, 2, channels), expected, bound);
          assertClose(
              what + " state",
              extract(states, state.length, state.length, 3, state.length),
              state,
              bound);
        }
        seed++;
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void touchesOnlyItsChannels(Kernels kernels) {
    int channels = 2 * kernels.lanes() + 3;
    SplittableRandom random = new SplittableRandom(SEED);
    ScanModes modes = modes(random, 3, channels).rounded();
    float[] u = KernelsUnderTest.floats(random(random, channels, 1));
    float[] start = KernelsUnderTest.floats(random(random, 6 * channels, 1));
    float[] whole = start.clone();
    float[] wholeY = new float[channels];
    kernels.scanStep(modes, 0, channels, u, 0, wholeY, 0, whole, 0);
    float[] parts = start.clone();
    float[] partsY = new float[channels];
    for (int h = 0; h < channels; h += kernels.lanes()) {
      float[] before = partsY.clone();
      int end = Math.min(channels, h + kernels.lanes());
      kernels.scanStep(modes, h, end, u, 0, partsY, 0, parts, 0);
      assertThat(Arrays.copyOf(partsY, h)).containsExactly(Arrays.copyOf(before, h));
      assertThat(Arrays.copyOfRange(partsY, end, channels))
          .containsExactly(Arrays.copyOfRange(before, end, channels));
    }
    assertThat(partsY).containsExactly(wholeY);
    assertThat(parts).containsExactly(whole);
  }

  /** For numbers of streams around those that go together, and a row of y wider than needed. */
  @ParameterizedTest
  @MethodSource("kernels")
  void manyStreamsAreSingleStepsToTheBit(Kernels kernels) {
    for (int channels : KernelsUnderTest.awkwardSizes(kernels)) {
      SplittableRandom random = new SplittableRandom(SEED + channels);
      int count = 1 + channels % 5;
      ScanModes modes = modes(random, count, channels).rounded();
      int size = 2 * count * channels;
      int width = channels + 3;
      for (int streams : new int[] {1, 3, 4, 5, 9}) {
        float[][][] together = new float[streams + 1][2][];
        float[][] alone = new float[streams + 1][];
        for (int r = 0; r <= streams; r++) {
          alone[r] = KernelsUnderTest.floats(random(random, 5 + size, 1));
          together[r][1] = alone[r].clone();
        }
        float[] u = KernelsUnderTest.floats(random(random, (streams + 1) * channels, 1));
        float[] y = KernelsUnderTest.floats(random(random, 2 + (streams + 1) * width, 1));
        float[] expected = y.clone();
        kernels.scanSteps(modes, u, y, 2, width, together, 1, 5, 1, 1 + streams);
        for (int r = 1; r <= streams; r++) {
          int at = 2 + r * width;
          kernels.scanStep(modes, 0, channels, u, r * channels, expected, at, alone[r], 5);
        }
        String what = kernels.name() + ", " + channels + " channels, " + streams + " streams";
        assertThat(y).as(what).containsExactly(expected);
        for (int r = 0; r <= streams; r++) {
          assertThat(together[r][1]).as(what).containsExactly(alone[r]);
        }
      }
    }
  }

  /**
   * A mode that remembers 100,000 steps and makes a quarter turn in each. Multiplied by fl(λ), its
   * phase would be off by up to 100,000 half-ulps, 6e-3 radians, when it has decayed to 1/e.
   * Rounding at random leaves √steps of them at most.
   */
  @ParameterizedTest
  @MethodSource("kernels")
  void thePhaseStaysExactOverManySteps(Kernels kernels) {
    int channels = kernels.lanes();
    double[] zRe = new double[channels];
    double[] zIm = new double[channels];
    double[] w = new double[channels];
    Arrays.fill(zRe, -1e-5);
    for (int h = 0; h < channels; h++) {
      zIm[h] = 1.5 + 0.01 * h;
      w[h] = 1;
    }
    ScanModes modes =
        new KernelOracle.Modes(1, channels, zRe, zIm, w, new double[channels]).rounded();
    float[] state = new float[2 * channels];
    float[] y = new float[channels];
    float[] u = new float[channels];
    Arrays.fill(u, 1f);
    kernels.scanStep(modes, 0, channels, u, 0, y, 0, state, 0);
    Arrays.fill(u, 0f);
    int steps = 100_000;
    for (int t = 0; t < steps; t++) {
      kernels.scanStep(modes, 0, channels, u, 0, y, 0, state, 0);
    }
    for (int h = 0; h < channels; h++) {
      double size = Math.exp(steps * zRe[h]);
      double bound = 4 * EPS * Math.sqrt(steps);
      assertThat((double) state[h])
          .as("%s, channel %d", kernels.name(), h)
          .isCloseTo(size * Math.cos(steps * zIm[h]), within(bound));
      assertThat((double) state[channels + h])
          .isCloseTo(size * Math.sin(steps * zIm[h]), within(bound));
    }
  }

  private static org.assertj.core.data.Offset<Double> within(double bound) {
    return org.assertj.core.data.Offset.offset(bound);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void silenceEndsInZeroNotInSubnormalNumbers(Kernels kernels) {
    int channels = kernels.lanes() + 1;
    double[] zRe = new double[channels];
    Arrays.fill(zRe, -0.5);
    double[] ones = new double[channels];
    Arrays.fill(ones, 1);
    ScanModes modes =
        new KernelOracle.Modes(1, channels, zRe, ones, ones, new double[channels]).rounded();
    float[] state = new float[2 * channels];
    Arrays.fill(state, 1f);
    for (int t = 0; t < 300; t++) {
      kernels.scanStep(
          modes, 0, channels, new float[channels], 0, new float[channels], 0, state, 0);
      for (float x : state) {
        assertThat(x == 0f || Math.abs(x) > Float.MIN_NORMAL).isTrue();
      }
    }
    assertThat(state).containsOnly(0f);
  }
}
