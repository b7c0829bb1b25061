package io.carillon.internal.kernel.scalar;

/** Scalar products of every column with its own factor. */
final class ScalarColumns {
  private ScalarColumns() {}

  static void scale(
      float[] x,
      int r0,
      int r1,
      int n,
      float[] factor,
      int factorOffset,
      float[] y,
      int yOffset,
      int yStride) {
    for (int r = r0; r < r1; r++) {
      int to = yOffset + r * yStride;
      for (int h = 0; h < n; h++) {
        y[to + h] = factor[factorOffset + h] * x[r * n + h];
      }
    }
  }

  static void scaleBackward(
      float[] x,
      float[] g,
      int gOffset,
      int gStride,
      int r0,
      int r1,
      int n,
      float[] factor,
      int factorOffset,
      float[] gx,
      float[] gFactor) {
    for (int r = r0; r < r1; r++) {
      int from = gOffset + r * gStride;
      for (int h = 0; h < n; h++) {
        gx[r * n + h] += factor[factorOffset + h] * g[from + h];
      }
      for (int h = 0; h < n; h++) {
        gFactor[factorOffset + h] += x[r * n + h] * g[from + h];
      }
    }
  }
}
