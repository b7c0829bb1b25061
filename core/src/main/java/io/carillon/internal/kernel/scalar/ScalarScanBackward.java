package io.carillon.internal.kernel.scalar;

import io.carillon.internal.kernel.Kernels;
import io.carillon.internal.kernel.ScanGradient;
import io.carillon.internal.kernel.ScanModes;
import io.carillon.internal.kernel.Scratch;
import java.util.Arrays;

/** Adjoint of {@link ScalarScan}, in the same style; formulas as in {@code VectorScanAdjoint}. */
final class ScalarScanBackward {
  private static final int W = 2;
  private static final int DRIFT = 4;
  private static final int INPUT = 6;
  private static final int GRADIENT = 7;
  private static final int INPUT_GRADIENT = 8;
  private static final int SPARE = 9;
  private static final int T = 10;
  private static final int Q = 12;
  private static final int T_END = 14;
  private static final int Q_END = 16;
  private static final int SUM_T = 18;
  private static final int SUM_Q = 20;
  private static final int STATE = 22;
  private static final int STATE_GRADIENT = 24;
  private static final int ROWS = 26;

  /** Blocks whose sums are added up in single precision. */
  private static final int BLOCKS_PER_SUM = 16;

  private ScalarScanBackward() {}

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
    int count = modes.modes();
    int together = ScalarScan.together(count, h1 - h0);
    int plane = count * modes.channels();
    float[][] rows = memory.rows(ROWS, count * together);
    for (int h = h0; h < h1; h += together) {
      int width = Math.min(together, h1 - h);
      int n = count * width;
      ScalarScan.packModes(modes, h, width, rows);
      for (int i = T; i < ROWS; i++) {
        Arrays.fill(rows[i], 0, n, 0f);
      }
      if (stateBefore != null) {
        ScalarScan.pack(stateBefore, stateOffset, modes, h, width, rows[STATE]);
        ScalarScan.pack(stateBefore, stateOffset + plane, modes, h, width, rows[STATE + 1]);
      }
      run(
          rows, modes, h, width, reverse, u, uOffset, uStride, g, gOffset, gStride, gu, guOffset,
          guStride, length, length, gradient);
      if (stateGradient != null) {
        ScalarScan.pack(stateGradient, stateOffset, modes, h, width, rows[T]);
        ScalarScan.pack(stateGradient, stateOffset + plane, modes, h, width, rows[T + 1]);
        startAtTheEnd(rows, n);
        // In reverse the first step of the scan, which is the last one in time, has no input.
        int last = reverse ? 1 : length - 1;
        if (last < length) {
          System.arraycopy(rows[T], 0, rows[INPUT_GRADIENT], 0, n);
          addInputGradient(rows, width, count, gu, guOffset + last * guStride + h);
        }
        run(
            rows,
            modes,
            h,
            width,
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
            gradient);
        ScalarScan.unpack(rows[STATE_GRADIENT], modes, h, width, stateGradient, stateOffset);
        ScalarScan.unpack(
            rows[STATE_GRADIENT + 1], modes, h, width, stateGradient, stateOffset + plane);
      }
    }
  }

  /** Prepares the run of the gradient of the state after the last step: Q = 0, w = 1. */
  private static void startAtTheEnd(float[][] rows, int n) {
    Arrays.fill(rows[Q], 0, n, 0f);
    Arrays.fill(rows[Q + 1], 0, n, 0f);
    Arrays.fill(rows[W], 0, n, 1f);
    Arrays.fill(rows[W + 1], 0, n, 0f);
  }

  /**
   * T and Q over the first {@code run} of {@code length} steps of the scan, from what the rows
   * hold, and on to before the first step.
   *
   * @param g null for zero
   */
  private static void run(
      float[][] rows,
      ScanModes modes,
      int h,
      int width,
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
      ScanGradient gradient) {
    int count = modes.modes();
    int n = count * width;
    for (int block = (run - 1) / Kernels.SCAN_BLOCK; block >= 0; block--) {
      int start = block * Kernels.SCAN_BLOCK;
      int steps = Math.min(Kernels.SCAN_BLOCK, run - start);
      for (int i = 0; i < 4; i++) {
        System.arraycopy(rows[T + i], 0, rows[T_END + i], 0, n);
      }
      for (int k = start + steps - 1; k >= start; k--) {
        int t = reverse ? length - 1 - k : k;
        int source = reverse ? t + 1 : t;
        ScalarScan.repeat(g, gOffset + t * gStride + h, g != null, width, count, rows[GRADIENT]);
        ScalarScan.repeat(
            u, uOffset + source * uStride + h, source < length, width, count, rows[INPUT]);
        step(rows, n);
        if (source < length) {
          addInputGradient(rows, width, count, gu, guOffset + source * guStride + h);
        }
      }
      endBlock(rows, n, steps == Kernels.SCAN_BLOCK);
      if (block == 0) {
        beforeTheFirst(rows, n);
      }
      if (block % BLOCKS_PER_SUM == 0) {
        moveSums(rows, modes, h, width, g != null, gradient);
      }
    }
  }

  /** Sums the row INPUT_GRADIENT over the modes and adds it to gu. */
  private static void addInputGradient(float[][] rows, int width, int count, float[] gu, int to) {
    float[] parts = rows[INPUT_GRADIENT];
    ScalarScan.sum(parts, rows[SPARE], width, count);
    for (int i = 0; i < width; i++) {
      gu[to + i] += parts[i];
    }
  }

  /**
   * One step of the adjoint; leaves Re(conj(w) T) of this step in the row INPUT_GRADIENT.
   *
   * <p>The loops are written out here because a method of this size is compiled by itself: inlined
   * into its caller, with all the loops there, they are not vectorised on JDK 17.
   */
  private static void step(float[][] rows, int n) {
    float[] lr = rows[0];
    float[] li = rows[1];
    float[] tr = rows[T];
    float[] ti = rows[T + 1];
    float[] qr = rows[Q];
    float[] qi = rows[Q + 1];
    for (int i = 0; i < n; i++) {
      float a = lr[i];
      float b = li[i];
      float re = qr[i];
      float im = qi[i];
      qr[i] = a * re + b * im + tr[i];
      qi[i] = a * im - b * re + ti[i];
    }
    float[] g = rows[GRADIENT];
    for (int i = 0; i < n; i++) {
      float a = lr[i];
      float b = li[i];
      float re = tr[i];
      float im = ti[i];
      tr[i] = a * re + b * im + g[i];
      ti[i] = a * im - b * re;
    }
    float[] u = rows[INPUT];
    float[] sumTr = rows[SUM_T];
    float[] sumTi = rows[SUM_T + 1];
    for (int i = 0; i < n; i++) {
      sumTr[i] += u[i] * tr[i];
      sumTi[i] += u[i] * ti[i];
    }
    float[] sumQr = rows[SUM_Q];
    float[] sumQi = rows[SUM_Q + 1];
    for (int i = 0; i < n; i++) {
      sumQr[i] += u[i] * qr[i];
      sumQi[i] += u[i] * qi[i];
    }
    float[] wr = rows[W];
    float[] wi = rows[W + 1];
    float[] output = rows[INPUT_GRADIENT];
    for (int i = 0; i < n; i++) {
      output[i] = wr[i] * tr[i] + wi[i] * ti[i];
    }
  }

  private static void endBlock(float[][] rows, int n, boolean full) {
    for (int i = 0; i < 4; i += 2) {
      if (full) {
        addConjugate(rows, DRIFT, T_END + i, T + i, n);
      }
      ScalarScan.cut(rows[T + i], n);
      ScalarScan.cut(rows[T + i + 1], n);
    }
  }

  /** One more step of T and Q, to before the first, with the state there as its input. */
  private static void beforeTheFirst(float[][] rows, int n) {
    for (int i = 0; i < 4; i++) {
      System.arraycopy(rows[T + i], 0, rows[T_END + i], 0, n);
    }
    System.arraycopy(rows[T], 0, rows[Q], 0, n);
    System.arraycopy(rows[T + 1], 0, rows[Q + 1], 0, n);
    Arrays.fill(rows[T], 0, n, 0f);
    Arrays.fill(rows[T + 1], 0, n, 0f);
    addConjugate(rows, 0, T_END, T, n);
    addConjugate(rows, 0, Q_END, Q, n);
    addConjugate(rows, STATE, T, SUM_T, n);
    addConjugate(rows, STATE, Q, SUM_Q, n);
    addConjugate(rows, W, T, STATE_GRADIENT, n);
  }

  /** Moves the sums to the totals; those of u T only if there is a g. */
  private static void moveSums(
      float[][] rows, ScanModes modes, int h, int width, boolean weights, ScanGradient gradient) {
    int n = modes.modes() * width;
    Arrays.fill(rows[INPUT], 0, n, 0f);
    Arrays.fill(rows[GRADIENT], 0, n, 0f);
    addConjugate(rows, W, SUM_Q, INPUT, n);
    addTo(gradient.lambdaRe(), modes, h, width, rows[INPUT]);
    addTo(gradient.lambdaIm(), modes, h, width, rows[GRADIENT]);
    if (weights) {
      addTo(gradient.wRe(), modes, h, width, rows[SUM_T]);
      addTo(gradient.wIm(), modes, h, width, rows[SUM_T + 1]);
    }
    for (int i = SUM_T; i < SUM_T + 4; i++) {
      Arrays.fill(rows[i], 0, n, 0f);
    }
  }

  private static void addTo(double[] total, ScanModes modes, int h, int width, float[] row) {
    for (int m = 0; m < modes.modes(); m++) {
      int to = m * modes.channels() + h;
      for (int i = 0; i < width; i++) {
        total[to + i] += row[m * width + i];
      }
    }
  }

  /** z += conj(x) y for complex numbers in pairs of rows. */
  private static void addConjugate(float[][] rows, int x, int y, int z, int n) {
    float[] xr = rows[x];
    float[] xi = rows[x + 1];
    float[] yr = rows[y];
    float[] yi = rows[y + 1];
    float[] zr = rows[z];
    float[] zi = rows[z + 1];
    for (int i = 0; i < n; i++) {
      zr[i] += xr[i] * yr[i] + xi[i] * yi[i];
    }
    for (int i = 0; i < n; i++) {
      zi[i] += xr[i] * yi[i] - xi[i] * yr[i];
    }
  }
}
