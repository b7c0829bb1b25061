package io.carillon.internal.kernel;

import static io.carillon.internal.kernel.VectorWidth.FLOAT;
import static io.carillon.internal.kernel.VectorWidth.LANES;

import jdk.incubator.vector.FloatVector;

/**
 * SIMD recurrence, backward, without the states of the forward pass. From the last step to the
 * first run, for every mode,
 *
 * <pre>
 *   T_k = conj(λ) T_{k+1} + g_k            = Σ_{j≥k} conj(λ)^{j−k} g_j
 *   Q_k = conj(λ) Q_{k+1} + T_{k+1}        = ∂T_k/∂conj(λ)
 *   gu_k += Re(conj(w) T_k),   ∂w += u_k T_k,   ∂λ += conj(w) u_k Q_k
 * </pre>
 *
 * which are 14 multiply-adds; to compute the states x again and sum ∂λ = Σ S_k conj(x_{k−1}) with S
 * = conj(w) T takes 17, and the states have to be stored. The state before the first step is one
 * more, complex, input; the gradient S of the state after the last step is a second run with T = S,
 * w = 1 and no g.
 *
 * <p>Sums over a few blocks are kept in single precision and then added to the double totals.
 */
final class VectorScanBackward {
  private static final int W = 2 * LANES;
  private static final int DRIFT = 4 * LANES;
  private static final int T = 6 * LANES;
  private static final int Q = 8 * LANES;
  private static final int SUM_T = 10 * LANES;
  private static final int SUM_Q = 12 * LANES;

  private static final int STATE = 14 * LANES;
  private static final int STATE_GRADIENT = 16 * LANES;

  /**
   * Floats per mode in scratch: λ, w, drift, T, Q, the sums of u T and u Q, the state before the
   * first step and its gradient.
   */
  private static final int MODE = 18 * LANES;

  private static final int ROWS = Kernels.SCAN_BLOCK * LANES;
  private static final int GRADIENT = Scratch.START;
  private static final int INPUT = GRADIENT + ROWS;
  private static final int INPUT_GRADIENT = INPUT + ROWS;

  /** What one block of a mode yields: T, Q and its terms of the sums. */
  private static final int RESULTS = INPUT_GRADIENT + ROWS;

  private static final int MODES = RESULTS + 8 * LANES;

  /** Blocks whose sums are added up in single precision. */
  private static final int BLOCKS_PER_SUM = 64;

  private VectorScanBackward() {}

  static void backward(
      Scratch memory,
      ScanModes modes,
      int h0,
      int h1,
      boolean reverse,
      float[] u,
      int uOffset,
      int uStride,
      float[] g,
      int gOffset,
      int gStride,
      float[] gu,
      int guOffset,
      int guStride,
      int length,
      float[] stateBefore,
      float[] stateGradient,
      int stateOffset,
      ScanGradient gradient) {
    int laneBlock = modes.modes() * MODE;
    float[] s = memory.floats(MODES + (h1 - h0 + LANES - 1) / LANES * laneBlock);
    for (int h = h0, at = MODES; h < h1; h += LANES, at += laneBlock) {
      VectorScan.packModes(modes, h, Math.min(LANES, h1 - h), MODE, s, at);
      for (int mode = at; mode < at + laneBlock; mode += MODE) {
        VectorRows.zero(s, mode + T, (MODE - T) / LANES);
      }
    }
    run(
        s,
        modes,
        h0,
        h1,
        reverse,
        u,
        uOffset,
        uStride,
        g,
        gOffset,
        gStride,
        gu,
        guOffset,
        guStride,
        length,
        length,
        stateBefore,
        stateOffset,
        gradient);
    if (stateGradient == null) {
      return;
    }
    // In reverse the first step of the scan, which is the last one in time, has no input.
    int last = reverse ? 1 : length - 1;
    for (int h = h0, at = MODES; h < h1; h += LANES, at += laneBlock) {
      int width = Math.min(LANES, h1 - h);
      startAtTheEnd(s, at, modes, h, width, stateGradient, stateOffset);
      if (last < length) {
        sumRealParts(s, at, modes.modes());
        VectorRows.add(s, INPUT_GRADIENT, width, 1, gu, guOffset + last * guStride + h, guStride);
      }
    }
    run(
        s,
        modes,
        h0,
        h1,
        reverse,
        u,
        uOffset,
        uStride,
        null,
        0,
        0,
        gu,
        guOffset,
        guStride,
        length,
        length - 1,
        stateBefore,
        stateOffset,
        gradient);
    for (int h = h0, at = MODES; h < h1; h += LANES, at += laneBlock) {
      int width = Math.min(LANES, h1 - h);
      VectorScan.unpackPair(
          s, at + STATE_GRADIENT, MODE, modes, h, width, stateGradient, stateOffset);
    }
  }

  /**
   * T and Q over the first {@code run} of {@code length} steps of the scan, from what scratch
   * holds, and on to before the first step.
   *
   * @param g null for zero
   */
  private static void run(
      float[] s,
      ScanModes modes,
      int h0,
      int h1,
      boolean reverse,
      float[] u,
      int uOffset,
      int uStride,
      float[] g,
      int gOffset,
      int gStride,
      float[] gu,
      int guOffset,
      int guStride,
      int length,
      int run,
      float[] stateBefore,
      int stateOffset,
      ScanGradient gradient) {
    int laneBlock = modes.modes() * MODE;
    int direction = reverse ? -1 : 1;
    for (int block = (run - 1) / Kernels.SCAN_BLOCK; block >= 0; block--) {
      int start = block * Kernels.SCAN_BLOCK;
      int steps = Math.min(Kernels.SCAN_BLOCK, run - start);
      int row = reverse ? length - 1 - start : start;
      int silent = reverse && block == 0 ? Math.min(1, steps) : 0;
      int inputRow = row + (reverse ? 1 - silent : 0);
      for (int h = h0, at = MODES; h < h1; h += LANES, at += laneBlock) {
        int width = Math.min(LANES, h1 - h);
        if (g == null) {
          VectorRows.zero(s, GRADIENT, steps);
        } else {
          int from = gOffset + row * gStride + h;
          VectorRows.loadCut(g, from, direction * gStride, width, steps, s, GRADIENT);
        }
        VectorRows.zero(s, INPUT, silent);
        VectorRows.load(
            u,
            uOffset + inputRow * uStride + h,
            direction * uStride,
            width,
            steps - silent,
            s,
            INPUT + silent * LANES);
        VectorRows.zero(s, INPUT_GRADIENT, steps);
        allModes(s, at, modes.modes(), steps);
        VectorRows.add(
            s,
            INPUT_GRADIENT + silent * LANES,
            width,
            steps - silent,
            gu,
            guOffset + inputRow * guStride + h,
            direction * guStride);
        if (block == 0) {
          beforeTheFirst(s, at, modes, h, width, stateBefore, stateOffset);
        }
        if (block % BLOCKS_PER_SUM == 0) {
          moveSums(s, at, modes, h, width, g != null, gradient);
        }
      }
    }
  }

  private static void allModes(float[] s, int at, int count, int steps) {
    int pairs = steps / 2;
    int end = at + count * MODE;
    for (int mode = at; mode < end; mode += MODE) {
      if (steps % 2 == 1) {
        lastStep(s, mode, (steps - 1) * LANES);
      }
      pairs(s, mode, pairs);
      finish(s, mode, steps == Kernels.SCAN_BLOCK);
    }
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
      addConjugate(s, mode + DRIFT, mode + T, RESULTS);
      addConjugate(s, mode + DRIFT, mode + Q, RESULTS + 2 * LANES);
    }
    for (int i = 0; i < 4 * LANES; i += LANES) {
      VectorRows.cut(load(s, RESULTS + i)).intoArray(s, mode + T + i);
      int sum = mode + SUM_T + i;
      load(s, sum).add(load(s, RESULTS + 4 * LANES + i)).intoArray(s, sum);
    }
  }

  /** A single step of a mode, at the end of a block with an odd number of them. */
  private static void lastStep(float[] s, int mode, int k) {
    step(s, mode, load(s, GRADIENT + k));
    FloatVector u = load(s, INPUT + k);
    for (int i = 0; i < 4 * LANES; i += LANES) {
      u.fma(load(s, mode + T + i), load(s, mode + SUM_T + i)).intoArray(s, mode + SUM_T + i);
    }
    FloatVector out = load(s, INPUT_GRADIENT + k);
    out = load(s, mode + T).fma(load(s, mode + W), out);
    out = load(s, mode + T + LANES).fma(load(s, mode + W + LANES), out);
    out.intoArray(s, INPUT_GRADIENT + k);
  }

  /** Q = conj(λ) Q + T, T = conj(λ) T + g. */
  private static void step(float[] s, int mode, FloatVector g) {
    g.intoArray(s, RESULTS);
    VectorRows.zero(s, RESULTS + LANES, 1);
    System.arraycopy(s, mode + T, s, RESULTS + 2 * LANES, 2 * LANES);
    addConjugate(s, mode, mode + T, RESULTS);
    addConjugate(s, mode, mode + Q, RESULTS + 2 * LANES);
    System.arraycopy(s, RESULTS, s, mode + T, 4 * LANES);
  }

  /** One more step of T and Q, to before the first, with the state there as its input. */
  private static void beforeTheFirst(
      float[] s, int at, ScanModes modes, int h, int width, float[] state, int stateOffset) {
    if (state != null) {
      VectorScan.packPair(state, stateOffset, modes, h, width, MODE, s, at + STATE);
    }
    int end = at + modes.modes() * MODE;
    for (int mode = at; mode < end; mode += MODE) {
      step(s, mode, FloatVector.zero(FLOAT));
      if (state != null) {
        addConjugate(s, mode + STATE, mode + T, mode + SUM_T);
        addConjugate(s, mode + STATE, mode + Q, mode + SUM_Q);
      }
      addConjugate(s, mode + W, mode + T, mode + STATE_GRADIENT);
    }
  }

  /** Moves the sums to the totals; those of u T only if there is a g. */
  private static void moveSums(
      float[] s,
      int at,
      ScanModes modes,
      int h,
      int width,
      boolean weights,
      ScanGradient gradient) {
    for (int m = 0; m < modes.modes(); m++, at += MODE) {
      VectorRows.zero(s, RESULTS, 2);
      addConjugate(s, at + W, at + SUM_Q, RESULTS);
      int to = m * modes.channels() + h;
      for (int i = 0; i < width; i++) {
        gradient.lambdaRe()[to + i] += s[RESULTS + i];
        gradient.lambdaIm()[to + i] += s[RESULTS + LANES + i];
      }
      for (int i = 0; weights && i < width; i++) {
        gradient.wRe()[to + i] += s[at + SUM_T + i];
        gradient.wIm()[to + i] += s[at + SUM_T + LANES + i];
      }
      VectorRows.zero(s, at + SUM_T, 4);
    }
  }

  /** Prepares the run of the gradient of the state after the last step: T, Q = 0, w = 1. */
  private static void startAtTheEnd(
      float[] s,
      int at,
      ScanModes modes,
      int h,
      int width,
      float[] stateGradient,
      int stateOffset) {
    VectorScan.packPair(stateGradient, stateOffset, modes, h, width, MODE, s, at + T);
    int end = at + modes.modes() * MODE;
    for (int mode = at; mode < end; mode += MODE) {
      FloatVector.broadcast(FLOAT, 1f).intoArray(s, mode + W);
      VectorRows.zero(s, mode + W + LANES, 1);
      VectorRows.zero(s, mode + Q, 2);
    }
  }

  /** The sum of Re T over the modes into the first row of input gradients. */
  private static void sumRealParts(float[] s, int at, int count) {
    FloatVector sum = FloatVector.zero(FLOAT);
    for (int m = 0; m < count; m++) {
      sum = sum.add(load(s, at + m * MODE + T));
    }
    sum.intoArray(s, INPUT_GRADIENT);
  }

  /** z += conj(x) y for complex numbers in scratch. */
  private static void addConjugate(float[] s, int x, int y, int z) {
    FloatVector xr = load(s, x);
    FloatVector xi = load(s, x + LANES);
    FloatVector yr = load(s, y);
    FloatVector yi = load(s, y + LANES);
    xi.fma(yi, xr.fma(yr, load(s, z))).intoArray(s, z);
    xi.neg().fma(yr, xr.fma(yi, load(s, z + LANES))).intoArray(s, z + LANES);
  }

  private static FloatVector load(float[] s, int at) {
    return FloatVector.fromArray(FLOAT, s, at);
  }
}
