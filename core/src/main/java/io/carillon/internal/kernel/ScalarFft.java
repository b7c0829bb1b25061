package io.carillon.internal.kernel;

/** Radix-2 transform; every inner loop has one twiddle and contiguous memory. */
final class ScalarFft implements FftPasses {
  @Override
  public int lanes() {
    return 16;
  }

  @Override
  public void forward(FftTwiddles twiddles, float[] data, int re, int im) {
    int size = twiddles.points() * lanes();
    for (int nodes = 1; nodes < twiddles.points(); nodes *= 2) {
      int half = size / nodes / 2;
      for (int b = 0; b < nodes; b++) {
        float cr = twiddles.re()[nodes + b];
        float ci = twiddles.im()[nodes + b];
        split(data, re + 2 * b * half, im + 2 * b * half, half, cr, ci);
      }
    }
  }

  private static void split(float[] data, int re, int im, int half, float cr, float ci) {
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
  public void inverse(FftTwiddles twiddles, float[] data, int re, int im) {
    int size = twiddles.points() * lanes();
    for (int nodes = twiddles.points() / 2; nodes >= 1; nodes /= 2) {
      int half = size / nodes / 2;
      for (int b = 0; b < nodes; b++) {
        float cr = twiddles.re()[nodes + b];
        float ci = twiddles.im()[nodes + b];
        join(data, re + 2 * b * half, im + 2 * b * half, half, cr, ci);
      }
    }
  }

  private static void join(float[] data, int re, int im, int half, float cr, float ci) {
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
  public void multiply(
      int count, float[] data, int re, int im, float[] factor, int fRe, int fIm) {
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
      int count, float[] sum, int sRe, int sIm,
      float[] g, int gRe, int gIm, float[] u, int uRe, int uIm) {
    for (int i = 0; i < count; i++) {
      sum[sRe + i] += g[gRe + i] * u[uRe + i] + g[gIm + i] * u[uIm + i];
      sum[sIm + i] += g[gIm + i] * u[uRe + i] - g[gRe + i] * u[uIm + i];
    }
  }
}
