package io.carillon.internal.kernel.scalar;

import static io.carillon.internal.kernel.Scratch.START;

import io.carillon.internal.kernel.Scratch;
import java.util.Arrays;

/**
 * Matrix products of the linear layers without the Vector API. The inner loops add a few scaled
 * rows to a row of sums; every row is an array of its own, because only then does the compiler turn
 * the loop into SIMD code by itself.
 *
 * <p>Before that SIMD code the compiler runs at least one round, and as many as it takes to reach a
 * whole vector in the array that is stored to; after it, what is left over. Up to 30 slow rounds
 * are more than the rest of a loop over 128 values. Therefore the sums are at {@link Scratch#START}
 * of an aligned array, the rows at the same index, and loops begin one index earlier, on a zero.
 */
final class ScalarLinear {
  /** Rows that are copied at a time: they stay in the first cache while all sums pass. */
  private static final int DEPTH = 32;

  /** Rows that one pass over the sums adds. */
  private static final int GROUP = 4;

  /** With fewer rows, copying the weights would cost more than the product. */
  private static final int FEW_ROWS = 4;

  static {
    ScalarLoops.expectLong(
        (t, n) -> addFour(1f, t[0], 1f, t[1], 1f, t[2], 1f, t[3], t[4], n - START));
  }

  private ScalarLinear() {}

  static void linear(
      Scratch memory,
      float[] x,
      int r0,
      int r1,
      int in,
      float[] weight,
      float[] bias,
      int out,
      float[] y) {
    if (r1 - r0 < FEW_ROWS) {
      dots(x, r0, r1, in, weight, bias, out, y);
      return;
    }
    float[][] rows = memory.rows(DEPTH, START + Math.max(in, out));
    float[] sums = sums(memory, out);
    for (int k0 = 0; k0 < in; k0 += DEPTH) {
      int depth = Math.min(DEPTH, in - k0);
      for (int k = 0; k < depth; k++) {
        for (int o = 0; o < out; o++) {
          rows[k][START + o] = weight[o * in + k0 + k];
        }
      }
      for (int r = r0; r < r1; r++) {
        if (k0 > 0) {
          System.arraycopy(y, r * out, sums, START, out);
        } else if (bias != null) {
          System.arraycopy(bias, 0, sums, START, out);
        } else {
          Arrays.fill(sums, START, START + out, 0f);
        }
        addRows(rows, depth, x, r * in + k0, 1, sums, out);
        System.arraycopy(sums, START, y, r * out, out);
      }
    }
  }

  private static float[] sums(Scratch memory, int n) {
    float[] sums = memory.floats(n);
    sums[START - 1] = 0f;
    return sums;
  }

  private static void dots(
      float[] x, int r0, int r1, int in, float[] weight, float[] bias, int out, float[] y) {
    for (int r = r0; r < r1; r++) {
      for (int o = 0; o < out; o++) {
        float sum = dot(x, r * in, weight, o * in, in);
        y[r * out + o] = bias == null ? sum : bias[o] + sum;
      }
    }
  }

  /** Four sums that do not wait for each other. */
  private static float dot(float[] a, int a0, float[] b, int b0, int count) {
    float first = 0;
    float second = 0;
    float third = 0;
    float fourth = 0;
    int i = 0;
    for (; i + 4 <= count; i += 4) {
      first += a[a0 + i] * b[b0 + i];
      second += a[a0 + i + 1] * b[b0 + i + 1];
      third += a[a0 + i + 2] * b[b0 + i + 2];
      fourth += a[a0 + i + 3] * b[b0 + i + 3];
    }
    for (; i < count; i++) {
      first += a[a0 + i] * b[b0 + i];
    }
    return (first + second) + (third + fourth);
  }

  static void backwardInput(
      Scratch memory, float[] g, int r0, int r1, int out, float[] weight, int in, float[] gx) {
    float[][] rows = memory.rows(DEPTH, START + Math.max(in, out));
    float[] sums = sums(memory, in);
    for (int k0 = 0; k0 < out; k0 += DEPTH) {
      int depth = Math.min(DEPTH, out - k0);
      for (int k = 0; k < depth; k++) {
        System.arraycopy(weight, (k0 + k) * in, rows[k], START, in);
      }
      for (int r = r0; r < r1; r++) {
        if (k0 > 0) {
          System.arraycopy(gx, r * in, sums, START, in);
        } else {
          Arrays.fill(sums, START, START + in, 0f);
        }
        addRows(rows, depth, g, r * out + k0, 1, sums, in);
        System.arraycopy(sums, START, gx, r * in, in);
      }
    }
  }

  static void backwardWeight(
      Scratch memory,
      float[] g,
      float[] x,
      int r0,
      int r1,
      int out,
      int in,
      int o0,
      int o1,
      float[] gWeight,
      float[] gBias) {
    float[][] rows = memory.rows(DEPTH, START + Math.max(in, out));
    float[] sums = sums(memory, in);
    for (int k0 = r0; k0 < r1; k0 += DEPTH) {
      int depth = Math.min(DEPTH, r1 - k0);
      for (int k = 0; k < depth; k++) {
        System.arraycopy(x, (k0 + k) * in, rows[k], START, in);
      }
      for (int o = o0; o < o1; o++) {
        System.arraycopy(gWeight, o * in, sums, START, in);
        addRows(rows, depth, g, k0 * out + o, out, sums, in);
        System.arraycopy(sums, START, gWeight, o * in, in);
      }
      if (gBias != null) {
        for (int k = k0; k < k0 + depth; k++) {
          for (int o = o0; o < o1; o++) {
            gBias[o] += g[k * out + o];
          }
        }
      }
    }
  }

  /** sums += Σ_k factors[offset + k stride] rows[k]. */
  private static void addRows(
      float[][] rows, int count, float[] factors, int offset, int stride, float[] sums, int n) {
    int k = 0;
    for (; k + GROUP <= count; k += GROUP) {
      int at = offset + k * stride;
      addFour(
          factors[at],
          rows[k],
          factors[at + stride],
          rows[k + 1],
          factors[at + 2 * stride],
          rows[k + 2],
          factors[at + 3 * stride],
          rows[k + 3],
          sums,
          n);
    }
    for (; k < count; k++) {
      addOne(factors[offset + k * stride], rows[k], sums, n);
    }
  }

  private static void addFour(
      float fa,
      float[] a,
      float fb,
      float[] b,
      float fc,
      float[] c,
      float fd,
      float[] d,
      float[] sums,
      int n) {
    for (int i = START - 1; i < START + n; i++) {
      sums[i] += fa * a[i] + fb * b[i] + fc * c[i] + fd * d[i];
    }
  }

  private static void addOne(float factor, float[] row, float[] sums, int n) {
    for (int i = START - 1; i < START + n; i++) {
      sums[i] += factor * row[i];
    }
  }
}
