package io.carillon.internal.kernel.scalar;

import io.carillon.internal.kernel.Kernels;
import io.carillon.internal.kernel.ScanModes;
import io.carillon.internal.kernel.Scratch;
import java.util.Arrays;

/**
 * Recurrence without the Vector API. The compiler turns a loop into SIMD code by itself only if the
 * loop is short and reads all its arrays at the same index, so that everything is packed into
 * arrays [modes][some channels] and each loop does one small thing to all of them.
 */
final class ScalarScan {
  /** A loop over fewer numbers spends most of its time outside of its SIMD part. */
  private static final int LOOP = 1024;

  private static final int FEWEST_CHANNELS = 16;

  /** Below this size a state is cut to zero: subnormal numbers are very slow. */
  static final float TINY = 1e-30f;

  private static final int ROWS = 13;

  private ScalarScan() {}

  static void forward(
      Scratch memory,
      ScanModes modes,
      int h0,
      int h1,
      boolean reverse,
      float[] u,
      int uOffset,
      int uStride,
      float[] y,
      int yOffset,
      int yStride,
      int length,
      float[] state,
      int stateOffset) {
    int count = modes.modes();
    int together = together(count, h1 - h0);
    int plane = count * modes.channels();
    float[][] rows = memory.rows(ROWS, count * together);
    float[] xr = rows[6];
    float[] xi = rows[7];
    float[] input = rows[10];
    float[] output = rows[11];
    for (int h = h0; h < h1; h += together) {
      int width = Math.min(together, h1 - h);
      int n = count * width;
      packModes(modes, h, width, rows);
      pack(state, stateOffset, modes, h, width, xr);
      pack(state, stateOffset + plane, modes, h, width, xi);
      for (int k = 0; k < length; k++) {
        if (k % Kernels.SCAN_BLOCK == 0) {
          System.arraycopy(xr, 0, rows[8], 0, n);
          System.arraycopy(xi, 0, rows[9], 0, n);
        }
        int t = reverse ? length - 1 - k : k;
        int source = reverse ? t + 1 : t;
        repeat(u, uOffset + source * uStride + h, source < length, width, count, input);
        step(rows[0], rows[1], input, xr, xi, n);
        weigh(rows[2], rows[3], xr, xi, output, n);
        sum(output, rows[12], width, count);
        for (int i = 0, to = yOffset + t * yStride + h; i < width; i++) {
          y[to + i] += output[i];
        }
        if (k % Kernels.SCAN_BLOCK == Kernels.SCAN_BLOCK - 1) {
          turn(rows[4], rows[5], rows[8], rows[9], xr, xi, n);
        }
        if (k % Kernels.SCAN_BLOCK == Kernels.SCAN_BLOCK - 1 || k == length - 1) {
          cut(xr, n);
          cut(xi, n);
        }
      }
      unpack(xr, modes, h, width, state, stateOffset);
      unpack(xi, modes, h, width, state, stateOffset + plane);
    }
  }

  /** λ, w and drift into rows 0 .. 5, re and im each. */
  static void packModes(ScanModes modes, int h, int width, float[][] rows) {
    pack(modes.lambdaRe(), 0, modes, h, width, rows[0]);
    pack(modes.lambdaIm(), 0, modes, h, width, rows[1]);
    pack(modes.wRe(), 0, modes, h, width, rows[2]);
    pack(modes.wIm(), 0, modes, h, width, rows[3]);
    pack(modes.driftRe(), 0, modes, h, width, rows[4]);
    pack(modes.driftIm(), 0, modes, h, width, rows[5]);
  }

  /** Channels that are handled together. */
  static int together(int modes, int channels) {
    return Math.min(channels, Math.max(FEWEST_CHANNELS, LOOP / modes));
  }

  /** Some channels of a plane [modes][channels] to [modes][width]. */
  static void pack(float[] plane, int offset, ScanModes modes, int h, int width, float[] packed) {
    for (int m = 0; m < modes.modes(); m++) {
      System.arraycopy(plane, offset + m * modes.channels() + h, packed, m * width, width);
    }
  }

  /** Inverse of {@link #pack}. */
  static void unpack(float[] packed, ScanModes modes, int h, int width, float[] plane, int offset) {
    for (int m = 0; m < modes.modes(); m++) {
      System.arraycopy(packed, m * width, plane, offset + m * modes.channels() + h, width);
    }
  }

  /** The same {@code width} values for every mode; zeros if there is no input. */
  static void repeat(float[] from, int offset, boolean present, int width, int modes, float[] to) {
    int n = modes * width;
    if (!present) {
      Arrays.fill(to, 0, n, 0f);
      return;
    }
    System.arraycopy(from, offset, to, 0, width);
    for (int filled = width; filled < n; filled *= 2) {
      System.arraycopy(to, 0, to, filled, Math.min(filled, n - filled));
    }
  }

  /** Sums [modes][width] over the modes into the first {@code width} values, by halves. */
  static void sum(float[] values, float[] spare, int width, int modes) {
    for (int left = modes; left > 1; ) {
      int kept = (left + 1) / 2;
      int n = (left - kept) * width;
      System.arraycopy(values, kept * width, spare, 0, n);
      add(spare, values, n);
      left = kept;
    }
  }

  private static void add(float[] from, float[] to, int n) {
    for (int i = 0; i < n; i++) {
      to[i] += from[i];
    }
  }

  /** x = λ x + u. */
  private static void step(float[] lr, float[] li, float[] u, float[] xr, float[] xi, int n) {
    for (int i = 0; i < n; i++) {
      float a = lr[i];
      float b = li[i];
      float re = xr[i];
      float im = xi[i];
      xr[i] = a * re - b * im + u[i];
      xi[i] = a * im + b * re;
    }
  }

  /** Re(w x). */
  private static void weigh(float[] wr, float[] wi, float[] xr, float[] xi, float[] output, int n) {
    for (int i = 0; i < n; i++) {
      output[i] = wr[i] * xr[i] - wi[i] * xi[i];
    }
  }

  /** x += d e, complex. */
  private static void turn(
      float[] dr, float[] di, float[] er, float[] ei, float[] xr, float[] xi, int n) {
    for (int i = 0; i < n; i++) {
      xr[i] += dr[i] * er[i] - di[i] * ei[i];
    }
    for (int i = 0; i < n; i++) {
      xi[i] += dr[i] * ei[i] + di[i] * er[i];
    }
  }

  static void cut(float[] x, int n) {
    for (int i = 0; i < n; i++) {
      if (Math.abs(x[i]) < TINY) {
        x[i] = 0f;
      }
    }
  }
}
