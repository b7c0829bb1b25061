package io.carillon.internal.kernel.fft;

import static io.carillon.internal.kernel.Bounds.EPS;
import static io.carillon.internal.kernel.Bounds.assertClose;
import static io.carillon.internal.kernel.KernelsUnderTest.embed;
import static io.carillon.internal.kernel.KernelsUnderTest.extract;
import static io.carillon.internal.kernel.KernelsUnderTest.floats;
import static io.carillon.internal.kernel.KernelsUnderTest.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.internal.kernel.KernelOracle;
import io.carillon.internal.kernel.Kernels;
import io.carillon.internal.kernel.KernelsUnderTest;
import io.carillon.internal.kernel.scalar.ScalarKernels;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** FFT convolution and its gradients against direct sums in double precision. */
class FftConvolverTest {
  private static final int SEED = 20260104;

  static List<Kernels> kernels() {
    return KernelsUnderTest.all();
  }

  /**
   * A transform of n points has a relative error of about ε log2 n in the 2-norm; three of them and
   * a product bound every output by the norms of both factors.
   */
  private static double bound(double[] a, double[] b, int length, int taps) {
    double log = Math.log(2.0 * (length + taps)) / Math.log(2);
    return 4 * EPS * (log + 2) * norm(a) * norm(b);
  }

  private static double norm(double[] x) {
    return Math.sqrt(Arrays.stream(x).map(v -> v * v).sum());
  }

  private static double[] column(double[] rows, int width, int h) {
    double[] result = new double[rows.length / width];
    Arrays.setAll(result, t -> rows[t * width + h]);
    return result;
  }

  private static double[] row(double[] rows, int width, int h) {
    return Arrays.copyOfRange(rows, h * width, h * width + width);
  }

  private static void check(
      Kernels kernels, int maxLength, int length, int past, int future, int channels, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] u = random(random, length * channels, 1);
    double[] g = random(random, length * channels, 1);
    double[] before = random(random, length * channels, 1);
    double[] kPast = random(random, channels * past, 1);
    double[] kFuture = random(random, channels * future, 1);
    FftConvolver plan = new FftConvolver(kernels, maxLength, past, future, channels);
    float[] scratch = new float[plan.scratchSize()];
    Arrays.fill(scratch, Float.NaN);
    boolean add = seed % 2 == 0;
    float[] spectrum = new float[plan.spectrumSize(channels)];
    plan.kernelSpectrum(
        embed(kPast, past, 3, past),
        3,
        embed(kFuture, Math.max(1, future), 1, Math.max(1, future)),
        1,
        0,
        channels,
        spectrum,
        scratch);
    int stride = channels + 2;
    float[] y = embed(before, channels, 5, stride);
    plan.convolve(
        spectrum,
        0,
        channels,
        embed(u, channels, 1, stride),
        1,
        stride,
        y,
        5,
        stride,
        add,
        length,
        scratch);
    float[] gu = embed(before, channels, 2, stride);
    float[] gSpectrum = new float[plan.spectrumSize(channels)];
    plan.backward(
        spectrum,
        0,
        channels,
        embed(u, channels, 1, stride),
        1,
        stride,
        embed(g, channels, 4, stride),
        4,
        stride,
        gu,
        2,
        stride,
        add,
        length,
        gSpectrum,
        scratch);
    float[] gPast = floats(kPast);
    float[] gFuture = floats(kFuture);
    plan.kernelGradient(gSpectrum, 0, channels, gPast, 0, gFuture, 0);
    double[] yOut = extract(y, u.length, channels, 5, stride);
    double[] guOut = extract(gu, u.length, channels, 2, stride);
    for (int h = 0; h < channels; h++) {
      String name =
          kernels.name()
              + " L "
              + length
              + "/"
              + maxLength
              + " P "
              + past
              + " F "
              + future
              + " channel "
              + h
              + "/"
              + channels
              + (add ? " added" : " overwritten")
              + " seed "
              + seed;
      double[] uh = column(u, channels, h);
      double[] gh = column(g, channels, h);
      double[] p = row(kPast, past, h);
      double[] f = row(kFuture, future, h);
      double[] both = Arrays.copyOf(p, past + future);
      System.arraycopy(f, 0, both, past, future);
      double[] old = add ? column(before, channels, h) : new double[length];
      assertClose(
          name + " y",
          column(yOut, channels, h),
          sum(old, KernelOracle.convolve(uh, p, f)),
          EPS * 4 + bound(uh, both, length, past + future));
      assertClose(
          name + " gu",
          column(guOut, channels, h),
          sum(old, KernelOracle.convolveInputGradient(gh, p, f)),
          EPS * 4 + bound(gh, both, length, past + future));
      double kernelBound = EPS * 4 + bound(uh, gh, length, past + future);
      assertClose(
          name + " past",
          row(doubles(gPast), past, h),
          sum(p, KernelOracle.convolveKernelGradient(uh, gh, past, 0)),
          kernelBound);
      assertClose(
          name + " future",
          row(doubles(gFuture), future, h),
          sum(f, KernelOracle.convolveKernelGradient(uh, gh, future, 1)),
          kernelBound);
    }
  }

  private static double[] sum(double[] a, double[] b) {
    double[] result = new double[a.length];
    Arrays.setAll(result, i -> a[i] + b[i]);
    return result;
  }

  private static double[] doubles(float[] values) {
    double[] result = new double[values.length];
    Arrays.setAll(result, i -> values[i]);
    return result;
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void wholeKernelsOfManyLengths(Kernels kernels) {
    for (int length : new int[] {1, 2, 3, 7, 8, 9, 16, 17, 64, 100, 129, 1000}) {
      check(kernels, length, length, length, 0, 3, SEED + length);
      check(kernels, length, length, length, length, 2, SEED + length);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void numbersOfChannels(Kernels kernels) {
    for (int channels : KernelsUnderTest.awkwardSizes(kernels)) {
      check(kernels, 50, 50, 50, 20, channels, SEED + channels);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void shortKernelsOverLongSequences(Kernels kernels) {
    check(kernels, 3000, 3000, 1, 0, 2, SEED);
    check(kernels, 3000, 3000, 5, 0, 2, SEED + 1);
    check(kernels, 3000, 3000, 40, 17, 2, SEED + 2);
    check(kernels, 3000, 3000, 3, 100, 2, SEED + 3);
    check(kernels, 3000, 2999, 700, 0, 2, SEED + 4);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void sequencesShorterThanThePlanAndKernelsLongerThanTheSequence(Kernels kernels) {
    check(kernels, 100, 1, 100, 100, 2, SEED);
    check(kernels, 100, 37, 100, 100, 2, SEED + 1);
    check(kernels, 20, 20, 100, 64, 2, SEED + 2);
    check(kernels, 1000, 200, 30, 30, 2, SEED + 3);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void longSequencesAtSampledOutputs(Kernels kernels) {
    for (int length : new int[] {4096, 65_536}) {
      SplittableRandom random = new SplittableRandom(SEED + length);
      double[] u = random(random, length, 1);
      double[] k = random(random, length, 1);
      FftConvolver plan = new FftConvolver(kernels, length, length, 0, 1);
      float[] scratch = new float[plan.scratchSize()];
      float[] spectrum = new float[plan.spectrumSize(1)];
      plan.kernelSpectrum(floats(k), 0, null, 0, 0, 1, spectrum, scratch);
      float[] y = new float[length];
      plan.convolve(spectrum, 0, 1, floats(u), 0, 1, y, 0, 1, false, length, scratch);
      double bound = bound(u, k, length, length);
      for (int i = 0; i < 100; i++) {
        int t = i == 0 ? length - 1 : random.nextInt(length);
        double expected = 0;
        for (int j = 0; j <= t; j++) {
          expected += k[j] * u[t - j];
        }
        assertThat((double) y[t])
            .as("%s L %d y[%d]", kernels.name(), length, t)
            .isBetween(expected - bound, expected + bound);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void channelRangesAreTheSameBitsAsTheWhole(Kernels kernels) {
    int length = 75;
    FftConvolver plan = new FftConvolver(kernels, length, length, 0, 1000);
    int channels = 2 * plan.blockChannels() + 3;
    SplittableRandom random = new SplittableRandom(SEED);
    float[] u = floats(random(random, length * channels, 1));
    float[] g = floats(random(random, length * channels, 1));
    float[] k = floats(random(random, length * channels, 1));
    float[][] whole = run(plan, u, g, k, channels, length, channels);
    float[][] parts = run(plan, u, g, k, channels, length, plan.blockChannels());
    assertThat(parts).isDeepEqualTo(whole);
  }

  private static float[][] run(
      FftConvolver plan, float[] u, float[] g, float[] k, int channels, int length, int step) {
    float[] spectrum = new float[plan.spectrumSize(channels)];
    float[] gSpectrum = new float[plan.spectrumSize(channels)];
    float[] scratch = new float[plan.scratchSize()];
    float[] y = new float[length * channels];
    float[] gu = new float[length * channels];
    float[] gk = new float[length * channels];
    for (int h = 0; h < channels; h += step) {
      int end = Math.min(channels, h + step);
      plan.kernelSpectrum(k, 0, null, 0, h, end, spectrum, scratch);
      plan.convolve(spectrum, h, end, u, 0, channels, y, 0, channels, false, length, scratch);
      plan.backward(
          spectrum, h, end, u, 0, channels, g, 0, channels, gu, 0, channels, false, length,
          gSpectrum, scratch);
      plan.kernelGradient(gSpectrum, h, end, gk, 0, null, 0);
    }
    return new float[][] {y, gu, gk};
  }

  @Test
  void impossibleSizesAreNamed() {
    assertThatThrownBy(() -> new FftConvolver(new ScalarKernels(), 0, 5, 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("length 0");
    assertThatThrownBy(() -> new FftConvolver(new ScalarKernels(), 8, 0, 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 past");
  }
}
