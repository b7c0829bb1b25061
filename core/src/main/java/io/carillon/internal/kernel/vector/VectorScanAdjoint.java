package io.carillon.internal.kernel.vector;

import static io.carillon.internal.kernel.vector.VectorWidth.FLOAT;
import static io.carillon.internal.kernel.vector.VectorWidth.LANES;

import io.carillon.internal.kernel.Kernels;
import io.carillon.internal.kernel.Scratch;
import jdk.incubator.vector.FloatVector;

/**
 * The adjoint of one mode of a recurrence for one vector of channels, in scratch. From the last
 * step to the first,
 *
 * <pre>
 *   Q_k = conj(λ) Q_{k+1} + T_{k+1}        = ∂T_k/∂conj(λ)
 *   T_k = conj(λ) T_{k+1} + g_k            = Σ_{j≥k} conj(λ)^{j−k} g_j
 *   gu_k += Re(conj(w) T_k),   ∂w += u_k T_k,   ∂λ += conj(w) u_k Q_k
 * </pre>
 *
 * <p>These are 14 multiply-adds and need no state of the forward pass. With the gradients S =
 * conj(w) T of the states x the sum is ∂λ = Σ S_k conj(x_{k−1}): 13, and 4 to compute the states
 * again, which have to be stored for a block.
 */
final class VectorScanAdjoint {
  static final int W = 2 * LANES;
  private static final int DRIFT = 4 * LANES;
  static final int T = 6 * LANES;
  static final int Q = 8 * LANES;
  static final int SUM_T = 10 * LANES;
  static final int SUM_Q = 12 * LANES;
  static final int STATE = 14 * LANES;
  static final int STATE_GRADIENT = 16 * LANES;

  /**
   * Floats per mode: λ, w, drift, T, Q, the sums of u T and u Q, the state before the first step
   * and its gradient, re and im each.
   */
  static final int MODE = 18 * LANES;

  private static final int ROWS = Kernels.SCAN_BLOCK * LANES;

  /** The block's rows of g. */
  static final int GRADIENT = Scratch.START;

  /** The block's rows of u. */
  static final int INPUT = GRADIENT + ROWS;

  /** The block's rows of gu. */
  static final int INPUT_GRADIENT = INPUT + ROWS;

  /** T, Q and the terms of the sums that a block yields. */
  private static final int RESULTS = INPUT_GRADIENT + ROWS;

  /** Where modes may begin. */
  static final int MODES = RESULTS + 8 * LANES;

  private VectorScanAdjoint() {}

  /**
   * A block of steps of a mode, whose rows are in scratch; adds to the rows of gu and to the sums.
   *
   * @param mode where the mode begins
   */
  static void block(float[] s, int mode, int steps) {
    if (steps % 2 == 1) {
      lastStep(s, mode, (steps - 1) * LANES);
    }
    pairs(s, mode, steps / 2);
    finish(s, mode, steps == Kernels.SCAN_BLOCK);
  }

  /**
   * The first 2 {@code count} steps of a block of one mode, results to scratch. Two steps of one
   * mode in a round are faster than one step of two modes, whose registers the compiler has to copy
   * at the end of each round.
   */
  private static void pairs(float[] s, int at, int count) {
    FloatVector lr = load(s, at);
    FloatVector li = load(s, at + LANES);
    FloatVector ni = li.neg();
    FloatVector wr = load(s, at + W);
    FloatVector wi = load(s, at + W + LANES);
    FloatVector tr = load(s, at + T);
    FloatVector ti = load(s, at + T + LANES);
    FloatVector qr = load(s, at + Q);
    FloatVector qi = load(s, at + Q + LANES);
    FloatVector sumTr = FloatVector.zero(FLOAT);
    FloatVector sumTi = sumTr;
    FloatVector sumQr = sumTr;
    FloatVector sumQi = sumTr;
    for (int k = (count - 1) * 2 * LANES; k >= 0; k -= 2 * LANES) {
      FloatVector g = load(s, GRADIENT + LANES + k);
      FloatVector u = load(s, INPUT + LANES + k);
      FloatVector out = load(s, INPUT_GRADIENT + LANES + k);
      FloatVector nextQr = qi.fma(li, qr.fma(lr, tr));
      FloatVector nextQi = qr.fma(ni, qi.fma(lr, ti));
      FloatVector nextTr = ti.fma(li, tr.fma(lr, g));
      FloatVector nextTi = tr.fma(ni, ti.mul(lr));
      sumTr = u.fma(nextTr, sumTr);
      sumTi = u.fma(nextTi, sumTi);
      sumQr = u.fma(nextQr, sumQr);
      sumQi = u.fma(nextQi, sumQi);
      nextTi.fma(wi, nextTr.fma(wr, out)).intoArray(s, INPUT_GRADIENT + LANES + k);
      g = load(s, GRADIENT + k);
      u = load(s, INPUT + k);
      out = load(s, INPUT_GRADIENT + k);
      qr = nextQi.fma(li, nextQr.fma(lr, nextTr));
      qi = nextQr.fma(ni, nextQi.fma(lr, nextTi));
      tr = nextTi.fma(li, nextTr.fma(lr, g));
      ti = nextTr.fma(ni, nextTi.mul(lr));
      sumTr = u.fma(tr, sumTr);
      sumTi = u.fma(ti, sumTi);
      sumQr = u.fma(qr, sumQr);
      sumQi = u.fma(qi, sumQi);
      ti.fma(wi, tr.fma(wr, out)).intoArray(s, INPUT_GRADIENT + k);
    }
    tr.intoArray(s, RESULTS);
    ti.intoArray(s, RESULTS + LANES);
    qr.intoArray(s, RESULTS + 2 * LANES);
    qi.intoArray(s, RESULTS + 3 * LANES);
    sumTr.intoArray(s, RESULTS + 4 * LANES);
    sumTi.intoArray(s, RESULTS + 5 * LANES);
    sumQr.intoArray(s, RESULTS + 6 * LANES);
    sumQi.intoArray(s, RESULTS + 7 * LANES);
  }

  /** Makes the results of a block the T and Q of a mode, and adds its terms of the sums. */
  private static void finish(float[] s, int mode, boolean fullBlock) {
    if (fullBlock) {
      addDrift(s, mode, mode + T, RESULTS);
      addDrift(s, mode, mode + Q, RESULTS + 2 * LANES);
    }
    for (int i = 0; i < 4 * LANES; i += LANES) {
      VectorRows.cut(load(s, RESULTS + i)).intoArray(s, mode + T + i);
      int sum = mode + SUM_T + i;
      load(s, sum).add(load(s, RESULTS + 4 * LANES + i)).intoArray(s, sum);
    }
  }

  /** z += conj(drift) y. */
  private static void addDrift(float[] s, int mode, int y, int z) {
    FloatVector dr = load(s, mode + DRIFT);
    FloatVector di = load(s, mode + DRIFT + LANES);
    FloatVector yr = load(s, y);
    FloatVector yi = load(s, y + LANES);
    di.fma(yi, dr.fma(yr, load(s, z))).intoArray(s, z);
    di.neg().fma(yr, dr.fma(yi, load(s, z + LANES))).intoArray(s, z + LANES);
  }

  /** A single step of a mode, at the end of a block with an odd number of them. */
  private static void lastStep(float[] s, int mode, int k) {
    step(s, mode, GRADIENT + k);
    for (int i = 0; i < LANES; i++) {
      float u = s[INPUT + k + i];
      float tr = s[mode + T + i];
      float ti = s[mode + T + LANES + i];
      s[mode + SUM_T + i] += u * tr;
      s[mode + SUM_T + LANES + i] += u * ti;
      s[mode + SUM_Q + i] += u * s[mode + Q + i];
      s[mode + SUM_Q + LANES + i] += u * s[mode + Q + LANES + i];
      s[INPUT_GRADIENT + k + i] += s[mode + W + i] * tr + s[mode + W + LANES + i] * ti;
    }
  }

  /** Q = conj(λ) Q + T, T = conj(λ) T + g. */
  private static void step(float[] s, int mode, int g) {
    System.arraycopy(s, g, s, RESULTS, LANES);
    VectorRows.zero(s, RESULTS + LANES, 1);
    System.arraycopy(s, mode + T, s, RESULTS + 2 * LANES, 2 * LANES);
    addConjugate(s, mode, mode + T, RESULTS);
    addConjugate(s, mode, mode + Q, RESULTS + 2 * LANES);
    System.arraycopy(s, RESULTS, s, mode + T, 4 * LANES);
  }

  /** One more step of a mode, to before the first of all, where there is no g. */
  static void stepBefore(float[] s, int mode) {
    VectorRows.zero(s, GRADIENT, 1);
    step(s, mode, GRADIENT);
  }

  /**
   * z += conj(x) y for complex numbers in scratch. In single numbers, because it runs once a
   * sequence: the compiler sees to only so many vectors in a method and all that it calls, the
   * others stay objects.
   */
  static void addConjugate(float[] s, int x, int y, int z) {
    for (int i = 0; i < LANES; i++) {
      float xr = s[x + i];
      float xi = s[x + LANES + i];
      float yr = s[y + i];
      float yi = s[y + LANES + i];
      s[z + i] += xr * yr + xi * yi;
      s[z + LANES + i] += xr * yi - xi * yr;
    }
  }

  private static FloatVector load(float[] s, int at) {
    return FloatVector.fromArray(FLOAT, s, at);
  }
}
