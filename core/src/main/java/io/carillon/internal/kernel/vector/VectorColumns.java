package io.carillon.internal.kernel.vector;

import static io.carillon.internal.kernel.vector.VectorWidth.FLOAT;
import static io.carillon.internal.kernel.vector.VectorWidth.LANES;

import jdk.incubator.vector.FloatVector;

/**
 * SIMD products of every column with its own factor. The compiler does not do this well by itself:
 * a row is so short that most of it is spent in the scalar loops before and after the vector loop.
 */
final class VectorColumns {
  private VectorColumns() {}

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
    int end = n - n % LANES;
    for (int h = 0; h < end; h += LANES) {
      FloatVector f = FloatVector.fromArray(FLOAT, factor, factorOffset + h);
      for (int r = r0; r < r1; r++) {
        FloatVector.fromArray(FLOAT, x, r * n + h).mul(f).intoArray(y, yOffset + r * yStride + h);
      }
    }
    if (end < n) {
      for (int r = r0; r < r1; r++) {
        for (int h = end; h < n; h++) {
          y[yOffset + r * yStride + h] = factor[factorOffset + h] * x[r * n + h];
        }
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
    int end = n - n % LANES;
    for (int h = 0; h < end; h += LANES) {
      FloatVector f = FloatVector.fromArray(FLOAT, factor, factorOffset + h);
      FloatVector sum = FloatVector.fromArray(FLOAT, gFactor, factorOffset + h);
      for (int r = r0; r < r1; r++) {
        FloatVector gradient = FloatVector.fromArray(FLOAT, g, gOffset + r * gStride + h);
        int at = r * n + h;
        gradient.fma(f, FloatVector.fromArray(FLOAT, gx, at)).intoArray(gx, at);
        sum = gradient.fma(FloatVector.fromArray(FLOAT, x, at), sum);
      }
      sum.intoArray(gFactor, factorOffset + h);
    }
    if (end < n) {
      for (int r = r0; r < r1; r++) {
        for (int h = end; h < n; h++) {
          float gradient = g[gOffset + r * gStride + h];
          gx[r * n + h] += factor[factorOffset + h] * gradient;
          gFactor[factorOffset + h] += x[r * n + h] * gradient;
        }
      }
    }
  }
}
