package io.carillon.internal.kernel;

import java.util.Arrays;

/** Adjoint of {@link ScalarScan}, in the same style; formulas as in {@link VectorScanBackward}. */
final class ScalarScanBackward {
  private static final int INPUT = 6;
  private static final int GRADIENT = 7;
  private static final int INPUT_GRADIENT = 8;
  private static final int SPARE = 9;
  private static final int STATE_GRADIENT = 10;
  private static final int STATE_GRADIENT_END = 12;
  private static final int SUMS = 14;

  /** Pairs of rows: the state before the block and after each of its steps. */
  private static final int STATES = 18;

  private static final int ROWS = STATES + 2 * (Kernels.SCAN_BLOCK + 1);

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
      float[] boundaries,
      int boundaryOffset,
      float[] stateGradient,
      int stateGradientOffset,
      ScanGradient gradient) {
    int count = modes.modes();
    int together = ScalarScan.together(count, h1 - h0);
    int plane = count * modes.channels();
    float[][] rows = memory.rows(ROWS, count * together);
    int blocks = (length + Kernels.SCAN_BLOCK - 1) / Kernels.SCAN_BLOCK;
    for (int h = h0; h < h1; h += together) {
      int width = Math.min(together, h1 - h);
      int n = count * width;
      ScalarScan.packModes(modes, h, width, rows);
      ScalarScan.pack(stateGradient, stateGradientOffset, modes, h, width, rows[STATE_GRADIENT]);
      ScalarScan.pack(
          stateGradient, stateGradientOffset + plane, modes, h, width, rows[STATE_GRADIENT + 1]);
      clearSums(rows, n);
      for (int block = blocks - 1; block >= 0; block--) {
        int start = block * Kernels.SCAN_BLOCK;
        int steps = Math.min(Kernels.SCAN_BLOCK, length - start);
        int at = boundaryOffset + block * 2 * plane;
        ScalarScan.pack(boundaries, at, modes, h, width, rows[STATES]);
        ScalarScan.pack(boundaries, at + plane, modes, h, width, rows[STATES + 1]);
        for (int k = 0; k < steps; k++) {
          int source = reverse ? length - start - k : start + k;
          ScalarScan.repeat(
              u, uOffset + source * uStride + h, source < length, width, count, rows[INPUT]);
          int x = STATES + 2 * k;
          ScalarScan.step(
              rows[0], rows[1], rows[INPUT], rows[x], rows[x + 1], rows[x + 2], rows[x + 3], n);
        }
        System.arraycopy(rows[STATE_GRADIENT], 0, rows[STATE_GRADIENT_END], 0, n);
        System.arraycopy(rows[STATE_GRADIENT + 1], 0, rows[STATE_GRADIENT_END + 1], 0, n);
        for (int k = steps - 1; k >= 0; k--) {
          int t = reverse ? length - 1 - start - k : start + k;
          int source = reverse ? t + 1 : t;
          ScalarScan.repeat(g, gOffset + t * gStride + h, true, width, count, rows[GRADIENT]);
          backwardStep(rows, STATES + 2 * k, n);
          if (source < length) {
            float[] parts = rows[INPUT_GRADIENT];
            ScalarScan.sum(parts, rows[SPARE], width, count);
            for (int i = 0, to = guOffset + source * guStride + h; i < width; i++) {
              gu[to + i] += parts[i];
            }
          }
        }
        finish(rows, n, steps);
        if (block % BLOCKS_PER_SUM == 0) {
          addSums(rows, modes, h, width, gradient);
          clearSums(rows, n);
        }
      }
      ScalarScan.unpack(rows[STATE_GRADIENT], modes, h, width, stateGradient, stateGradientOffset);
      ScalarScan.unpack(
          rows[STATE_GRADIENT + 1], modes, h, width, stateGradient, stateGradientOffset + plane);
    }
  }

  /**
   * One step of the adjoint; leaves Re S of this step in the row INPUT_GRADIENT.
   *
   * <p>The loops are written out here because a method of this size is compiled by itself: inlined
   * into its caller, with all the loops there, they are not vectorised on JDK 17.
   */
  private static void backwardStep(float[][] rows, int x, int n) {
    float[] g = rows[GRADIENT];
    float[] sr = rows[STATE_GRADIENT];
    float[] si = rows[STATE_GRADIENT + 1];
    addConjugate(rows[2], rows[3], g, sr, si, n);
    float[] nextRe = rows[x + 2];
    float[] nextIm = rows[x + 3];
    float[] weightRe = rows[SUMS + 2];
    float[] weightIm = rows[SUMS + 3];
    for (int i = 0; i < n; i++) {
      float c = g[i];
      float a = nextRe[i];
      float b = nextIm[i];
      weightRe[i] += a * c;
      weightIm[i] -= b * c;
    }
    float[] xr = rows[x];
    float[] xi = rows[x + 1];
    float[] sumRe = rows[SUMS];
    float[] sumIm = rows[SUMS + 1];
    for (int i = 0; i < n; i++) {
      float a = sr[i];
      float b = si[i];
      float c = xr[i];
      float d = xi[i];
      sumRe[i] += a * c + b * d;
      sumIm[i] += b * c - a * d;
    }
    System.arraycopy(sr, 0, rows[INPUT_GRADIENT], 0, n);
    float[] lr = rows[0];
    float[] li = rows[1];
    for (int i = 0; i < n; i++) {
      float a = lr[i];
      float b = li[i];
      float re = sr[i];
      float im = si[i];
      sr[i] = a * re + b * im;
      si[i] = a * im - b * re;
    }
  }

  private static void finish(float[][] rows, int n, int steps) {
    float[] sr = rows[STATE_GRADIENT];
    float[] si = rows[STATE_GRADIENT + 1];
    if (steps == Kernels.SCAN_BLOCK) {
      // S += conj(drift) · (S at the end of the block).
      addProduct(
          rows[STATE_GRADIENT_END], rows[STATE_GRADIENT_END + 1], rows[4], rows[5], sr, si, n);
    }
    ScalarScan.cut(sr, n);
    ScalarScan.cut(si, n);
  }

  private static void clearSums(float[][] rows, int n) {
    for (int i = SUMS; i < SUMS + 4; i++) {
      Arrays.fill(rows[i], 0, n, 0f);
    }
  }

  private static void addSums(
      float[][] rows, ScanModes modes, int h, int width, ScanGradient gradient) {
    for (int m = 0; m < modes.modes(); m++) {
      int to = m * modes.channels() + h;
      int from = m * width;
      for (int i = 0; i < width; i++) {
        gradient.lambdaRe()[to + i] += rows[SUMS][from + i];
        gradient.lambdaIm()[to + i] += rows[SUMS + 1][from + i];
        gradient.wRe()[to + i] += rows[SUMS + 2][from + i];
        gradient.wIm()[to + i] += rows[SUMS + 3][from + i];
      }
    }
  }

  /** sum += conj(a) g for real g. */
  private static void addConjugate(
      float[] re, float[] im, float[] g, float[] sumRe, float[] sumIm, int n) {
    for (int i = 0; i < n; i++) {
      float a = re[i];
      float b = im[i];
      float c = g[i];
      sumRe[i] += a * c;
      sumIm[i] -= b * c;
    }
  }

  /** sum += s conj(x). */
  private static void addProduct(
      float[] sr, float[] si, float[] xr, float[] xi, float[] sumRe, float[] sumIm, int n) {
    for (int i = 0; i < n; i++) {
      float a = sr[i];
      float b = si[i];
      float c = xr[i];
      float d = xi[i];
      sumRe[i] += a * c + b * d;
      sumIm[i] += b * c - a * d;
    }
  }
}
