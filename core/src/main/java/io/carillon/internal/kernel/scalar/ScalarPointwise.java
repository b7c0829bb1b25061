package io.carillon.internal.kernel.scalar;

import io.carillon.internal.kernel.Scratch;

/**
 * Pointwise functions without the Vector API: values are copied into short arrays of their own,
 * {@link ScalarFunctions} does the rest.
 */
final class ScalarPointwise {
  /** Values that are handled together: long enough for a loop, short enough for the first cache. */
  private static final int TILE = 1024;

  private static final int ARRAYS = 6;

  private ScalarPointwise() {}

  static void gelu(Scratch memory, float[] x, float[] y, int from, int to) {
    float[][] t = memory.rows(ARRAYS, TILE);
    for (int at = from; at < to; at += TILE) {
      int n = Math.min(TILE, to - at);
      System.arraycopy(x, at, t[0], 0, n);
      ScalarFunctions.gelu(t, n);
      System.arraycopy(t[1], 0, y, at, n);
    }
  }

  static void geluBackward(Scratch memory, float[] x, float[] g, float[] gx, int from, int to) {
    float[][] t = memory.rows(ARRAYS, TILE);
    for (int at = from; at < to; at += TILE) {
      int n = Math.min(TILE, to - at);
      System.arraycopy(x, at, t[0], 0, n);
      System.arraycopy(g, at, t[5], 0, n);
      ScalarFunctions.geluBackward(t, n);
      System.arraycopy(t[1], 0, gx, at, n);
    }
  }

  static void glu(Scratch memory, float[] x, int r0, int r1, int n, float[] y) {
    int together = rows(n);
    float[][] t = memory.rows(ARRAYS, Math.max(TILE, together * n));
    for (int r = r0; r < r1; r += together) {
      int count = Math.min(together, r1 - r);
      gather(x, 2 * r * n, 2 * n, count, n, t[0]);
      gather(x, 2 * r * n + n, 2 * n, count, n, t[1]);
      ScalarFunctions.sigmoid(t[1], count * n);
      ScalarFunctions.multiply(t[0], t[1], t[2], count * n);
      System.arraycopy(t[2], 0, y, r * n, count * n);
    }
  }

  static void gluBackward(Scratch memory, float[] x, float[] g, int r0, int r1, int n, float[] gx) {
    int together = rows(n);
    float[][] t = memory.rows(ARRAYS, Math.max(TILE, together * n));
    for (int r = r0; r < r1; r += together) {
      int count = Math.min(together, r1 - r);
      gather(x, 2 * r * n, 2 * n, count, n, t[0]);
      gather(x, 2 * r * n + n, 2 * n, count, n, t[1]);
      System.arraycopy(g, r * n, t[2], 0, count * n);
      ScalarFunctions.sigmoid(t[1], count * n);
      ScalarFunctions.gates(t[2], t[0], t[1], count * n);
      scatter(t[2], count, n, gx, 2 * r * n, 2 * n);
      scatter(t[0], count, n, gx, 2 * r * n + n, 2 * n);
    }
  }

  /** Rows of n values that fill a tile. */
  private static int rows(int n) {
    return Math.max(1, TILE / n);
  }

  private static void gather(float[] from, int offset, int stride, int rows, int n, float[] to) {
    for (int r = 0; r < rows; r++) {
      System.arraycopy(from, offset + r * stride, to, r * n, n);
    }
  }

  private static void scatter(float[] from, int rows, int n, float[] to, int offset, int stride) {
    for (int r = 0; r < rows; r++) {
      System.arraycopy(from, r * n, to, offset + r * stride, n);
    }
  }
}
