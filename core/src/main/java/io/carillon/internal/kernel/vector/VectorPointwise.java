package io.carillon.internal.kernel.vector;

import static io.carillon.internal.kernel.vector.VectorWidth.FLOAT;
import static io.carillon.internal.kernel.vector.VectorWidth.LANES;

import io.carillon.internal.kernel.FloatMath;
import io.carillon.internal.kernel.Scratch;
import jdk.incubator.vector.FloatVector;

/** SIMD pointwise functions. */
final class VectorPointwise {
  private VectorPointwise() {}

  static void gelu(Scratch memory, float[] x, float[] y, int from, int to) {
    int end = to - (to - from) % LANES;
    geluVectors(x, y, from, end);
    if (end < to) {
      // The rest goes through a whole vector too: a value must not depend on where a range ends.
      float[] s = memory.floats(LANES);
      System.arraycopy(x, end, s, 0, to - end);
      geluVectors(s, s, 0, LANES);
      System.arraycopy(s, 0, y, end, to - end);
    }
  }

  private static void geluVectors(float[] x, float[] y, int from, int to) {
    for (int i = from; i < to; i += LANES) {
      FloatVector v = FloatVector.fromArray(FLOAT, x, i);
      v.mul(VectorMath.normalCdf(v, VectorMath.gauss(v))).intoArray(y, i);
    }
  }

  static void geluBackward(Scratch memory, float[] x, float[] g, float[] gx, int from, int to) {
    int end = to - (to - from) % LANES;
    geluBackwardVectors(x, from, g, from, gx, from, end - from);
    if (end < to) {
      float[] s = memory.floats(2 * LANES);
      System.arraycopy(x, end, s, 0, to - end);
      System.arraycopy(g, end, s, LANES, to - end);
      geluBackwardVectors(s, 0, s, LANES, s, 0, LANES);
      System.arraycopy(s, 0, gx, end, to - end);
    }
  }

  private static void geluBackwardVectors(
      float[] x, int x0, float[] g, int g0, float[] gx, int gx0, int count) {
    FloatVector density = FloatVector.broadcast(FLOAT, FloatMath.DENSITY);
    for (int i = 0; i < count; i += LANES) {
      FloatVector v = FloatVector.fromArray(FLOAT, x, x0 + i);
      FloatVector gauss = VectorMath.gauss(v);
      FloatVector slope = v.mul(gauss).fma(density, VectorMath.normalCdf(v, gauss));
      slope.mul(FloatVector.fromArray(FLOAT, g, g0 + i)).intoArray(gx, gx0 + i);
    }
  }

  static void glu(float[] x, int r0, int r1, int n, float[] y) {
    int end = n - n % LANES;
    for (int r = r0; r < r1; r++) {
      int a = 2 * r * n;
      int to = r * n;
      for (int i = 0; i < end; i += LANES) {
        FloatVector gate = VectorMath.sigmoid(FloatVector.fromArray(FLOAT, x, a + n + i));
        FloatVector.fromArray(FLOAT, x, a + i).mul(gate).intoArray(y, to + i);
      }
      for (int i = end; i < n; i++) {
        y[to + i] = x[a + i] * FloatMath.sigmoid(x[a + n + i]);
      }
    }
  }

  static void gluBackward(float[] x, float[] g, int r0, int r1, int n, float[] gx) {
    int end = n - n % LANES;
    for (int r = r0; r < r1; r++) {
      int a = 2 * r * n;
      int from = r * n;
      for (int i = 0; i < end; i += LANES) {
        FloatVector gate = VectorMath.sigmoid(FloatVector.fromArray(FLOAT, x, a + n + i));
        FloatVector passed = FloatVector.fromArray(FLOAT, g, from + i).mul(gate);
        FloatVector value = FloatVector.fromArray(FLOAT, x, a + i);
        passed.intoArray(gx, a + i);
        passed.mul(value).mul(gate.neg().add(1f)).intoArray(gx, a + n + i);
      }
      for (int i = end; i < n; i++) {
        float gate = FloatMath.sigmoid(x[a + n + i]);
        float passed = g[from + i] * gate;
        gx[a + n + i] = passed * x[a + i] * (1f - gate);
        gx[a + i] = passed;
      }
    }
  }
}
