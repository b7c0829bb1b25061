package io.carillon.internal.kernel;

import java.util.Arrays;

/** Passes of radix 2 without the Vector API; every loop has one root and contiguous memory. */
final class ScalarFft implements FftPasses {
  private static final int LANES = 16;

  @Override
  public int lanes() {
    return LANES;
  }

  @Override
  public void copyRows(
      float[] from, int offset, int stride, int width, int rows, float[] to, int at) {
    for (int k = 0; k < rows; k++) {
      System.arraycopy(from, offset + k * stride, to, at + k * LANES, width);
      Arrays.fill(to, at + k * LANES + width, at + k * LANES + LANES, 0f);
    }
  }

  @Override
  public void addRows(
      float[] from, int at, int width, int rows, float[] to, int offset, int stride) {
    for (int k = 0; k < rows; k++) {
      for (int i = 0; i < width; i++) {
        to[offset + k * stride + i] += from[at + k * LANES + i];
      }
    }
  }

  @Override
  public void split(FftTwiddles twiddles, int node, int points, float[] data, int re, int im) {
    splitLevels(twiddles, node, points, points / 4, data, re, im);
  }

  @Override
  public void splitDown(FftTwiddles twiddles, int node, int points, float[] data, int re, int im) {
    splitLevels(twiddles, node, points, 1, data, re, im);
  }

  private void splitLevels(
      FftTwiddles twiddles, int node, int points, int last, float[] data, int re, int im) {
    for (int count = points; count > last; count /= 2) {
      int nodes = points / count;
      int half = count / 2 * LANES;
      for (int b = 0; b < nodes; b++) {
        int k = node * nodes + b;
        int at = 2 * b * half;
        split(twiddles.re()[k], twiddles.im()[k], half, data, re + at, im + at);
      }
    }
  }

  private static void split(float cr, float ci, int half, float[] data, int re, int im) {
    for (int i = 0; i < half; i++) {
      float hr = data[re + half + i];
      float hi = data[im + half + i];
      float tr = cr * hr - ci * hi;
      float ti = cr * hi + ci * hr;
      float lr = data[re + i];
      float li = data[im + i];
      data[re + i] = lr + tr;
      data[im + i] = li + ti;
      data[re + half + i] = lr - tr;
      data[im + half + i] = li - ti;
    }
  }

  @Override
  public void join(FftTwiddles twiddles, int node, int points, float[] data, int re, int im) {
    joinLevels(twiddles, node, points, points / 2, data, re, im);
  }

  @Override
  public void joinUp(FftTwiddles twiddles, int node, int points, float[] data, int re, int im) {
    joinLevels(twiddles, node, points, 2, data, re, im);
  }

  private void joinLevels(
      FftTwiddles twiddles, int node, int points, int first, float[] data, int re, int im) {
    for (int count = first; count <= points; count *= 2) {
      int nodes = points / count;
      int half = count / 2 * LANES;
      for (int b = 0; b < nodes; b++) {
        int k = node * nodes + b;
        int at = 2 * b * half;
        join(twiddles.re()[k], twiddles.im()[k], half, data, re + at, im + at);
      }
    }
  }

  private static void join(float cr, float ci, int half, float[] data, int re, int im) {
    for (int i = 0; i < half; i++) {
      float ar = data[re + i];
      float ai = data[im + i];
      float dr = ar - data[re + half + i];
      float di = ai - data[im + half + i];
      data[re + i] = ar + data[re + half + i];
      data[im + i] = ai + data[im + half + i];
      data[re + half + i] = cr * dr + ci * di;
      data[im + half + i] = cr * di - ci * dr;
    }
  }

  @Override
  public void multiply(int count, float[] data, int re, int im, float[] factor, int fRe, int fIm) {
    for (int i = 0; i < count; i++) {
      float r = data[re + i] * factor[fRe + i] - data[im + i] * factor[fIm + i];
      data[im + i] = data[re + i] * factor[fIm + i] + data[im + i] * factor[fRe + i];
      data[re + i] = r;
    }
  }

  @Override
  public void multiplyConjugate(
      int count, float[] data, int re, int im, float[] factor, int fRe, int fIm) {
    for (int i = 0; i < count; i++) {
      float r = data[re + i] * factor[fRe + i] + data[im + i] * factor[fIm + i];
      data[im + i] = data[im + i] * factor[fRe + i] - data[re + i] * factor[fIm + i];
      data[re + i] = r;
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
    for (int i = 0; i < count; i++) {
      sum[sRe + i] += g[gRe + i] * u[uRe + i] + g[gIm + i] * u[uIm + i];
      sum[sIm + i] += g[gIm + i] * u[uRe + i] - g[gRe + i] * u[uIm + i];
    }
  }
}
