package io.carillon.internal.kernel.fft;

/**
 * The loops of {@link FftTransform}, on planes of one array: the real parts of all points follow
 * each other from index {@code re} on, {@link #lanes} floats per point, and the imaginary parts
 * from index {@code im} on. A node with its points is a part of the transform, see {@link
 * FftTwiddles}.
 */
sealed interface FftPasses permits ScalarFft, VectorFft {
  /** Channels per transform. */
  int lanes();

  /**
   * Copies rows of {@code width} values to packed rows of {@code lanes}, zeros beyond the width.
   */
  void copyRows(float[] from, int offset, int stride, int width, int rows, float[] to, int at);

  /** Inverse of {@link #copyRows}: the first {@code width} values of packed rows. */
  void storeRows(float[] from, int at, int width, int rows, float[] to, int offset, int stride);

  /** Adds the first {@code width} values of packed rows to rows. */
  void addRows(float[] from, int at, int width, int rows, float[] to, int offset, int stride);

  /** Splits a node of at least 4 points into its four grandchildren, in place. */
  void split(FftTwiddles twiddles, int node, int points, float[] data, int re, int im);

  /** Splits a node into its leaves, in place. */
  void splitDown(FftTwiddles twiddles, int node, int points, float[] data, int re, int im);

  /** Inverse of {@link #split}, times 4. */
  void join(FftTwiddles twiddles, int node, int points, float[] data, int re, int im);

  /** Inverse of {@link #splitDown}, times the number of points. */
  void joinUp(FftTwiddles twiddles, int node, int points, float[] data, int re, int im);

  /** data = data · factor, elementwise complex, {@code count} floats per plane. */
  void multiply(int count, float[] data, int re, int im, float[] factor, int fRe, int fIm);

  /** data = data · conj(factor), elementwise complex. */
  void multiplyConjugate(int count, float[] data, int re, int im, float[] factor, int fRe, int fIm);

  /** sum += g · conj(u), elementwise complex. */
  void addCorrelation(
      int count,
      float[] sum,
      int sRe,
      int sIm,
      float[] g,
      int gRe,
      int gIm,
      float[] u,
      int uRe,
      int uIm);
}
