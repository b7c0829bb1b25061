package io.carillon.internal.kernel;

import java.util.Arrays;

/** Scalar matrix products of the linear layers. */
final class ScalarLinear {
  private ScalarLinear() {}

  static void linear(
      float[] x, int r0, int r1, int in, float[] weight, float[] bias, int out, float[] y) {
    float[] transposed = new float[in * out];
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < in; i++) {
        transposed[i * out + o] = weight[o * in + i];
      }
    }
    for (int r = r0; r < r1; r++) {
      if (bias == null) {
        Arrays.fill(y, r * out, r * out + out, 0f);
      } else {
        System.arraycopy(bias, 0, y, r * out, out);
      }
      for (int i = 0; i < in; i++) {
        addScaled(x[r * in + i], transposed, i * out, y, r * out, out);
      }
    }
  }

  static void backwardInput(
      float[] g, int r0, int r1, int out, float[] weight, int in, float[] gx) {
    for (int r = r0; r < r1; r++) {
      Arrays.fill(gx, r * in, r * in + in, 0f);
      for (int o = 0; o < out; o++) {
        addScaled(g[r * out + o], weight, o * in, gx, r * in, in);
      }
    }
  }

  static void backwardWeight(
      float[] g, float[] x, int rows, int out, int in, int o0, int o1,
      float[] gWeight, float[] gBias) {
    for (int r = 0; r < rows; r++) {
      for (int o = o0; o < o1; o++) {
        float scale = g[r * out + o];
        addScaled(scale, x, r * in, gWeight, o * in, in);
        if (gBias != null) {
          gBias[o] += scale;
        }
      }
    }
  }

  private static void addScaled(
      float scale, float[] from, int fromOffset, float[] to, int toOffset, int count) {
    for (int i = 0; i < count; i++) {
      to[toOffset + i] += scale * from[fromOffset + i];
    }
  }
}
