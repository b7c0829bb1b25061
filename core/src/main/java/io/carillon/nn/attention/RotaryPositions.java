package io.carillon.nn.attention;

import io.carillon.engine.RowStage;
import io.carillon.engine.Rows;

/**
 * Rotary positions (papers B.3): in a row at position t of its sequence, the pair of channels (2m,
 * 2m + 1) of every head of size d is turned by the angle t · base^(−2m/d). The product of a turned
 * query and a turned key then depends on the distance of their positions only.
 */
final class RotaryPositions {
  private final int heads;
  private final int size;
  private final double[] frequency;

  /**
   * For rows of {@code heads} heads.
   *
   * @param size d, even
   */
  RotaryPositions(int heads, int size, double base) {
    this.heads = heads;
    this.size = size;
    this.frequency = new double[size / 2];
    for (int m = 0; m < frequency.length; m++) {
      frequency[m] = Math.pow(base, -2.0 * m / size);
    }
  }

  /** Turns all given arrays [rows][heads][size] in place. */
  RowStage forward(Rows rows, float[]... arrays) {
    return stage(rows, 1, arrays);
  }

  /** Turns gradients back: the adjoint of a rotation is its inverse. */
  RowStage backward(Rows rows, float[]... gradients) {
    return stage(rows, -1, gradients);
  }

  private RowStage stage(Rows rows, int direction, float[]... arrays) {
    return (task, r0, r1) -> {
      float[] cos = new float[frequency.length];
      float[] sin = new float[frequency.length];
      for (int r = r0; r < r1; r++) {
        int t = r - rows.start(rows.sequenceAt(r));
        for (int m = 0; m < cos.length; m++) {
          cos[m] = (float) Math.cos(t * frequency[m]);
          sin[m] = direction * (float) Math.sin(t * frequency[m]);
        }
        for (float[] x : arrays) {
          turn(x, r * heads * size, cos, sin);
        }
      }
    };
  }

  private void turn(float[] x, int at, float[] cos, float[] sin) {
    for (int head = 0; head < heads; head++) {
      for (int m = 0; m < cos.length; m++) {
        int i = at + head * size + 2 * m;
        float even = x[i];
        float odd = x[i + 1];
        x[i] = even * cos[m] - odd * sin[m];
        x[i + 1] = even * sin[m] + odd * cos[m];
      }
    }
  }
}
