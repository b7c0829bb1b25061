package io.carillon.internal.kernel.scalar;

import io.carillon.internal.kernel.Scratch;

/**
 * Layer norm without the Vector API. The compiler does not reorder sums, so that a sum over a row
 * is made of several that do not wait for each other.
 */
final class ScalarNorm {
  private static final int ROWS = 6;

  private ScalarNorm() {}

  static void layerNorm(
      Scratch memory,
      float[] x,
      int r0,
      int r1,
      int n,
      float[] weight,
      float[] bias,
      float eps,
      float[] y,
      float[] stats) {
    float[][] t = memory.rows(ROWS, n);
    for (int r = r0; r < r1; r++) {
      System.arraycopy(x, r * n, t[0], 0, n);
      float mean = sum(t[0], n) / n;
      centre(t[0], mean, t[1], n);
      float inverse = (float) (1 / Math.sqrt(sum(t[1], n) / (double) n + eps));
      stats[2 * r] = mean;
      stats[2 * r + 1] = inverse;
      scale(t[0], inverse, weight, bias, n);
      System.arraycopy(t[0], 0, y, r * n, n);
    }
  }

  /** x −= mean, and its square. */
  private static void centre(float[] x, float mean, float[] square, int n) {
    for (int i = 0; i < n; i++) {
      float d = x[i] - mean;
      x[i] = d;
      square[i] = d * d;
    }
  }

  private static void scale(float[] x, float inverse, float[] weight, float[] bias, int n) {
    for (int i = 0; i < n; i++) {
      x[i] = x[i] * inverse * weight[i] + bias[i];
    }
  }

  /** Eight sums that do not wait for each other. */
  private static float sum(float[] x, int n) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    float e = 0;
    float f = 0;
    float g = 0;
    float h = 0;
    int i = 0;
    for (; i + 8 <= n; i += 8) {
      a += x[i];
      b += x[i + 1];
      c += x[i + 2];
      d += x[i + 3];
      e += x[i + 4];
      f += x[i + 5];
      g += x[i + 6];
      h += x[i + 7];
    }
    for (; i < n; i++) {
      a += x[i];
    }
    return ((a + b) + (c + d)) + ((e + f) + (g + h));
  }

  static void layerNormBackward(
      Scratch memory,
      float[] x,
      float[] stats,
      float[] g,
      int r0,
      int r1,
      int n,
      float[] weight,
      float[] gx,
      float[] gWeight,
      float[] gBias) {
    float[][] t = memory.rows(ROWS, n);
    System.arraycopy(gWeight, 0, t[3], 0, n);
    System.arraycopy(gBias, 0, t[4], 0, n);
    for (int r = r0; r < r1; r++) {
      System.arraycopy(x, r * n, t[0], 0, n);
      System.arraycopy(g, r * n, t[1], 0, n);
      normalise(t[0], stats[2 * r], stats[2 * r + 1], n);
      addTo(t[0], t[1], t[3], t[4], n);
      ScalarFunctions.multiply(t[1], weight, t[2], n);
      ScalarFunctions.multiply(t[2], t[0], t[5], n);
      float meanG = sum(t[2], n) / n;
      float meanDot = sum(t[5], n) / n;
      combine(t[2], t[0], meanG, meanDot, stats[2 * r + 1], n);
      System.arraycopy(t[2], 0, gx, r * n, n);
    }
    System.arraycopy(t[3], 0, gWeight, 0, n);
    System.arraycopy(t[4], 0, gBias, 0, n);
  }

  private static void normalise(float[] x, float mean, float inverse, int n) {
    for (int i = 0; i < n; i++) {
      x[i] = (x[i] - mean) * inverse;
    }
  }

  private static void addTo(float[] hat, float[] g, float[] weights, float[] biases, int n) {
    for (int i = 0; i < n; i++) {
      weights[i] += g[i] * hat[i];
      biases[i] += g[i];
    }
  }

  private static void combine(
      float[] scaled, float[] hat, float meanG, float meanDot, float inverse, int n) {
    for (int i = 0; i < n; i++) {
      scaled[i] = inverse * (scaled[i] - meanG - hat[i] * meanDot);
    }
  }
}
