package io.carillon.internal.kernel.vector;

import static io.carillon.internal.kernel.vector.VectorScanAdjoint.GRADIENT;
import static io.carillon.internal.kernel.vector.VectorScanAdjoint.INPUT;
import static io.carillon.internal.kernel.vector.VectorScanAdjoint.INPUT_GRADIENT;
import static io.carillon.internal.kernel.vector.VectorScanAdjoint.MODE;
import static io.carillon.internal.kernel.vector.VectorScanAdjoint.MODES;
import static io.carillon.internal.kernel.vector.VectorScanAdjoint.Q;
import static io.carillon.internal.kernel.vector.VectorScanAdjoint.STATE;
import static io.carillon.internal.kernel.vector.VectorScanAdjoint.STATE_GRADIENT;
import static io.carillon.internal.kernel.vector.VectorScanAdjoint.SUM_Q;
import static io.carillon.internal.kernel.vector.VectorScanAdjoint.SUM_T;
import static io.carillon.internal.kernel.vector.VectorScanAdjoint.T;
import static io.carillon.internal.kernel.vector.VectorScanAdjoint.W;
import static io.carillon.internal.kernel.vector.VectorWidth.LANES;

import io.carillon.internal.kernel.Kernels;
import io.carillon.internal.kernel.ScanGradient;
import io.carillon.internal.kernel.ScanModes;
import io.carillon.internal.kernel.Scratch;
import java.util.Arrays;

/**
 * SIMD recurrence, backward: packs the rows of each block of time, runs {@link VectorScanAdjoint}
 * over all modes, and adds up what comes out.
 *
 * <p>The state before the first step is one more, complex, input; the gradient S of the state after
 * the last step is a second run with T = S, w = 1 and no g.
 *
 * <p>Sums over a few blocks are kept in single precision and then added to the double totals.
 */
final class VectorScanBackward {
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
        for (int mode = at; mode < at + laneBlock; mode += MODE) {
          VectorScanAdjoint.block(s, mode, steps);
        }
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

  /** One more step of T and Q, to before the first, with the state there as its input. */
  private static void beforeTheFirst(
      float[] s, int at, ScanModes modes, int h, int width, float[] state, int stateOffset) {
    if (state != null) {
      VectorScan.packPair(state, stateOffset, modes, h, width, MODE, s, at + STATE);
    }
    int end = at + modes.modes() * MODE;
    for (int mode = at; mode < end; mode += MODE) {
      VectorScanAdjoint.stepBefore(s, mode);
      if (state != null) {
        VectorScanAdjoint.addConjugate(s, mode + STATE, mode + T, mode + SUM_T);
        VectorScanAdjoint.addConjugate(s, mode + STATE, mode + Q, mode + SUM_Q);
      }
      VectorScanAdjoint.addConjugate(s, mode + W, mode + T, mode + STATE_GRADIENT);
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
      int to = m * modes.channels() + h;
      for (int i = at; i < at + width; i++) {
        double wr = s[i + W];
        double wi = s[i + W + LANES];
        double qr = s[i + SUM_Q];
        double qi = s[i + SUM_Q + LANES];
        gradient.lambdaRe()[to + i - at] += wr * qr + wi * qi;
        gradient.lambdaIm()[to + i - at] += wr * qi - wi * qr;
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
      Arrays.fill(s, mode + W, mode + W + LANES, 1f);
      VectorRows.zero(s, mode + W + LANES, 1);
      VectorRows.zero(s, mode + Q, 2);
    }
  }

  /** The sum of Re T over the modes into the first row of input gradients. */
  private static void sumRealParts(float[] s, int at, int count) {
    VectorRows.zero(s, INPUT_GRADIENT, 1);
    for (int from = at + T; from < at + count * MODE; from += MODE) {
      for (int i = 0; i < LANES; i++) {
        s[INPUT_GRADIENT + i] += s[from + i];
      }
    }
  }
}
