package io.carillon.internal.kernel;

/**
 * The loops of {@link FftConvolver}, on planes: point j of a transform is the {@code lanes} floats
 * at {@code re + j * lanes} and at {@code im + j * lanes} of one array.
 */
interface FftPasses {
  /** Channels per transform. */
  int lanes();

  /** In place, natural order in, order of the leaves of {@link FftTwiddles} out. */
  void forward(FftTwiddles twiddles, float[] data, int re, int im);

  /** In place inverse of {@link #forward}, times the number of points. */
  void inverse(FftTwiddles twiddles, float[] data, int re, int im);

  /** data = data · factor, elementwise complex. */
  void multiply(int count, float[] data, int re, int im, float[] factor, int fRe, int fIm);

  /** data = data · conj(factor), elementwise complex. */
  void multiplyConjugate(
      int count, float[] data, int re, int im, float[] factor, int fRe, int fIm);

  /** sum += g · conj(u), elementwise complex. */
  void addCorrelation(
      int count, float[] sum, int sRe, int sIm,
      float[] g, int gRe, int gIm, float[] u, int uRe, int uIm);
}
