package io.carillon.internal.kernel.vector;

import static io.carillon.internal.kernel.vector.VectorWidth.FLOAT;
import static io.carillon.internal.kernel.vector.VectorWidth.LANES;

import io.carillon.internal.kernel.Scratch;
import jdk.incubator.vector.FloatVector;

/** SIMD layer norm: one row after the other, two passes for the variance. */
final class VectorNorm {
  private VectorNorm() {}

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
    float[] lanes = memory.floats(LANES);
    for (int r = r0; r < r1; r++) {
      int row = r * n;
      float mean = sum(x, row, n, lanes) / n;
      float inverse = (float) (1 / Math.sqrt(squares(x, row, n, mean, lanes) / n + eps));
      stats[2 * r] = mean;
      stats[2 * r + 1] = inverse;
      normalise(x, row, n, mean, inverse, weight, bias, y);
    }
  }

  private static float sum(float[] x, int row, int n, float[] lanes) {
    int end = n - n % LANES;
    FloatVector sums = FloatVector.zero(FLOAT);
    for (int i = 0; i < end; i += LANES) {
      sums = sums.add(FloatVector.fromArray(FLOAT, x, row + i));
    }
    float sum = VectorRows.sum(sums, lanes);
    for (int i = end; i < n; i++) {
      sum += x[row + i];
    }
    return sum;
  }

  private static float squares(float[] x, int row, int n, float mean, float[] lanes) {
    int end = n - n % LANES;
    FloatVector sums = FloatVector.zero(FLOAT);
    for (int i = 0; i < end; i += LANES) {
      FloatVector d = FloatVector.fromArray(FLOAT, x, row + i).sub(mean);
      sums = d.fma(d, sums);
    }
    float sum = VectorRows.sum(sums, lanes);
    for (int i = end; i < n; i++) {
      sum += (x[row + i] - mean) * (x[row + i] - mean);
    }
    return sum;
  }

  private static void normalise(
      float[] x,
      int row,
      int n,
      float mean,
      float inverse,
      float[] weight,
      float[] bias,
      float[] y) {
    int end = n - n % LANES;
    for (int i = 0; i < end; i += LANES) {
      FloatVector.fromArray(FLOAT, x, row + i)
          .sub(mean)
          .mul(inverse)
          .fma(FloatVector.fromArray(FLOAT, weight, i), FloatVector.fromArray(FLOAT, bias, i))
          .intoArray(y, row + i);
    }
    for (int i = end; i < n; i++) {
      y[row + i] = (x[row + i] - mean) * inverse * weight[i] + bias[i];
    }
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
    int end = n - n % LANES;
    float[] lanes = memory.floats(LANES);
    for (int r = r0; r < r1; r++) {
      int row = r * n;
      float mean = stats[2 * r];
      float inverse = stats[2 * r + 1];
      FloatVector sums = FloatVector.zero(FLOAT);
      FloatVector dots = FloatVector.zero(FLOAT);
      for (int i = 0; i < end; i += LANES) {
        FloatVector hat = FloatVector.fromArray(FLOAT, x, row + i).sub(mean).mul(inverse);
        FloatVector out = FloatVector.fromArray(FLOAT, g, row + i);
        hat.fma(out, FloatVector.fromArray(FLOAT, gWeight, i)).intoArray(gWeight, i);
        out.add(FloatVector.fromArray(FLOAT, gBias, i)).intoArray(gBias, i);
        FloatVector scaled = out.mul(FloatVector.fromArray(FLOAT, weight, i));
        sums = sums.add(scaled);
        dots = scaled.fma(hat, dots);
      }
      float sum = VectorRows.sum(sums, lanes);
      float dot = VectorRows.sum(dots, lanes);
      for (int i = end; i < n; i++) {
        float hat = (x[row + i] - mean) * inverse;
        float out = g[row + i];
        gWeight[i] += out * hat;
        gBias[i] += out;
        sum += out * weight[i];
        dot += out * weight[i] * hat;
      }
      inputGradient(x, row, n, mean, inverse, g, weight, sum / n, dot / n, gx);
    }
  }

  private static void inputGradient(
      float[] x,
      int row,
      int n,
      float mean,
      float inverse,
      float[] g,
      float[] weight,
      float meanGradient,
      float meanDot,
      float[] gx) {
    int end = n - n % LANES;
    FloatVector slope = FloatVector.broadcast(FLOAT, -meanDot);
    for (int i = 0; i < end; i += LANES) {
      FloatVector hat = FloatVector.fromArray(FLOAT, x, row + i).sub(mean).mul(inverse);
      FloatVector scaled =
          FloatVector.fromArray(FLOAT, g, row + i).mul(FloatVector.fromArray(FLOAT, weight, i));
      hat.fma(slope, scaled).sub(meanGradient).mul(inverse).intoArray(gx, row + i);
    }
    for (int i = end; i < n; i++) {
      float hat = (x[row + i] - mean) * inverse;
      gx[row + i] = inverse * (g[row + i] * weight[i] - meanGradient - hat * meanDot);
    }
  }
}
