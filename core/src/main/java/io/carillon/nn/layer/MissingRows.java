package io.carillon.nn.layer;

import io.carillon.engine.Pass;
import io.carillon.engine.Rows;

/** Missing rows of a layer's input: they enter as zeros, and their gradient is zero. */
public final class MissingRows {
  private MissingRows() {}

  /**
   * x itself, or a copy in a scratch slot with zeros in the missing rows.
   *
   * @param x [rows][width]
   */
  public static float[] zeroed(Pass pass, Object owner, int slot, float[] x, int width) {
    if (!pass.rows().masked()) {
      return x;
    }
    float[] masked = pass.scratch(owner, slot, pass.rows().total() * width);
    multiply(pass.rows(), x, masked, width);
    return masked;
  }

  /** Sets the missing rows of x [rows][width] to zero. */
  public static void clear(Pass pass, float[] x, int width) {
    if (pass.rows().masked()) {
      multiply(pass.rows(), x, x, width);
    }
  }

  private static void multiply(Rows rows, float[] from, float[] to, int width) {
    for (int r = 0; r < rows.total(); r++) {
      for (int h = r * width; h < (r + 1) * width; h++) {
        to[h] = from[h] * rows.mask()[r];
      }
    }
  }
}
