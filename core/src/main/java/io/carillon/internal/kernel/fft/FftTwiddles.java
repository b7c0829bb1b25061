package io.carillon.internal.kernel.fft;

/**
 * Roots for a transform of n points, n a power of two, over the ring of complex polynomials modulo
 * x^n − i. Such a polynomial, coefficient j holding real samples j and j + n, is a real polynomial
 * modulo x^2n + 1, so that the transform needs no zero padding of its imaginary part and no
 * untangling of real spectra.
 *
 * <p>The ring splits as x^n − c² = (x^(n/2) − c)(x^(n/2) + c): every butterfly of a node of this
 * binary tree uses the same c. Nodes are numbered as in a heap: the root is 1, the children of k
 * are 2k (which has root c) and 2k + 1 (root −c).
 */
final class FftTwiddles {
  private final int points;
  private final float[] re;
  private final float[] im;

  FftTwiddles(int points) {
    this.points = points;
    re = new float[Math.max(2, points)];
    im = new float[Math.max(2, points)];
    double[] turns = new double[Math.max(2, points)];
    turns[1] = 0.25;
    for (int k = 1; k < points; k++) {
      double half = turns[k] / 2;
      re[k] = (float) Math.cos(2 * Math.PI * half);
      im[k] = (float) Math.sin(2 * Math.PI * half);
      if (2 * k + 1 < points) {
        turns[2 * k] = half;
        turns[2 * k + 1] = half + 0.5;
      }
    }
  }

  int points() {
    return points;
  }

  /** Re c of every node. */
  float[] re() {
    return re;
  }

  /** Im c of every node. */
  float[] im() {
    return im;
  }
}
