package io.carillon.nn.ssm;

import io.carillon.engine.Rows;
import io.carillon.ssm.diagonal.HeldGap;

/**
 * The recurrence of {@link GapRecurrence} over a block of channels, on states [2 = re,
 * im][M][width] in double. For one task.
 */
final class GapScan {
  /** Most channels of a block. */
  static final int CHANNELS = 16;

  /** Lengths of steps that are kept, a power of two: most streams have few different ones. */
  private static final int GAPS = 32;

  private static final int BLOCK = GapPlan.BLOCK;

  private final SsmShape layer;
  private final GapPlan plan;
  private final int h0;
  private final int width;
  private final int n;
  private final boolean derivatives;
  private final HeldGap[] kept = new HeldGap[GAPS];
  private final double[] x;
  private final double[] wRe;
  private final double[] wIm;
  private int weightsOf = -1;

  /**
   * Room for a scan.
   *
   * @param h0 first channel
   * @param derivatives whether there will be a {@link #backward}
   */
  GapScan(GapPlan plan, int h0, boolean derivatives) {
    this.layer = plan.layer;
    this.plan = plan;
    this.h0 = h0;
    this.width = Math.min(CHANNELS, layer.channels() - h0);
    this.n = plan.held.modes() * width;
    this.derivatives = derivatives;
    this.x = new double[2 * n];
    this.wRe = new double[n];
    this.wIm = new double[n];
  }

  private HeldGap gap(double length) {
    int slot = (int) (Double.doubleToLongBits(length) * 0x9E3779B97F4A7C15L >>> 59) % GAPS;
    if (kept[slot] == null) {
      kept[slot] = new HeldGap(n, derivatives);
    }
    if (kept[slot].gap() != length) {
      plan.held.fill(length, h0, h0 + width, kept[slot]);
    }
    return kept[slot];
  }

  private void weights(int set) {
    if (set == weightsOf) {
      return;
    }
    weightsOf = set;
    for (int m = 0; m < plan.held.modes(); m++) {
      for (int i = 0; i < width; i++) {
        wRe[m * width + i] = plan.modes.wRe()[plan.modes.wRow(set, h0 + i) + m];
        wIm[m * width + i] = plan.modes.wIm()[plan.modes.wRow(set, h0 + i) + m];
      }
    }
  }

  /**
   * Adds the outputs of one sequence and set to y; updates its state; keeps boundaries if given.
   */
  void forward(
      Rows rows, int b, int set, float[] u, float[] y, float[] states, float[] boundaries) {
    weights(set);
    int length = rows.length(b);
    boolean reverse = layer.isReverse(set);
    int state = (b * plan.sets + set) * 2 * plan.plane;
    load(states, state, x);
    for (int k = 0; k < length; k++) {
      if (boundaries != null && k % BLOCK == 0) {
        store(x, boundaries, plan.boundaryOffset(rows, b, set) + k / BLOCK * 2 * plan.plane);
      }
      int t = reverse ? length - 1 - k : k;
      int source = reverse ? t + 1 : t;
      if (source < length) {
        int row = rows.start(b) + source;
        gap(rows.gaps()[row]).advance(x, u, row * layer.channels() + h0, width);
      }
      int out = (rows.start(b) + t) * layer.kernels() * layer.channels() + layer.column(set) + h0;
      for (int i = 0; i < width; i++) {
        double sum = 0;
        for (int k2 = i; k2 < n; k2 += width) {
          sum += wRe[k2] * x[k2] - wIm[k2] * x[n + k2];
        }
        y[out + i] += (float) sum;
      }
    }
    store(x, states, state);
  }

  /**
   * The adjoint, from the last step of the scan to the first. S is the gradient of the state; a
   * step adds conj(w) g to it, gives S conj(x) and S u to those of a and b, and leaves S conj(a).
   */
  void backward(
      Rows rows,
      int b,
      int set,
      float[] u,
      float[] g,
      float[] gu,
      float[] boundaries,
      float[] stateGradients,
      GapSums sums) {
    weights(set);
    int length = rows.length(b);
    boolean reverse = layer.isReverse(set);
    int state = (b * plan.sets + set) * 2 * plan.plane;
    double[] s = new double[2 * n];
    load(stateGradients, state, s);
    double[][] within = new double[BLOCK + 1][2 * n];
    for (int block = (length + BLOCK - 1) / BLOCK - 1; block >= 0; block--) {
      int first = block * BLOCK;
      int steps = Math.min(BLOCK, length - first);
      load(boundaries, plan.boundaryOffset(rows, b, set) + block * 2 * plan.plane, within[0]);
      for (int k = 0; k < steps; k++) {
        int source = reverse ? length - first - k : first + k;
        System.arraycopy(within[k], 0, within[k + 1], 0, 2 * n);
        if (source < length) {
          int row = rows.start(b) + source;
          gap(rows.gaps()[row]).advance(within[k + 1], u, row * layer.channels() + h0, width);
        }
      }
      for (int k = steps - 1; k >= 0; k--) {
        int t = reverse ? length - 1 - first - k : first + k;
        int out = (rows.start(b) + t) * layer.kernels() * layer.channels() + layer.column(set) + h0;
        output(s, within[k + 1], g, out, set, sums);
        int source = reverse ? t + 1 : t;
        if (source < length) {
          int row = rows.start(b) + source;
          step(gap(rows.gaps()[row]), s, within[k], u, gu, row * layer.channels() + h0, sums);
        }
      }
    }
    store(s, stateGradients, state);
  }

  /** Through y = Re Σ w x. */
  private void output(double[] s, double[] after, float[] g, int out, int set, GapSums sums) {
    for (int m = 0; m < plan.held.modes(); m++) {
      int to = m * layer.channels() + h0;
      for (int i = 0; i < width; i++) {
        int k = m * width + i;
        double gy = g[out + i];
        s[k] += wRe[k] * gy;
        s[n + k] -= wIm[k] * gy;
        sums.wRe[set][to + i] += after[k] * gy;
        sums.wIm[set][to + i] -= after[n + k] * gy;
      }
    }
  }

  /** Through x = a x' + b u with ∂a/∂z = gap · a and ∂b/∂z = c. */
  private void step(
      HeldGap gap, double[] s, double[] before, float[] u, float[] gu, int at, GapSums sums) {
    for (int i = 0; i < width; i++) {
      double in = u[at + i];
      double sum = 0;
      for (int m = 0; m < plan.held.modes(); m++) {
        int k = m * width + i;
        double sRe = s[k];
        double sIm = s[n + k];
        double aRe = gap.aRe()[k];
        double aIm = gap.aIm()[k];
        // S conj(a) is the gradient of x', and S conj(gap · a x' + c u) that of z.
        double backRe = sRe * aRe + sIm * aIm;
        double backIm = sIm * aRe - sRe * aIm;
        int to = m * layer.channels() + h0 + i;
        sums.zRe[to] +=
            gap.gap() * (backRe * before[k] + backIm * before[n + k])
                + in * (sRe * gap.cRe()[k] + sIm * gap.cIm()[k]);
        sums.zIm[to] +=
            gap.gap() * (backIm * before[k] - backRe * before[n + k])
                + in * (sIm * gap.cRe()[k] - sRe * gap.cIm()[k]);
        sum += sRe * gap.bRe()[k] + sIm * gap.bIm()[k];
        s[k] = backRe;
        s[n + k] = backIm;
      }
      gu[at + i] += (float) sum;
    }
  }

  /** Between planes [2][M][H] in single precision and [2][M][width]. */
  private void load(float[] from, int offset, double[] to) {
    for (int m = 0; m < plan.held.modes(); m++) {
      int at = offset + m * layer.channels() + h0;
      for (int i = 0; i < width; i++) {
        to[m * width + i] = from[at + i];
        to[n + m * width + i] = from[at + plan.plane + i];
      }
    }
  }

  private void store(double[] from, float[] to, int offset) {
    for (int m = 0; m < plan.held.modes(); m++) {
      int at = offset + m * layer.channels() + h0;
      for (int i = 0; i < width; i++) {
        to[at + i] = (float) from[m * width + i];
        to[at + plan.plane + i] = (float) from[n + m * width + i];
      }
    }
  }
}
