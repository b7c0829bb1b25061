package io.carillon.internal.kernel.fft;

import io.carillon.internal.kernel.Scratch;
import io.carillon.internal.kernel.scalar.ScalarKernels;
import io.carillon.internal.kernel.scalar.ScalarLoops;
import java.util.Arrays;

/**
 * Passes of radix 2 without the Vector API. The compiler turns a butterfly into SIMD code by itself
 * when its four operands are arrays of their own, read at the same index: a node's points are
 * copied into such rows, all levels below are computed there, and the result is copied back.
 */
final class ScalarFft implements FftPasses {
  /** Floats of a part of the data in the passes that are not below a leaf of the transform. */
  private static final int PART = 1024;

  private static final int PART_ARRAYS = 8;
  private static final int FEWEST_LANES = 16;
  private static final int MOST_LANES = 64;

  static {
    ScalarLoops.expectLong((t, n) -> split(1f, 0f, t[0], t[1], t[2], t[3], n));
    ScalarLoops.expectLong((t, n) -> sumAndDifference(t[0], t[1], n));
    ScalarLoops.expectLong((t, n) -> turnBack(1f, 0f, t[0], t[1], n));
  }

  private final int lanes;
  private final Scratch points;
  private final Scratch parts;

  /**
   * Passes for transforms of many channels.
   *
   * @param kernels whose working memory is used
   * @param channels how many channels there are to transform
   */
  ScalarFft(ScalarKernels kernels, int channels) {
    int fitting = FEWEST_LANES;
    while (fitting < channels && fitting < MOST_LANES) {
      fitting *= 2;
    }
    this.lanes = fitting;
    this.points = kernels.points();
    this.parts = kernels.tiles();
  }

  @Override
  public int lanes() {
    return lanes;
  }

  @Override
  public void copyRows(
      float[] from, int offset, int stride, int width, int rows, float[] to, int at) {
    for (int k = 0; k < rows; k++) {
      System.arraycopy(from, offset + k * stride, to, at + k * lanes, width);
      Arrays.fill(to, at + k * lanes + width, at + k * lanes + lanes, 0f);
    }
  }

  @Override
  public void storeRows(
      float[] from, int at, int width, int rows, float[] to, int offset, int stride) {
    for (int k = 0; k < rows; k++) {
      System.arraycopy(from, at + k * lanes, to, offset + k * stride, width);
    }
  }

  @Override
  public void addRows(
      float[] from, int at, int width, int rows, float[] to, int offset, int stride) {
    float[][] t = parts.rows(PART_ARRAYS, PART);
    int together = PART / lanes;
    for (int first = 0; first < rows; first += together) {
      int count = Math.min(together, rows - first);
      for (int k = 0; k < count; k++) {
        System.arraycopy(to, offset + (first + k) * stride, t[0], k * width, width);
        System.arraycopy(from, at + (first + k) * lanes, t[1], k * width, width);
      }
      add(t[0], t[1], count * width);
      for (int k = 0; k < count; k++) {
        System.arraycopy(t[0], k * width, to, offset + (first + k) * stride, width);
      }
    }
  }

  private static void add(float[] sum, float[] term, int n) {
    for (int i = 0; i < n; i++) {
      sum[i] += term[i];
    }
  }

  @Override
  public void split(FftTwiddles twiddles, int node, int count, float[] data, int re, int im) {
    int quarter = count / 4 * lanes;
    float[][] t = parts.rows(PART_ARRAYS, PART);
    for (int from = 0; from < quarter; from += PART) {
      int n = Math.min(PART, quarter - from);
      copyQuarters(data, re + from, im + from, quarter, n, t);
      split(twiddles, node, t[0], t[4], t[2], t[6], n);
      split(twiddles, node, t[1], t[5], t[3], t[7], n);
      split(twiddles, 2 * node, t[0], t[4], t[1], t[5], n);
      split(twiddles, 2 * node + 1, t[2], t[6], t[3], t[7], n);
      copyBack(t, quarter, n, data, re + from, im + from);
    }
  }

  @Override
  public void join(FftTwiddles twiddles, int node, int count, float[] data, int re, int im) {
    int quarter = count / 4 * lanes;
    float[][] t = parts.rows(PART_ARRAYS, PART);
    for (int from = 0; from < quarter; from += PART) {
      int n = Math.min(PART, quarter - from);
      copyQuarters(data, re + from, im + from, quarter, n, t);
      join(twiddles, 2 * node, t[0], t[4], t[1], t[5], n);
      join(twiddles, 2 * node + 1, t[2], t[6], t[3], t[7], n);
      join(twiddles, node, t[0], t[4], t[2], t[6], n);
      join(twiddles, node, t[1], t[5], t[3], t[7], n);
      copyBack(t, quarter, n, data, re + from, im + from);
    }
  }

  private static void copyQuarters(float[] data, int re, int im, int quarter, int n, float[][] t) {
    for (int i = 0; i < 4; i++) {
      System.arraycopy(data, re + i * quarter, t[i], 0, n);
      System.arraycopy(data, im + i * quarter, t[4 + i], 0, n);
    }
  }

  private static void copyBack(float[][] t, int quarter, int n, float[] data, int re, int im) {
    for (int i = 0; i < 4; i++) {
      System.arraycopy(t[i], 0, data, re + i * quarter, n);
      System.arraycopy(t[4 + i], 0, data, im + i * quarter, n);
    }
  }

  @Override
  public void splitDown(FftTwiddles twiddles, int node, int count, float[] data, int re, int im) {
    float[][] rows = points.rows(2 * count, lanes);
    load(data, re, im, count, rows);
    splitRows(twiddles, node, rows, 0, count, count);
    store(rows, count, data, re, im);
  }

  @Override
  public void joinUp(FftTwiddles twiddles, int node, int count, float[] data, int re, int im) {
    float[][] rows = points.rows(2 * count, lanes);
    load(data, re, im, count, rows);
    joinRows(twiddles, node, rows, 0, count, count);
    store(rows, count, data, re, im);
  }

  private void load(float[] data, int re, int im, int count, float[][] rows) {
    for (int k = 0; k < count; k++) {
      System.arraycopy(data, re + k * lanes, rows[k], 0, lanes);
      System.arraycopy(data, im + k * lanes, rows[count + k], 0, lanes);
    }
  }

  private void store(float[][] rows, int count, float[] data, int re, int im) {
    for (int k = 0; k < count; k++) {
      System.arraycopy(rows[k], 0, data, re + k * lanes, lanes);
      System.arraycopy(rows[count + k], 0, data, im + k * lanes, lanes);
    }
  }

  /** Depth first, so that small nodes stay in the first cache. Imaginary rows begin at im. */
  private void splitRows(
      FftTwiddles twiddles, int node, float[][] rows, int first, int count, int im) {
    if (count == 1) {
      return;
    }
    int half = count / 2;
    for (int k = first; k < first + half; k++) {
      split(twiddles, node, rows[k], rows[im + k], rows[k + half], rows[im + k + half], lanes);
    }
    splitRows(twiddles, 2 * node, rows, first, half, im);
    splitRows(twiddles, 2 * node + 1, rows, first + half, half, im);
  }

  private void joinRows(
      FftTwiddles twiddles, int node, float[][] rows, int first, int count, int im) {
    if (count == 1) {
      return;
    }
    int half = count / 2;
    joinRows(twiddles, 2 * node, rows, first, half, im);
    joinRows(twiddles, 2 * node + 1, rows, first + half, half, im);
    // Two loops over all rows: what was just stored cannot be loaded again at once.
    for (int k = first; k < first + half; k++) {
      sumAndDifference(rows[k], rows[k + half], lanes);
      sumAndDifference(rows[im + k], rows[im + k + half], lanes);
    }
    float cr = twiddles.re()[node];
    float ci = twiddles.im()[node];
    for (int k = first + half; k < first + count; k++) {
      turnBack(cr, ci, rows[k], rows[im + k], lanes);
    }
  }

  private static void split(
      FftTwiddles twiddles, int node, float[] lr, float[] li, float[] hr, float[] hi, int n) {
    split(twiddles.re()[node], twiddles.im()[node], lr, li, hr, hi, n);
  }

  private static void join(
      FftTwiddles twiddles, int node, float[] lr, float[] li, float[] hr, float[] hi, int n) {
    sumAndDifference(lr, hr, n);
    sumAndDifference(li, hi, n);
    turnBack(twiddles.re()[node], twiddles.im()[node], hr, hi, n);
  }

  private static void split(
      float cr, float ci, float[] lr, float[] li, float[] hr, float[] hi, int n) {
    for (int i = 0; i < n; i++) {
      float re = hr[i];
      float im = hi[i];
      float tr = cr * re - ci * im;
      float ti = cr * im + ci * re;
      re = lr[i];
      im = li[i];
      lr[i] = re + tr;
      li[i] = im + ti;
      hr[i] = re - tr;
      hi[i] = im - ti;
    }
  }

  private static void sumAndDifference(float[] a, float[] b, int n) {
    for (int i = 0; i < n; i++) {
      float x = a[i];
      float y = b[i];
      a[i] = x + y;
      b[i] = x - y;
    }
  }

  /** Product with conj(c). */
  private static void turnBack(float cr, float ci, float[] re, float[] im, int n) {
    for (int i = 0; i < n; i++) {
      float x = re[i];
      float y = im[i];
      re[i] = cr * x + ci * y;
      im[i] = cr * y - ci * x;
    }
  }

  @Override
  public void multiply(int count, float[] data, int re, int im, float[] factor, int fRe, int fIm) {
    float[][] t = parts.rows(PART_ARRAYS, PART);
    for (int from = 0; from < count; from += PART) {
      int n = Math.min(PART, count - from);
      copyPairs(data, re + from, im + from, factor, fRe + from, fIm + from, n, t);
      product(t[0], t[1], t[2], t[3], t[4], n);
      copyPair(t, n, data, re + from, im + from);
    }
  }

  @Override
  public void multiplyConjugate(
      int count, float[] data, int re, int im, float[] factor, int fRe, int fIm) {
    float[][] t = parts.rows(PART_ARRAYS, PART);
    for (int from = 0; from < count; from += PART) {
      int n = Math.min(PART, count - from);
      copyPairs(data, re + from, im + from, factor, fRe + from, fIm + from, n, t);
      productConjugate(t[0], t[1], t[2], t[3], t[4], n);
      copyPair(t, n, data, re + from, im + from);
    }
  }

  @Override
  public void addCorrelation(
      int count,
      float[] sum,
      int sRe,
      int sIm,
      float[] g,
      int gRe,
      int gIm,
      float[] u,
      int uRe,
      int uIm) {
    float[][] t = parts.rows(PART_ARRAYS, PART);
    for (int from = 0; from < count; from += PART) {
      int n = Math.min(PART, count - from);
      copyPairs(g, gRe + from, gIm + from, u, uRe + from, uIm + from, n, t);
      productConjugate(t[0], t[1], t[2], t[3], t[4], n);
      System.arraycopy(sum, sRe + from, t[5], 0, n);
      System.arraycopy(sum, sIm + from, t[6], 0, n);
      add(t[4], t[5], n);
      add(t[1], t[6], n);
      copyPair(t, n, sum, sRe + from, sIm + from);
    }
  }

  private static void copyPairs(
      float[] a, int aRe, int aIm, float[] b, int bRe, int bIm, int n, float[][] t) {
    System.arraycopy(a, aRe, t[0], 0, n);
    System.arraycopy(a, aIm, t[1], 0, n);
    System.arraycopy(b, bRe, t[2], 0, n);
    System.arraycopy(b, bIm, t[3], 0, n);
  }

  /** Where {@link #product} leaves its result. */
  private static void copyPair(float[][] t, int n, float[] data, int re, int im) {
    System.arraycopy(t[4], 0, data, re, n);
    System.arraycopy(t[1], 0, data, im, n);
  }

  /** re + i ai = a b. */
  private static void product(float[] ar, float[] ai, float[] br, float[] bi, float[] re, int n) {
    for (int i = 0; i < n; i++) {
      float x = ar[i];
      float y = ai[i];
      float c = br[i];
      float d = bi[i];
      re[i] = x * c - y * d;
      ai[i] = x * d + y * c;
    }
  }

  /** re + i ai = a conj(b). */
  private static void productConjugate(
      float[] ar, float[] ai, float[] br, float[] bi, float[] re, int n) {
    for (int i = 0; i < n; i++) {
      float x = ar[i];
      float y = ai[i];
      float c = br[i];
      float d = bi[i];
      re[i] = x * c + y * d;
      ai[i] = y * c - x * d;
    }
  }
}
