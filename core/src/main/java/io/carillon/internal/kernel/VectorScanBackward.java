package io.carillon.internal.kernel;

import static io.carillon.internal.kernel.VectorWidth.FLOAT;
import static io.carillon.internal.kernel.VectorWidth.LANES;

import jdk.incubator.vector.FloatVector;

/**
 * SIMD recurrence, backward. Per block of time and group of modes: the states are computed again
 * from the boundary and kept, then the state gradient S runs from the end of the block to its
 * start,
 *
 * <pre>
 *   S_k = conj(λ) S_{k+1} + conj(w) g_k,   gu_k += Re S_k,
 *   ∂λ += S_k conj(x_{k−1}),   ∂w += g_k conj(x_k)
 * </pre>
 *
 * Sums over a few blocks are kept in single precision and then added to the double totals.
 */
final class VectorScanBackward {
  private static final int STATE_GRADIENT = 6 * LANES;
  private static final int SUMS = 8 * LANES;

  /** Floats per mode in scratch: λ, w, drift, state gradient, sums of ∂λ and ∂w. */
  private static final int MODE = 12 * LANES;

  private static final int ROWS = Kernels.SCAN_BLOCK * LANES;

  /** One row of zeros stands before the first gradient. */
  private static final int GRADIENT = Scratch.START + LANES;

  private static final int INPUT = GRADIENT + ROWS;
  private static final int INPUT_GRADIENT = INPUT + ROWS;

  /** States of four modes. */
  private static final int STATES = INPUT_GRADIENT + ROWS;

  /**
   * What one block yields for each of up to four modes: the next S, and its terms of ∂Re λ, ∂Im λ
   * (plus and minus), ∂Re w and −∂Im w.
   */
  private static final int RESULT = 7 * LANES;

  private static final int RESULTS = STATES + 2 * VectorScanStates.PAIR;
  private static final int MODES = RESULTS + 4 * RESULT;

  /** Blocks whose sums are added up in single precision. */
  private static final int BLOCKS_PER_SUM = 64;

  private static final boolean MANY_REGISTERS = LANES >= 16;

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
      float[] boundaries,
      int boundaryOffset,
      float[] stateGradient,
      int stateGradientOffset,
      ScanGradient gradient) {
    int count = modes.modes();
    int plane = count * modes.channels();
    int laneBlock = count * MODE;
    float[] s = memory.floats(MODES + (h1 - h0 + LANES - 1) / LANES * laneBlock);
    VectorRows.zero(s, GRADIENT - LANES, 1);
    for (int h = h0, at = MODES; h < h1; h += LANES, at += laneBlock) {
      int width = Math.min(LANES, h1 - h);
      VectorScan.packModes(modes, h, width, MODE, s, at);
      VectorScan.packPair(
          stateGradient, stateGradientOffset, modes, h, width, MODE, s, at + STATE_GRADIENT);
      clearSums(s, at, count);
    }
    int direction = reverse ? -1 : 1;
    int blocks = (length + Kernels.SCAN_BLOCK - 1) / Kernels.SCAN_BLOCK;
    for (int block = blocks - 1; block >= 0; block--) {
      int start = block * Kernels.SCAN_BLOCK;
      int steps = Math.min(Kernels.SCAN_BLOCK, length - start);
      int row = reverse ? length - 1 - start : start;
      int silent = reverse && block == 0 ? 1 : 0;
      int inputRow = row + (reverse ? 1 - silent : 0);
      boolean flush = block % BLOCKS_PER_SUM == 0;
      for (int h = h0, at = MODES; h < h1; h += LANES, at += laneBlock) {
        int width = Math.min(LANES, h1 - h);
        VectorRows.loadCut(
            g, gOffset + row * gStride + h, direction * gStride, width, steps, s, GRADIENT);
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
        int boundary = boundaryOffset + block * 2 * plane + 2 * count * h;
        allModes(s, at, count, steps, width, boundaries, boundary);
        VectorRows.add(
            s,
            INPUT_GRADIENT + silent * LANES,
            width,
            steps - silent,
            gu,
            guOffset + inputRow * guStride + h,
            direction * guStride);
        if (flush) {
          addSums(s, at, modes, h, width, gradient);
          clearSums(s, at, count);
        }
      }
    }
    for (int h = h0, at = MODES; h < h1; h += LANES, at += laneBlock) {
      VectorScan.unpackPair(
          s,
          at + STATE_GRADIENT,
          MODE,
          modes,
          h,
          Math.min(LANES, h1 - h),
          stateGradient,
          stateGradientOffset);
    }
  }

  private static void clearSums(float[] s, int at, int count) {
    for (int m = 0; m < count; m++) {
      VectorRows.zero(s, at + m * MODE + SUMS, 4);
    }
  }

  private static void addSums(
      float[] s, int at, ScanModes modes, int h, int width, ScanGradient gradient) {
    for (int m = 0; m < modes.modes(); m++) {
      int from = at + m * MODE + SUMS;
      int to = m * modes.channels() + h;
      for (int i = 0; i < width; i++) {
        gradient.lambdaRe()[to + i] += s[from + i];
        gradient.lambdaIm()[to + i] += s[from + LANES + i];
        gradient.wRe()[to + i] += s[from + 2 * LANES + i];
        gradient.wIm()[to + i] += s[from + 3 * LANES + i];
      }
    }
  }

  private static void allModes(
      float[] s, int at, int count, int steps, int width, float[] boundaries, int boundary) {
    int m = 0;
    while (m < count) {
      int group = count - m >= 4 && MANY_REGISTERS ? 4 : count - m >= 2 ? 2 : 1;
      for (int j = 0; j < group; j++) {
        int from = boundary + (m + j) * 2 * width;
        int to = STATES + j / 2 * VectorScanStates.PAIR + j % 2 * 2 * LANES;
        VectorRows.pack(boundaries, from, width, s, to);
        VectorRows.pack(boundaries, from + width, width, s, to + LANES);
      }
      int mode = at + m * MODE;
      if (group == 4) {
        VectorScanStates.fourStates(s, mode, MODE, INPUT, STATES, steps);
        twoGradients(s, mode, STATES, RESULTS, steps);
        twoGradients(
            s, mode + 2 * MODE, STATES + VectorScanStates.PAIR, RESULTS + 2 * RESULT, steps);
      } else if (group == 2) {
        VectorScanStates.twoStates(s, mode, MODE, INPUT, STATES, steps);
        if (MANY_REGISTERS) {
          twoGradients(s, mode, STATES, RESULTS, steps);
        } else {
          oneGradient(s, mode, STATES, RESULTS, steps);
          oneGradient(s, mode + MODE, STATES + 2 * LANES, RESULTS + RESULT, steps);
        }
      } else {
        VectorScanStates.oneState(s, mode, MODE, INPUT, STATES, steps);
        oneGradient(s, mode, STATES, RESULTS, steps);
      }
      finish(s, mode, group, steps == Kernels.SCAN_BLOCK);
      m += group;
    }
  }

  private static void oneGradient(float[] s, int at, int states, int result, int steps) {
    FloatVector lr = load(s, at);
    FloatVector li = load(s, at + LANES);
    FloatVector ni = li.neg();
    FloatVector wr = load(s, at + 2 * LANES);
    FloatVector wi = load(s, at + 3 * LANES);
    int last = states + steps * VectorScanStates.ROW;
    FloatVector g = load(s, GRADIENT + (steps - 1) * LANES);
    FloatVector sumWr = g.mul(load(s, last));
    FloatVector sumWi = g.mul(load(s, last + LANES));
    FloatVector sumLr = FloatVector.zero(FLOAT);
    FloatVector sumA = sumLr;
    FloatVector sumB = sumLr;
    FloatVector sr = g.fma(wr, load(s, at + STATE_GRADIENT));
    FloatVector si = g.fma(wi, load(s, at + STATE_GRADIENT + LANES));
    for (int k = steps - 1; k >= 0; k--) {
      sr.add(load(s, INPUT_GRADIENT + k * LANES)).intoArray(s, INPUT_GRADIENT + k * LANES);
      // The row before g_0 is zero, so that the last round only applies conj(λ).
      FloatVector before = load(s, GRADIENT - LANES + k * LANES);
      FloatVector xr = load(s, states + k * VectorScanStates.ROW);
      FloatVector xi = load(s, states + k * VectorScanStates.ROW + LANES);
      sumLr = si.fma(xi, sr.fma(xr, sumLr));
      sumA = si.fma(xr, sumA);
      sumB = sr.fma(xi, sumB);
      sumWr = before.fma(xr, sumWr);
      sumWi = before.fma(xi, sumWi);
      FloatVector a = si.fma(li, before.mul(wr));
      FloatVector b = sr.fma(ni, before.mul(wi));
      sr = sr.fma(lr, a);
      si = si.fma(lr, b);
    }
    sr.intoArray(s, result);
    si.intoArray(s, result + LANES);
    sumLr.intoArray(s, result + 2 * LANES);
    sumA.intoArray(s, result + 3 * LANES);
    sumB.intoArray(s, result + 4 * LANES);
    sumWr.intoArray(s, result + 5 * LANES);
    sumWi.intoArray(s, result + 6 * LANES);
  }

  private static void twoGradients(float[] s, int at, int states, int result, int steps) {
    FloatVector lr0 = load(s, at);
    FloatVector li0 = load(s, at + LANES);
    FloatVector ni0 = li0.neg();
    FloatVector wr0 = load(s, at + 2 * LANES);
    FloatVector wi0 = load(s, at + 3 * LANES);
    FloatVector lr1 = load(s, at + MODE);
    FloatVector li1 = load(s, at + MODE + LANES);
    FloatVector ni1 = li1.neg();
    FloatVector wr1 = load(s, at + MODE + 2 * LANES);
    FloatVector wi1 = load(s, at + MODE + 3 * LANES);
    int last = states + steps * VectorScanStates.ROW;
    FloatVector g = load(s, GRADIENT + (steps - 1) * LANES);
    FloatVector sumWr0 = g.mul(load(s, last));
    FloatVector sumWi0 = g.mul(load(s, last + LANES));
    FloatVector sumWr1 = g.mul(load(s, last + 2 * LANES));
    FloatVector sumWi1 = g.mul(load(s, last + 3 * LANES));
    FloatVector sumLr0 = FloatVector.zero(FLOAT);
    FloatVector sumA0 = sumLr0;
    FloatVector sumB0 = sumLr0;
    FloatVector sumLr1 = sumLr0;
    FloatVector sumA1 = sumLr0;
    FloatVector sumB1 = sumLr0;
    FloatVector sr0 = g.fma(wr0, load(s, at + STATE_GRADIENT));
    FloatVector si0 = g.fma(wi0, load(s, at + STATE_GRADIENT + LANES));
    FloatVector sr1 = g.fma(wr1, load(s, at + MODE + STATE_GRADIENT));
    FloatVector si1 = g.fma(wi1, load(s, at + MODE + STATE_GRADIENT + LANES));
    for (int k = steps - 1; k >= 0; k--) {
      sr0.add(sr1)
          .add(load(s, INPUT_GRADIENT + k * LANES))
          .intoArray(s, INPUT_GRADIENT + k * LANES);
      // The row before g_0 is zero, so that the last round only applies conj(λ).
      FloatVector before = load(s, GRADIENT - LANES + k * LANES);
      FloatVector xr0 = load(s, states + k * VectorScanStates.ROW);
      FloatVector xi0 = load(s, states + k * VectorScanStates.ROW + LANES);
      sumLr0 = si0.fma(xi0, sr0.fma(xr0, sumLr0));
      sumA0 = si0.fma(xr0, sumA0);
      sumB0 = sr0.fma(xi0, sumB0);
      sumWr0 = before.fma(xr0, sumWr0);
      sumWi0 = before.fma(xi0, sumWi0);
      FloatVector a0 = si0.fma(li0, before.mul(wr0));
      FloatVector b0 = sr0.fma(ni0, before.mul(wi0));
      sr0 = sr0.fma(lr0, a0);
      si0 = si0.fma(lr0, b0);
      FloatVector xr1 = load(s, states + k * VectorScanStates.ROW + 2 * LANES);
      FloatVector xi1 = load(s, states + k * VectorScanStates.ROW + 3 * LANES);
      sumLr1 = si1.fma(xi1, sr1.fma(xr1, sumLr1));
      sumA1 = si1.fma(xr1, sumA1);
      sumB1 = sr1.fma(xi1, sumB1);
      sumWr1 = before.fma(xr1, sumWr1);
      sumWi1 = before.fma(xi1, sumWi1);
      FloatVector a1 = si1.fma(li1, before.mul(wr1));
      FloatVector b1 = sr1.fma(ni1, before.mul(wi1));
      sr1 = sr1.fma(lr1, a1);
      si1 = si1.fma(lr1, b1);
    }
    sr0.intoArray(s, result);
    si0.intoArray(s, result + LANES);
    sumLr0.intoArray(s, result + 2 * LANES);
    sumA0.intoArray(s, result + 3 * LANES);
    sumB0.intoArray(s, result + 4 * LANES);
    sumWr0.intoArray(s, result + 5 * LANES);
    sumWi0.intoArray(s, result + 6 * LANES);
    sr1.intoArray(s, result + RESULT);
    si1.intoArray(s, result + RESULT + LANES);
    sumLr1.intoArray(s, result + RESULT + 2 * LANES);
    sumA1.intoArray(s, result + RESULT + 3 * LANES);
    sumB1.intoArray(s, result + RESULT + 4 * LANES);
    sumWr1.intoArray(s, result + RESULT + 5 * LANES);
    sumWi1.intoArray(s, result + RESULT + 6 * LANES);
  }

  /** Adds the block's terms to the sums and makes the next state gradient the current one. */
  private static void finish(float[] s, int at, int count, boolean fullBlock) {
    for (int i = 0; i < count; i++) {
      int mode = at + i * MODE;
      int result = RESULTS + i * RESULT;
      FloatVector re = load(s, result);
      FloatVector im = load(s, result + LANES);
      if (fullBlock) {
        FloatVector dr = load(s, mode + 4 * LANES);
        FloatVector di = load(s, mode + 5 * LANES);
        FloatVector endRe = load(s, mode + STATE_GRADIENT);
        FloatVector endIm = load(s, mode + STATE_GRADIENT + LANES);
        re = endIm.fma(di, endRe.fma(dr, re));
        im = endRe.fma(di.neg(), endIm.fma(dr, im));
      }
      VectorRows.cut(re).intoArray(s, mode + STATE_GRADIENT);
      VectorRows.cut(im).intoArray(s, mode + STATE_GRADIENT + LANES);
      int sums = mode + SUMS;
      load(s, sums).add(load(s, result + 2 * LANES)).intoArray(s, sums);
      load(s, sums + LANES)
          .add(load(s, result + 3 * LANES).sub(load(s, result + 4 * LANES)))
          .intoArray(s, sums + LANES);
      load(s, sums + 2 * LANES).add(load(s, result + 5 * LANES)).intoArray(s, sums + 2 * LANES);
      load(s, sums + 3 * LANES).sub(load(s, result + 6 * LANES)).intoArray(s, sums + 3 * LANES);
    }
  }

  private static FloatVector load(float[] s, int at) {
    return FloatVector.fromArray(FLOAT, s, at);
  }
}
