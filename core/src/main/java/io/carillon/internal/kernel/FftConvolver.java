package io.carillon.internal.kernel;

/**
 * Convolution of sequences with long kernels by real fast Fourier transforms, SIMD lanes over
 * channels:
 *
 * <pre>
 *   y[t][h] += Σ_{j=0..min(t, P−1)} K⁺[h][j] u[t−j][h] + Σ_{j=0..F−1, t+1+j &lt; length} K⁻[h][j] u[t+1+j][h]
 * </pre>
 *
 * with P past taps (causal) and F future taps (bidirectional layers; 0 else), and its gradients. The
 * kernel is transformed once into a spectrum, which then serves any number of sequences of up to
 * {@code maxLength} steps. Long sequences with short kernels are cut into overlapping windows
 * (overlap-save).
 *
 * <p>Method: see {@link FftTwiddles}. One window is a polynomial modulo x^2n + 1; window and kernel
 * are placed so that the wrapped products fall outside the outputs that are kept.
 *
 * <p>Channels are handled in blocks of {@link #blockChannels()}. A call works on channels h0 ..
 * h1−1, h0 a multiple of the block, h1 too unless it is the last channel, and writes nothing
 * outside. The object is immutable and may be used by several threads, each with its own scratch.
 */
public final class FftConvolver {
  private static final int MIN_POINTS = 8;

  private final FftPasses passes;
  private final FftTwiddles twiddles;
  private final int lanes;
  private final int maxLength;
  private final int pastStride;
  private final int futureStride;
  private final int past;
  private final int future;
  private final int points;
  private final int plane;

  /**
   * Plans the transforms.
   *
   * @param kernels decides between scalar and SIMD passes
   * @param maxLength longest sequence, at least 1
   * @param pastTaps P, at least 1
   * @param futureTaps F, 0 for a causal convolution
   * @throws IllegalArgumentException if a size is out of its range or too large for an array
   */
  public FftConvolver(Kernels kernels, int maxLength, int pastTaps, int futureTaps) {
    if (maxLength < 1 || pastTaps < 1 || futureTaps < 0) {
      throw new IllegalArgumentException(
          "a convolution of length " + maxLength + " with " + pastTaps + " past and " + futureTaps
              + " future taps is not possible; length and past taps must be at least 1");
    }
    this.passes = new ScalarFft();
    this.lanes = passes.lanes();
    this.maxLength = maxLength;
    this.pastStride = pastTaps;
    this.futureStride = futureTaps;
    this.past = Math.min(pastTaps, maxLength);
    this.future = Math.min(futureTaps, maxLength - 1);
    this.points = choosePoints(maxLength, past, future);
    this.plane = points * lanes;
    this.twiddles = new FftTwiddles(points);
  }

  /** Fewest operations: windows × n log n over powers of two n. */
  private static int choosePoints(int length, int past, int future) {
    int best = 0;
    double bestCost = Double.POSITIVE_INFINITY;
    for (int n = MIN_POINTS; n <= 1 << 26; n *= 2) {
      int kept = 2 * n - past - future + 1;
      boolean whole = fits(length, past, future, n);
      if (!whole && kept < 1) {
        continue;
      }
      long windows = whole ? 1 : (length + kept - 1) / kept;
      double cost = (double) windows * n * (Math.log(n) / Math.log(2) + 4);
      if (cost < bestCost) {
        bestCost = cost;
        best = n;
      }
      if (whole) {
        break;
      }
    }
    return best;
  }

  private static boolean fits(int length, int past, int future, int points) {
    return length + Math.max(past - 1, future) <= 2 * points;
  }

  /** Channels that share one transform. */
  public int blockChannels() {
    return lanes;
  }

  /** Floats in the spectrum of a kernel with this many channels. */
  public int spectrumSize(int channels) {
    return Math.multiplyExact(blocks(channels), 2 * plane);
  }

  /** Floats of scratch that one call needs. */
  public int scratchSize() {
    return 4 * plane;
  }

  private int blocks(int channels) {
    return (channels + lanes - 1) / lanes;
  }

  /**
   * Transforms a kernel.
   *
   * @param pastKernel K⁺ [channels][P] at pastOffset
   * @param futureKernel K⁻ [channels][F] at futureOffset; not read, may be null, if F is 0
   * @param spectrum [{@link #spectrumSize}] for all channels; overwritten for h0 .. h1−1
   * @param scratch at least {@link #scratchSize} floats, contents lost
   */
  public void kernelSpectrum(
      float[] pastKernel, int pastOffset, float[] futureKernel, int futureOffset,
      int h0, int h1, float[] spectrum, float[] scratch) {
    assert h0 % lanes == 0;
    float scale = 1f / points;
    for (int h = h0; h < h1; h += lanes) {
      int re = h / lanes * 2 * plane;
      java.util.Arrays.fill(spectrum, re, re + 2 * plane, 0f);
      for (int lane = 0; lane < Math.min(lanes, h1 - h); lane++) {
        int from = pastOffset + (h + lane) * pastStride;
        for (int j = 0; j < past; j++) {
          spectrum[re + j * lanes + lane] = scale * pastKernel[from + j];
        }
        from = futureOffset + (h + lane) * futureStride;
        for (int j = 0; j < future; j++) {
          // The exponent −(1 + j) is 2n − 1 − j with the sign changed, because x^2n = −1.
          spectrum[re + (2 * points - 1 - j) * lanes + lane] -= scale * futureKernel[from + j];
        }
      }
      passes.forward(twiddles, spectrum, re, re + plane);
    }
  }

  /**
   * Adds the convolution to y.
   *
   * @param spectrum from {@link #kernelSpectrum}
   * @param u input, element (t, h) at {@code uOffset + t * uStride + h}
   * @param y output, added to, addressed in the same way
   * @param length steps, 1 .. maxLength
   * @param scratch at least {@link #scratchSize} floats, contents lost
   */
  public void convolve(
      float[] spectrum, int h0, int h1,
      float[] u, int uOffset, int uStride,
      float[] y, int yOffset, int yStride,
      int length, float[] scratch) {
    assert h0 % lanes == 0 && length <= maxLength;
    int step = window(length);
    for (int h = h0; h < h1; h += lanes) {
      int width = Math.min(lanes, h1 - h);
      int factor = h / lanes * 2 * plane;
      for (int start = 0; start < length; start += step) {
        int end = Math.min(length, start + step);
        int first = Math.max(0, start - past + 1);
        load(u, uOffset + h, uStride, width, first, first, Math.min(length, end + future), scratch, 0);
        passes.forward(twiddles, scratch, 0, plane);
        passes.multiply(plane, scratch, 0, plane, spectrum, factor, factor + plane);
        passes.inverse(twiddles, scratch, 0, plane);
        add(scratch, first, start, end, y, yOffset + h, yStride, width);
      }
    }
  }

  /**
   * Gradients of {@link #convolve}: adds to gu, and to the spectrum of the kernel's gradient, which
   * {@link #kernelGradient} turns into the gradient of the kernel when all sequences are added.
   *
   * @param g gradient of y, addressed like u
   * @param gu gradient of u, added to, addressed like u; null if not wanted
   * @param spectrumGradient [{@link #spectrumSize}] for all channels, added to for h0 .. h1−1; null
   *     if not wanted
   * @param scratch at least {@link #scratchSize} floats, contents lost
   */
  public void backward(
      float[] spectrum, int h0, int h1,
      float[] u, int uOffset, int uStride,
      float[] g, int gOffset, int gStride,
      float[] gu, int guOffset, int guStride,
      int length, float[] spectrumGradient, float[] scratch) {
    assert h0 % lanes == 0 && length <= maxLength;
    int step = window(length);
    int second = 2 * plane;
    for (int h = h0; h < h1; h += lanes) {
      int width = Math.min(lanes, h1 - h);
      int factor = h / lanes * 2 * plane;
      for (int start = 0; start < length; start += step) {
        int end = Math.min(length, start + step);
        int first = Math.max(0, start - future);
        int last = Math.min(length, end + past - 1);
        load(g, gOffset + h, gStride, width, first, first, last, scratch, 0);
        passes.forward(twiddles, scratch, 0, plane);
        if (spectrumGradient != null) {
          load(u, uOffset + h, uStride, width, first, start, end, scratch, second);
          passes.forward(twiddles, scratch, second, second + plane);
          passes.addCorrelation(
              plane, spectrumGradient, factor, factor + plane,
              scratch, 0, plane, scratch, second, second + plane);
        }
        if (gu != null) {
          passes.multiplyConjugate(plane, scratch, 0, plane, spectrum, factor, factor + plane);
          passes.inverse(twiddles, scratch, 0, plane);
          add(scratch, first, start, end, gu, guOffset + h, guStride, width);
        }
      }
    }
  }

  /**
   * Adds the gradient of the kernel, in the layout of {@link #kernelSpectrum}.
   *
   * @param spectrumGradient summed by {@link #backward}; destroyed for h0 .. h1−1
   * @param pastGradient ∂L/∂K⁺ [channels][P], added to
   * @param futureGradient ∂L/∂K⁻ [channels][F], added to; may be null if F is 0
   */
  public void kernelGradient(
      float[] spectrumGradient, int h0, int h1,
      float[] pastGradient, int pastOffset, float[] futureGradient, int futureOffset) {
    assert h0 % lanes == 0;
    float scale = 1f / points;
    for (int h = h0; h < h1; h += lanes) {
      int re = h / lanes * 2 * plane;
      passes.inverse(twiddles, spectrumGradient, re, re + plane);
      for (int lane = 0; lane < Math.min(lanes, h1 - h); lane++) {
        int to = pastOffset + (h + lane) * pastStride;
        for (int j = 0; j < past; j++) {
          pastGradient[to + j] += scale * spectrumGradient[re + j * lanes + lane];
        }
        to = futureOffset + (h + lane) * futureStride;
        for (int j = 0; j < future; j++) {
          futureGradient[to + j] -=
              scale * spectrumGradient[re + (2 * points - 1 - j) * lanes + lane];
        }
      }
    }
  }

  /** Outputs that one window yields. */
  private int window(int length) {
    return fits(length, past, future, points) ? length : 2 * points - past - future + 1;
  }

  /** Rows from .. to−1 at window positions from − origin and on, zero elsewhere. */
  private void load(
      float[] source, int offset, int stride, int width, int origin, int from, int to,
      float[] target, int at) {
    int begin = at + (from - origin) * lanes;
    java.util.Arrays.fill(target, at, begin, 0f);
    if (width < lanes) {
      java.util.Arrays.fill(target, begin, at + 2 * plane, 0f);
    } else {
      java.util.Arrays.fill(target, at + (to - origin) * lanes, at + 2 * plane, 0f);
    }
    for (int t = from; t < to; t++) {
      System.arraycopy(source, offset + t * stride, target, at + (t - origin) * lanes, width);
    }
  }

  private void add(
      float[] source, int origin, int from, int to, float[] target, int offset, int stride,
      int width) {
    for (int t = from; t < to; t++) {
      int row = (t - origin) * lanes;
      int out = offset + t * stride;
      for (int i = 0; i < width; i++) {
        target[out + i] += source[row + i];
      }
    }
  }
}
