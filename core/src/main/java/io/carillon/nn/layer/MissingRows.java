package io.carillon.nn.layer;

import io.carillon.engine.Buffer;
import io.carillon.engine.Buffers;
import io.carillon.engine.Pass;
import io.carillon.engine.Rows;

/** Missing rows of a layer's input: they enter as zeros, and their gradient is zero. */
public final class MissingRows {
  private final Buffer masked;
  private final int width;

  /**
   * Those of a layer.
   *
   * @param buffers of the layer
   * @param width of its input
   */
  public MissingRows(Buffers buffers, int width) {
    this.masked =
        buffers.scratch(
            "masked", pass -> pass.rows().masked() ? (long) pass.rows().total() * width : 0);
    this.width = width;
  }

  /**
   * x itself, or a copy with zeros in the missing rows.
   *
   * @param x [rows][width]
   */
  public float[] zeroed(Pass pass, float[] x) {
    if (!pass.rows().masked()) {
      return x;
    }
    float[] copy = masked.of(pass);
    multiply(pass.rows(), x, copy);
    return copy;
  }

  /** Sets the missing rows of x [rows][width] to zero. */
  public void clear(Pass pass, float[] x) {
    if (pass.rows().masked()) {
      multiply(pass.rows(), x, x);
    }
  }

  private void multiply(Rows rows, float[] from, float[] to) {
    for (int r = 0; r < rows.total(); r++) {
      for (int h = r * width; h < (r + 1) * width; h++) {
        to[h] = from[h] * rows.mask()[r];
      }
    }
  }
}
