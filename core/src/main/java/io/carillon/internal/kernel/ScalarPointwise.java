package io.carillon.internal.kernel;

/** Scalar pointwise functions and layer norm. */
final class ScalarPointwise {
  private ScalarPointwise() {}

  static void gelu(float[] x, float[] y, int from, int to) {
    for (int i = from; i < to; i++) {
      y[i] = x[i] * FloatMath.normalCdf(x[i], FloatMath.gauss(x[i]));
    }
  }

  static void geluBackward(float[] x, float[] g, float[] gx, int from, int to) {
    for (int i = from; i < to; i++) {
      float gauss = FloatMath.gauss(x[i]);
      gx[i] = g[i] * (FloatMath.normalCdf(x[i], gauss) + x[i] * FloatMath.DENSITY * gauss);
    }
  }

  static void glu(float[] x, int r0, int r1, int n, float[] y) {
    for (int r = r0; r < r1; r++) {
      for (int o = 0; o < n; o++) {
        y[r * n + o] = x[2 * r * n + o] * FloatMath.sigmoid(x[2 * r * n + n + o]);
      }
    }
  }

  static void gluBackward(float[] x, float[] g, int r0, int r1, int n, float[] gx) {
    for (int r = r0; r < r1; r++) {
      for (int o = 0; o < n; o++) {
        float a = x[2 * r * n + o];
        float gate = FloatMath.sigmoid(x[2 * r * n + n + o]);
        float out = g[r * n + o];
        gx[2 * r * n + o] = out * gate;
        gx[2 * r * n + n + o] = out * a * gate * (1 - gate);
      }
    }
  }

  static void layerNorm(
      float[] x,
      int r0,
      int r1,
      int n,
      float[] weight,
      float[] bias,
      float eps,
      float[] y,
      float[] stats) {
    for (int r = r0; r < r1; r++) {
      double sum = 0;
      for (int i = r * n; i < r * n + n; i++) {
        sum += x[i];
      }
      float mean = (float) (sum / n);
      double squares = 0;
      for (int i = r * n; i < r * n + n; i++) {
        float d = x[i] - mean;
        squares += d * d;
      }
      float inverse = (float) (1 / Math.sqrt(squares / n + eps));
      stats[2 * r] = mean;
      stats[2 * r + 1] = inverse;
      for (int i = 0; i < n; i++) {
        y[r * n + i] = (x[r * n + i] - mean) * inverse * weight[i] + bias[i];
      }
    }
  }

  static void layerNormBackward(
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
    for (int r = r0; r < r1; r++) {
      float mean = stats[2 * r];
      float inverse = stats[2 * r + 1];
      double sum = 0;
      double dot = 0;
      for (int i = 0; i < n; i++) {
        float hat = (x[r * n + i] - mean) * inverse;
        float scaled = g[r * n + i] * weight[i];
        sum += scaled;
        dot += scaled * hat;
        gWeight[i] += g[r * n + i] * hat;
        gBias[i] += g[r * n + i];
      }
      float meanG = (float) (sum / n);
      float meanDot = (float) (dot / n);
      for (int i = 0; i < n; i++) {
        float hat = (x[r * n + i] - mean) * inverse;
        gx[r * n + i] = inverse * (g[r * n + i] * weight[i] - meanG - hat * meanDot);
      }
    }
  }
}
