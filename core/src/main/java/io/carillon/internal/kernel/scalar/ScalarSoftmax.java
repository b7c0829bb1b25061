package io.carillon.internal.kernel.scalar;

import io.carillon.internal.kernel.FloatMath;

/** The two loops of a softmax over a row. */
final class ScalarSoftmax {
  private ScalarSoftmax() {}

  static float max(float[] x, int from, int to) {
    float most = Float.NEGATIVE_INFINITY;
    for (int i = from; i < to; i++) {
      most = Math.max(most, x[i]);
    }
    return most;
  }

  static float exponentials(float[] x, int from, int to, float shift) {
    float sum = 0;
    for (int i = from; i < to; i++) {
      x[i] = FloatMath.exp(x[i] - shift);
      sum += x[i];
    }
    return sum;
  }
}
