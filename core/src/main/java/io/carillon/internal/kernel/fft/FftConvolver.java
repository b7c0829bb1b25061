package io.carillon.internal.kernel.fft;

import io.carillon.internal.kernel.Kernels;
import io.carillon.internal.kernel.Scratch;
import io.carillon.internal.kernel.scalar.ScalarKernels;
import java.util.Arrays;

/**
 * Convolution of sequences with long kernels by real fast Fourier transforms, SIMD lanes over
 * channels:
 *
 * <pre>
 *   y[t][h] += Σ_{j=0..min(t, P−1)} K⁺[h][j] u[t−j][h] + Σ_{j=0..F−1, t+1+j &lt; length} K⁻[h][j] u[t+1+j][h]
 * </pre>
 *
 * with P past taps (causal) and F future taps (bidirectional layers; 0 else), and its gradients.
 * The kernel is transformed once into a spectrum, which then serves any number of sequences of up
 * to {@code maxLength} steps. Long sequences with short kernels are cut into overlapping windows
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
  private final FftTransform transform;
  private final FftTaps pastTaps;
  private final FftTaps futureTaps;
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
   * @param channels H of the sequences, which may decide how many share one transform
   * @throws IllegalArgumentException if a size is out of its range or too large for an array
   */
  public FftConvolver(Kernels kernels, int maxLength, int pastTaps, int futureTaps, int channels) {
    if (maxLength < 1 || pastTaps < 1 || futureTaps < 0) {
      throw new IllegalArgumentException(
          "a convolution of length "
              + maxLength
              + " with "
              + pastTaps
              + " past and "
              + futureTaps
              + " future taps is not possible; length and past taps must be at least 1");
    }
    this.passes =
        kernels instanceof ScalarKernels scalar ? new ScalarFft(scalar, channels) : new VectorFft();
    this.lanes = passes.lanes();
    this.maxLength = maxLength;
    this.pastStride = pastTaps;
    this.futureStride = futureTaps;
    this.past = Math.min(pastTaps, maxLength);
    this.future = Math.min(futureTaps, maxLength - 1);
    this.points = choosePoints(maxLength, past, future);
    this.transform = new FftTransform(passes, points);
    this.plane = transform.plane();
    this.pastTaps = new FftTaps(transform, past, pastStride, false);
    this.futureTaps = new FftTaps(transform, future, futureStride, true);
  }

  /**
   * Operations on one sequence and channel, in units of butterflies and up to a factor: windows × n
   * (log₂ n + 4) for the best number of points n.
   */
  public static double operations(int length, int pastTaps, int futureTaps) {
    int past = Math.min(pastTaps, length);
    int future = Math.min(futureTaps, length - 1);
    return operations(length, past, future, choosePoints(length, past, future));
  }

  private static double operations(int length, int past, int future, int points) {
    int kept = 2 * points - past - future + 1;
    boolean whole = fits(length, past, future, points);
    if (!whole && kept < 1) {
      return Double.POSITIVE_INFINITY;
    }
    long windows = whole ? 1 : (length + kept - 1) / kept;
    return (double) windows * points * (Math.log(points) / Math.log(2) + 4);
  }

  /** Fewest operations over powers of two. */
  private static int choosePoints(int length, int past, int future) {
    int best = 0;
    double bestCost = Double.POSITIVE_INFINITY;
    for (int n = MIN_POINTS; n <= 1 << 26; n *= 2) {
      double cost = operations(length, past, future, n);
      if (cost < bestCost) {
        bestCost = cost;
        best = n;
      }
      if (fits(length, past, future, n)) {
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
    return Math.addExact(Scratch.START, Math.multiplyExact(blocks(channels), 2 * plane));
  }

  /** Floats of scratch that one call needs. */
  public int scratchSize() {
    return Scratch.START + 4 * plane;
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
      float[] pastKernel,
      int pastOffset,
      float[] futureKernel,
      int futureOffset,
      int h0,
      int h1,
      float[] spectrum,
      float[] scratch) {
    assert h0 % lanes == 0;
    for (int h = h0; h < h1; h += lanes) {
      int at = spectrumAt(h);
      Arrays.fill(spectrum, at, at + 2 * plane, 0f);
      int width = Math.min(lanes, h1 - h);
      pastTaps.place(pastKernel, pastOffset + h * pastStride, width, spectrum, at);
      if (future > 0) {
        futureTaps.place(futureKernel, futureOffset + h * futureStride, width, spectrum, at);
      }
      transform.forward(spectrum, at);
    }
  }

  private int spectrumAt(int h) {
    return Scratch.START + h / lanes * 2 * plane;
  }

  /**
   * Convolves one sequence.
   *
   * @param spectrum from {@link #kernelSpectrum}
   * @param u input, element (t, h) at {@code uOffset + t * uStride + h}
   * @param y output, addressed in the same way
   * @param add whether to add to what y holds, else it is overwritten
   * @param length steps, 1 .. maxLength
   * @param scratch at least {@link #scratchSize} floats, contents lost
   */
  public void convolve(
      float[] spectrum,
      int h0,
      int h1,
      float[] u,
      int uOffset,
      int uStride,
      float[] y,
      int yOffset,
      int yStride,
      boolean add,
      int length,
      float[] scratch) {
    assert h0 % lanes == 0 && length <= maxLength;
    int step = window(length);
    int work = Scratch.START;
    for (int h = h0; h < h1; h += lanes) {
      int width = Math.min(lanes, h1 - h);
      int factor = spectrumAt(h);
      for (int start = 0; start < length; start += step) {
        int end = Math.min(length, start + step);
        int first = Math.max(0, start - past + 1);
        int last = Math.min(length, end + future);
        load(u, uOffset + h, uStride, width, first, first, last, scratch, work);
        transform.convolve(scratch, work, spectrum, factor);
        store(scratch, work, first, start, end, y, yOffset + h, yStride, width, add);
      }
    }
  }

  /**
   * Gradients of {@link #convolve}: that of u, and what is added to the spectrum of the kernel's
   * gradient, which {@link #kernelGradient} turns into the gradient of the kernel when all
   * sequences are added.
   *
   * @param g gradient of y, addressed like u
   * @param gu gradient of u, addressed like u; null if not wanted
   * @param add whether to add to what gu holds, else it is overwritten
   * @param spectrumGradient [{@link #spectrumSize}] for all channels, added to for h0 .. h1−1; null
   *     if not wanted
   * @param scratch at least {@link #scratchSize} floats, contents lost
   */
  public void backward(
      float[] spectrum,
      int h0,
      int h1,
      float[] u,
      int uOffset,
      int uStride,
      float[] g,
      int gOffset,
      int gStride,
      float[] gu,
      int guOffset,
      int guStride,
      boolean add,
      int length,
      float[] spectrumGradient,
      float[] scratch) {
    assert h0 % lanes == 0 && length <= maxLength;
    int step = window(length);
    int work = Scratch.START;
    int second = work + 2 * plane;
    for (int h = h0; h < h1; h += lanes) {
      int width = Math.min(lanes, h1 - h);
      int factor = spectrumAt(h);
      for (int start = 0; start < length; start += step) {
        int end = Math.min(length, start + step);
        int first = Math.max(0, start - future);
        int last = Math.min(length, end + past - 1);
        load(g, gOffset + h, gStride, width, first, first, last, scratch, work);
        if (spectrumGradient != null) {
          load(u, uOffset + h, uStride, width, first, start, end, scratch, second);
        }
        transform.backward(scratch, work, scratch, second, spectrum, factor, spectrumGradient);
        if (gu != null) {
          store(scratch, work, first, start, end, gu, guOffset + h, guStride, width, add);
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
      float[] spectrumGradient,
      int h0,
      int h1,
      float[] pastGradient,
      int pastOffset,
      float[] futureGradient,
      int futureOffset) {
    assert h0 % lanes == 0;
    for (int h = h0; h < h1; h += lanes) {
      transform.inverse(spectrumGradient, spectrumAt(h));
      int width = Math.min(lanes, h1 - h);
      pastTaps.take(
          spectrumGradient, spectrumAt(h), width, pastGradient, pastOffset + h * pastStride);
      if (future > 0) {
        futureTaps.take(
            spectrumGradient,
            spectrumAt(h),
            width,
            futureGradient,
            futureOffset + h * futureStride);
      }
    }
  }

  /** Outputs that one window yields. */
  private int window(int length) {
    return fits(length, past, future, points) ? length : 2 * points - past - future + 1;
  }

  /**
   * Rows from .. to−1, of which row {@code origin} would be the window's first; zeros elsewhere.
   */
  private void load(
      float[] source,
      int offset,
      int stride,
      int width,
      int origin,
      int from,
      int to,
      float[] target,
      int at) {
    zero(target, at, 0, from - origin);
    zero(target, at, to - origin, 2 * points);
    int middle = Math.max(from, Math.min(to, origin + points));
    passes.copyRows(
        source,
        offset + from * stride,
        stride,
        width,
        middle - from,
        target,
        at + transform.position(from - origin));
    if (middle < to) {
      passes.copyRows(
          source,
          offset + middle * stride,
          stride,
          width,
          to - middle,
          target,
          at + transform.position(middle - origin));
    }
  }

  /** Rows from .. to−1 of a window. */
  private void zero(float[] target, int at, int from, int to) {
    int middle = Math.max(from, Math.min(to, points));
    if (from < middle) {
      int start = at + transform.position(from);
      Arrays.fill(target, start, start + (middle - from) * lanes, 0f);
    }
    if (middle < to) {
      int start = at + transform.position(middle);
      Arrays.fill(target, start, start + (to - middle) * lanes, 0f);
    }
  }

  /** Rows from .. to−1 of the window's result, of which row {@code origin} is the first. */
  private void store(
      float[] source,
      int at,
      int origin,
      int from,
      int to,
      float[] target,
      int offset,
      int stride,
      int width,
      boolean add) {
    int middle = Math.max(from, Math.min(to, origin + points));
    storePart(source, at, origin, from, middle, target, offset, stride, width, add);
    storePart(source, at, origin, middle, to, target, offset, stride, width, add);
  }

  /** {@link #store} of rows that are all in one plane. */
  private void storePart(
      float[] source,
      int at,
      int origin,
      int from,
      int to,
      float[] target,
      int offset,
      int stride,
      int width,
      boolean add) {
    if (from == to) {
      return;
    }
    int packed = at + transform.position(from - origin);
    int row = offset + from * stride;
    if (add) {
      passes.addRows(source, packed, width, to - from, target, row, stride);
    } else {
      passes.storeRows(source, packed, width, to - from, target, row, stride);
    }
  }
}
