package io.carillon.internal.kernel.fft;

/**
 * Transforms of a fixed size and products of their results. Walks the tree of {@link FftTwiddles}
 * depth first, so that below a few hundred points everything happens in the first cache, and
 * multiplies there before it walks back up.
 */
final class FftTransform {
  /** Points of a subtree that fits into a first-level cache of 32 KB with 16 lanes. */
  private static final int LEAF = 256;

  /** Keeps the two planes off the same cache sets; a whole number of cache lines. */
  private static final int PAD = 64;

  private final FftPasses passes;
  private final FftTwiddles twiddles;
  private final int lanes;
  private final int plane;

  FftTransform(FftPasses passes, int points) {
    this.passes = passes;
    this.lanes = passes.lanes();
    this.twiddles = new FftTwiddles(points);
    this.plane = points * lanes + PAD;
  }

  int points() {
    return twiddles.points();
  }

  /**
   * Floats from one plane to the next: a transform takes the real plane at {@code at}, then the
   * imaginary one.
   */
  int plane() {
    return plane;
  }

  /** Where coefficient j of a polynomial modulo x^2n + 1 stands: the second half as Im. */
  int position(int j) {
    return j < points() ? j * lanes : plane + (j - points()) * lanes;
  }

  void forward(float[] data, int at) {
    forward(1, points(), data, at, at + plane);
  }

  private void forward(int node, int count, float[] data, int re, int im) {
    if (count <= LEAF) {
      passes.splitDown(twiddles, node, count, data, re, im);
      return;
    }
    passes.split(twiddles, node, count, data, re, im);
    int step = count / 4 * lanes;
    for (int i = 0; i < 4; i++) {
      forward(4 * node + i, count / 4, data, re + i * step, im + i * step);
    }
  }

  /** Inverse of {@link #forward}, times the number of points. */
  void inverse(float[] data, int at) {
    inverse(1, points(), data, at, at + plane);
  }

  private void inverse(int node, int count, float[] data, int re, int im) {
    if (count <= LEAF) {
      passes.joinUp(twiddles, node, count, data, re, im);
      return;
    }
    int step = count / 4 * lanes;
    for (int i = 0; i < 4; i++) {
      inverse(4 * node + i, count / 4, data, re + i * step, im + i * step);
    }
    passes.join(twiddles, node, count, data, re, im);
  }

  /** data = inverse(forward(data) · factor). */
  void convolve(float[] data, int at, float[] factor, int factorAt) {
    convolve(1, points(), data, at, factor, factorAt);
  }

  private void convolve(int node, int count, float[] data, int re, float[] factor, int fRe) {
    int im = re + plane;
    if (count <= LEAF) {
      passes.splitDown(twiddles, node, count, data, re, im);
      passes.multiply(count * lanes, data, re, im, factor, fRe, fRe + plane);
      passes.joinUp(twiddles, node, count, data, re, im);
      return;
    }
    passes.split(twiddles, node, count, data, re, im);
    int step = count / 4 * lanes;
    for (int i = 0; i < 4; i++) {
      convolve(4 * node + i, count / 4, data, re + i * step, factor, fRe + i * step);
    }
    passes.join(twiddles, node, count, data, re, im);
  }

  /**
   * Adjoints of {@link #convolve}: sum += forward(g) · conj(forward(u)), unless sum is null, and g
   * = inverse(forward(g) · conj(factor)). Destroys u.
   */
  void backward(float[] g, int gAt, float[] u, int uAt, float[] factor, int factorAt, float[] sum) {
    backward(1, points(), g, gAt, u, uAt, factor, factorAt, sum);
  }

  private void backward(
      int node,
      int count,
      float[] g,
      int gRe,
      float[] u,
      int uRe,
      float[] factor,
      int fRe,
      float[] sum) {
    int gIm = gRe + plane;
    int uIm = uRe + plane;
    if (count <= LEAF) {
      passes.splitDown(twiddles, node, count, g, gRe, gIm);
      if (sum != null) {
        passes.splitDown(twiddles, node, count, u, uRe, uIm);
        passes.addCorrelation(count * lanes, sum, fRe, fRe + plane, g, gRe, gIm, u, uRe, uIm);
      }
      passes.multiplyConjugate(count * lanes, g, gRe, gIm, factor, fRe, fRe + plane);
      passes.joinUp(twiddles, node, count, g, gRe, gIm);
      return;
    }
    passes.split(twiddles, node, count, g, gRe, gIm);
    if (sum != null) {
      passes.split(twiddles, node, count, u, uRe, uIm);
    }
    int step = count / 4 * lanes;
    for (int i = 0; i < 4; i++) {
      int shift = i * step;
      backward(4 * node + i, count / 4, g, gRe + shift, u, uRe + shift, factor, fRe + shift, sum);
    }
    passes.join(twiddles, node, count, g, gRe, gIm);
  }
}
