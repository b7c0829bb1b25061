package io.carillon.nn.attention;

import io.carillon.internal.kernel.FloatMath;
import io.carillon.internal.kernel.Kernels;
import java.util.Arrays;

/**
 * One head of softmax attention over one sequence,
 *
 * <pre>
 *   s_tk = scale · q_t · k_k,   p_tk = exp(s_tk − lse_t),   lse_t = log Σ_k exp s_tk,   o_t = Σ_k p_tk v_k
 * </pre>
 *
 * with the sums over the steps that t attends to; o_t = 0 if there are none. Computed on tiles of
 * {@value #TILE} queries by as many keys, so that no more than one tile of s exists at a time: the
 * maximum and the sum of a row are carried from tile to tile and what was added before is rescaled.
 * The backward pass computes every tile again from lse.
 *
 * <p>All arrays are [rows][heads][size]; an object is used by one task.
 */
final class AttentionHead {
  /** Steps of a tile: a tile and its queries, keys and values fit into a first-level cache. */
  static final int TILE = 64;

  private final Kernels kernels;
  private final AttentionView view;
  private final boolean masked;
  private final int heads;
  private final int head;
  private final int width;
  private final int size;
  private final int column;
  private final int firstRow;

  private final float[] query;
  private final float[] key;
  private final float[] value;
  private final float[] score = new float[TILE * TILE];
  private final float[] product;

  /**
   * A head.
   *
   * @param heads heads of a row
   * @param size channels of a head
   * @param head number of this one
   */
  AttentionHead(Kernels kernels, AttentionView view, int heads, int size, int head) {
    this.kernels = kernels;
    this.view = view;
    this.masked = view.rows().masked();
    this.heads = heads;
    this.head = head;
    this.width = heads * size;
    this.size = size;
    this.column = head * size;
    this.firstRow = view.rows().start(view.sequence());
    this.query = new float[TILE * size];
    this.key = new float[TILE * size];
    this.value = new float[TILE * size];
    this.product = new float[TILE * size];
  }

  private void load(float[] x, int t0, int t1, float factor, float[] tile) {
    for (int t = t0; t < t1; t++) {
      int from = (firstRow + t) * width + column;
      for (int i = 0; i < size; i++) {
        tile[(t - t0) * size + i] = factor * x[from + i];
      }
    }
  }

  private void addTo(float[] x, int t0, int t1, float factor, float[] tile) {
    for (int t = t0; t < t1; t++) {
      int to = (firstRow + t) * width + column;
      for (int i = 0; i < size; i++) {
        x[to + i] += factor * tile[(t - t0) * size + i];
      }
    }
  }

  /**
   * Writes o and lse of steps t0 .. t1-1.
   *
   * @param lse [rows][heads]
   */
  void forward(
      int t0, int t1, float[] q, float[] k, float[] v, float scale, float[] o, float[] lse) {
    float[] largest = new float[TILE];
    double[] sum = new double[TILE];
    float[] mean = new float[TILE * size];
    for (int a = t0; a < t1; a += TILE) {
      int b = Math.min(t1, a + TILE);
      load(q, a, b, scale, query);
      Arrays.fill(largest, Float.NEGATIVE_INFINITY);
      Arrays.fill(sum, 0);
      Arrays.fill(mean, 0);
      int end = view.to(b - 1);
      for (int k0 = view.from(a); k0 < end; k0 += TILE) {
        int k1 = Math.min(end, k0 + TILE);
        load(k, k0, k1, 1, key);
        load(v, k0, k1, 1, value);
        kernels.linear(query, 0, b - a, size, key, null, k1 - k0, score);
        for (int t = a; t < b; t++) {
          accumulate(t, t - a, k0, k1, largest, sum, mean);
        }
        kernels.linearBackwardInput(score, 0, b - a, k1 - k0, value, size, product);
        for (int i = 0; i < (b - a) * size; i++) {
          mean[i] += product[i];
        }
      }
      for (int t = a; t < b; t++) {
        finish(t, t - a, largest, sum, mean, o, lse);
      }
    }
  }

  /** Turns a row of scores into exp(s − largest so far), and rescales what was summed before. */
  private void accumulate(
      int t, int r, int k0, int k1, float[] largest, double[] sum, float[] mean) {
    int row = r * (k1 - k0) - k0;
    int from = row + Math.min(k1, Math.max(k0, view.from(t)));
    int to = Math.max(from, row + Math.min(k1, view.to(t)));
    hide(row, from, to);
    float most = Math.max(largest[r], kernels.max(score, from, to));
    if (most > largest[r]) {
      float shrink = largest[r] == Float.NEGATIVE_INFINITY ? 0 : FloatMath.exp(largest[r] - most);
      sum[r] *= shrink;
      for (int i = r * size; i < (r + 1) * size; i++) {
        mean[i] *= shrink;
      }
      largest[r] = most;
    }
    sum[r] += weigh(row, k0, k1, from, to, most);
  }

  /** Scores of steps that were not observed become −∞. */
  private void hide(int row, int from, int to) {
    for (int i = from; masked && i < to; i++) {
      if (!view.observed(i - row)) {
        score[i] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  /** exp(score − shift) for the keys that are attended to, 0 for the others; their sum. */
  private double weigh(int row, int k0, int k1, int from, int to, float shift) {
    Arrays.fill(score, row + k0, from, 0f);
    Arrays.fill(score, to, row + k1, 0f);
    if (!masked) {
      return kernels.exponentials(score, from, to, shift);
    }
    double sum = 0;
    for (int i = from; i < to; i++) {
      score[i] = view.observed(i - row) ? FloatMath.exp(score[i] - shift) : 0;
      sum += score[i];
    }
    return sum;
  }

  private void finish(
      int t, int r, float[] largest, double[] sum, float[] mean, float[] o, float[] lse) {
    int to = (firstRow + t) * width + column;
    float factor = sum[r] > 0 ? (float) (1 / sum[r]) : 0;
    for (int i = 0; i < size; i++) {
      o[to + i] = factor * mean[r * size + i];
    }
    lse[(firstRow + t) * heads + head] = (float) (largest[r] + Math.log(sum[r]));
  }

  /**
   * Adds the gradients of q, k and v.
   *
   * @param q unscaled
   * @param go gradient of o
   * @return gradient of scale
   */
  double backward(
      float[] q,
      float[] k,
      float[] v,
      float scale,
      float[] o,
      float[] lse,
      float[] go,
      float[] gq,
      float[] gk,
      float[] gv) {
    float[] gOut = new float[TILE * size];
    float[] gScore = new float[TILE * TILE];
    float[] gQuery = new float[TILE * size];
    float[] dot = new float[TILE];
    double gScale = 0;
    for (int a = 0; a < view.length(); a += TILE) {
      int b = Math.min(view.length(), a + TILE);
      load(q, a, b, scale, query);
      load(go, a, b, 1, gOut);
      dots(a, b, o, gOut, dot);
      Arrays.fill(gQuery, 0);
      int end = view.to(b - 1);
      for (int k0 = view.from(a); k0 < end; k0 += TILE) {
        int k1 = Math.min(end, k0 + TILE);
        load(k, k0, k1, 1, key);
        load(v, k0, k1, 1, value);
        kernels.linear(query, 0, b - a, size, key, null, k1 - k0, score);
        kernels.linear(gOut, 0, b - a, size, value, null, k1 - k0, gScore);
        for (int t = a; t < b; t++) {
          probabilities(t, t - a, k0, k1, lse[(firstRow + t) * heads + head], dot[t - a], gScore);
        }
        collect(score, gOut, b - a, k0, k1, gv);
        collect(gScore, query, b - a, k0, k1, gk);
        kernels.linearBackwardInput(gScore, 0, b - a, k1 - k0, key, size, product);
        for (int i = 0; i < (b - a) * size; i++) {
          gQuery[i] += product[i];
        }
      }
      load(q, a, b, 1, query);
      for (int i = 0; i < (b - a) * size; i++) {
        gScale += (double) gQuery[i] * query[i];
      }
      addTo(gq, a, b, scale, gQuery);
    }
    return gScale;
  }

  /** Σ_k p_tk ∂p_tk = o_t · go_t, which the softmax subtracts from every ∂p. */
  private void dots(int a, int b, float[] o, float[] gOut, float[] dot) {
    load(o, a, b, 1, product);
    for (int r = 0; r < b - a; r++) {
      double sum = 0;
      for (int i = r * size; i < (r + 1) * size; i++) {
        sum += (double) product[i] * gOut[i];
      }
      dot[r] = (float) sum;
    }
  }

  /** Scores to p, gradients of p to gradients of scores. */
  private void probabilities(
      int t, int r, int k0, int k1, float logSum, float dot, float[] gScore) {
    int row = r * (k1 - k0) - k0;
    int from = row + Math.min(k1, Math.max(k0, view.from(t)));
    int to = Math.max(from, row + Math.min(k1, view.to(t)));
    weigh(row, k0, k1, from, to, logSum);
    for (int i = row + k0; i < row + k1; i++) {
      gScore[i] = score[i] * (gScore[i] - dot);
    }
  }

  /** gx[k] += Σ_t weight[t][k] rows[t] for the keys k0 .. k1-1. */
  private void collect(float[] weight, float[] rows, int count, int k0, int k1, float[] gx) {
    Arrays.fill(product, 0);
    kernels.linearBackwardWeight(weight, rows, 0, count, k1 - k0, size, 0, k1 - k0, product, null);
    addTo(gx, k0, k1, 1, product);
  }
}
