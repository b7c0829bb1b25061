package io.carillon.internal.kernel.fft;

/**
 * Where the taps of a kernel, time innermost, stand in a polynomial whose lanes are innermost. Past
 * tap j is the coefficient of x^j. Future tap j multiplies the input of 1 + j steps later: that is
 * x^−(1 + j), the same as −x^(2n − 1 − j) because x^2n = −1.
 */
final class FftTaps {
  /** Taps that are transposed at a time, so that all their cache lines stay in the cache. */
  private static final int BLOCK = 64;

  private final FftTransform transform;
  private final int taps;
  private final int stride;
  private final boolean future;
  private final float factor;

  /**
   * Taps of a plan.
   *
   * @param taps how many are used
   * @param stride how many there are per channel
   */
  FftTaps(FftTransform transform, int taps, int stride, boolean future) {
    this.transform = transform;
    this.taps = taps;
    this.stride = stride;
    this.future = future;
    // The inverse transform multiplies by the number of points.
    this.factor = (future ? -1f : 1f) / transform.points();
  }

  private int position(int tap) {
    return transform.position(future ? 2 * transform.points() - 1 - tap : tap);
  }

  /** Adds the taps of {@code width} channels, the first at offset, to the polynomials at at. */
  void place(float[] kernel, int offset, int width, float[] polynomials, int at) {
    for (int from = 0; from < taps; from += BLOCK) {
      int to = Math.min(taps, from + BLOCK);
      for (int lane = 0; lane < width; lane++) {
        int row = offset + lane * stride;
        for (int j = from; j < to; j++) {
          polynomials[at + position(j) + lane] += factor * kernel[row + j];
        }
      }
    }
  }

  /** Adjoint of {@link #place}: adds to the gradient of the kernel. */
  void take(float[] polynomials, int at, int width, float[] gradient, int offset) {
    for (int from = 0; from < taps; from += BLOCK) {
      int to = Math.min(taps, from + BLOCK);
      for (int lane = 0; lane < width; lane++) {
        int row = offset + lane * stride;
        for (int j = from; j < to; j++) {
          gradient[row + j] += factor * polynomials[at + position(j) + lane];
        }
      }
    }
  }
}
