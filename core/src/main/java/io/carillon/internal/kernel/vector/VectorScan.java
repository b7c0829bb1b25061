package io.carillon.internal.kernel.vector;

import static io.carillon.internal.kernel.vector.VectorWidth.FLOAT;
import static io.carillon.internal.kernel.vector.VectorWidth.LANES;

import io.carillon.internal.kernel.Kernels;
import io.carillon.internal.kernel.ScanModes;
import io.carillon.internal.kernel.Scratch;
import jdk.incubator.vector.FloatVector;

/**
 * SIMD recurrence, forward. Lanes run over channels. Time goes in blocks, and inside a block the
 * modes go in groups whose coefficients and states stay in registers: one step of one mode is six
 * multiply-adds, but each depends on the one before, so that a group needs three modes to keep the
 * multipliers busy.
 *
 * <p>Inputs, outputs, coefficients and states of a lane block are packed into scratch first: the
 * rows of the caller's arrays are a power of two apart and would evict each other from the cache.
 */
final class VectorScan {
  /** Floats per mode in scratch: λ, w, drift, state and next state, re and im each. */
  private static final int MODE = 10 * LANES;

  private static final int STATE = 6 * LANES;
  private static final int NEXT = 8 * LANES;
  private static final int INPUT = Scratch.START;
  private static final int OUTPUT = INPUT + Kernels.SCAN_BLOCK * LANES;
  private static final int MODES = OUTPUT + Kernels.SCAN_BLOCK * LANES;

  /** Three modes need 22 registers: too many where a vector of 256 bits or less is the widest. */
  private static final boolean MANY_REGISTERS = LANES >= 16;

  private VectorScan() {}

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
    int laneBlock = count * MODE;
    float[] s = memory.floats(MODES + (h1 - h0 + LANES - 1) / LANES * laneBlock);
    for (int h = h0, at = MODES; h < h1; h += LANES, at += laneBlock) {
      packModes(modes, h, Math.min(LANES, h1 - h), MODE, s, at);
      packPair(state, stateOffset, modes, h, Math.min(LANES, h1 - h), MODE, s, at + STATE);
    }
    for (int start = 0; start < length; start += Kernels.SCAN_BLOCK) {
      int steps = Math.min(Kernels.SCAN_BLOCK, length - start);
      // Output t sees input t, or t + 1 in reverse.
      int row = reverse ? length - 1 - start : start;
      int direction = reverse ? -1 : 1;
      int silent = reverse && start == 0 ? 1 : 0;
      for (int h = h0, at = MODES; h < h1; h += LANES, at += laneBlock) {
        int width = Math.min(LANES, h1 - h);
        VectorRows.zero(s, INPUT, silent);
        VectorRows.load(
            u,
            uOffset + (row + (reverse ? 1 - silent : 0)) * uStride + h,
            direction * uStride,
            width,
            steps - silent,
            s,
            INPUT + silent * LANES);
        VectorRows.zero(s, OUTPUT, steps);
        allModes(s, at, count, steps);
        finish(s, at, count, steps == Kernels.SCAN_BLOCK);
        VectorRows.add(
            s, OUTPUT, width, steps, y, yOffset + row * yStride + h, direction * yStride);
      }
    }
    for (int h = h0, at = MODES; h < h1; h += LANES, at += laneBlock) {
      unpackPair(s, at + STATE, MODE, modes, h, Math.min(LANES, h1 - h), state, stateOffset);
    }
  }

  /** λ, w and drift of every mode of a lane block. */
  static void packModes(ScanModes modes, int h, int width, int stride, float[] s, int at) {
    for (int m = 0; m < modes.modes(); m++, at += stride) {
      int k = m * modes.channels() + h;
      VectorRows.pack(modes.lambdaRe(), k, width, s, at);
      VectorRows.pack(modes.lambdaIm(), k, width, s, at + LANES);
      VectorRows.pack(modes.wRe(), k, width, s, at + 2 * LANES);
      VectorRows.pack(modes.wIm(), k, width, s, at + 3 * LANES);
      VectorRows.pack(modes.driftRe(), k, width, s, at + 4 * LANES);
      VectorRows.pack(modes.driftIm(), k, width, s, at + 5 * LANES);
    }
  }

  /** Planes [2][modes][channels] at offset, to re and im of every mode. */
  static void packPair(
      float[] planes,
      int offset,
      ScanModes modes,
      int h,
      int width,
      int stride,
      float[] s,
      int at) {
    int channels = modes.channels();
    int plane = modes.modes() * channels;
    for (int m = 0; m < modes.modes(); m++, at += stride) {
      VectorRows.pack(planes, offset + m * channels + h, width, s, at);
      VectorRows.pack(planes, offset + plane + m * channels + h, width, s, at + LANES);
    }
  }

  /** Inverse of {@link #packPair}. */
  static void unpackPair(
      float[] s,
      int at,
      int stride,
      ScanModes modes,
      int h,
      int width,
      float[] planes,
      int offset) {
    int channels = modes.channels();
    int plane = modes.modes() * channels;
    for (int m = 0; m < modes.modes(); m++, at += stride) {
      VectorRows.unpack(s, at, width, planes, offset + m * channels + h);
      VectorRows.unpack(s, at + LANES, width, planes, offset + plane + m * channels + h);
    }
  }

  private static void allModes(float[] s, int at, int count, int steps) {
    int end = at + count * MODE;
    if (MANY_REGISTERS) {
      // 4 left are better as 2 + 2 than as 3 + 1.
      for (; end - at >= 3 * MODE && end - at != 4 * MODE; at += 3 * MODE) {
        threeModes(s, at, steps);
      }
    }
    for (; end - at >= 2 * MODE; at += 2 * MODE) {
      twoModes(s, at, steps);
    }
    if (at < end) {
      oneMode(s, at, steps);
    }
  }

  private static void oneMode(float[] s, int at, int steps) {
    FloatVector lr = load(s, at);
    FloatVector li = load(s, at + LANES);
    FloatVector ni = li.neg();
    FloatVector wr = load(s, at + 2 * LANES);
    FloatVector wi = load(s, at + 3 * LANES).neg();
    FloatVector xr = load(s, at + STATE);
    FloatVector xi = load(s, at + STATE + LANES);
    for (int k = 0; k < steps * LANES; k += LANES) {
      FloatVector in = load(s, INPUT + k);
      FloatVector out = load(s, OUTPUT + k);
      FloatVector re = xi.fma(ni, xr.fma(lr, in));
      xi = xi.fma(lr, xr.mul(li));
      xr = re;
      xi.fma(wi, xr.fma(wr, out)).intoArray(s, OUTPUT + k);
    }
    xr.intoArray(s, at + NEXT);
    xi.intoArray(s, at + NEXT + LANES);
  }

  private static void twoModes(float[] s, int at, int steps) {
    FloatVector lr0 = load(s, at);
    FloatVector li0 = load(s, at + LANES);
    FloatVector ni0 = li0.neg();
    FloatVector wr0 = load(s, at + 2 * LANES);
    FloatVector wi0 = load(s, at + 3 * LANES).neg();
    FloatVector xr0 = load(s, at + STATE);
    FloatVector xi0 = load(s, at + STATE + LANES);
    FloatVector lr1 = load(s, at + MODE);
    FloatVector li1 = load(s, at + MODE + LANES);
    FloatVector ni1 = li1.neg();
    FloatVector wr1 = load(s, at + MODE + 2 * LANES);
    FloatVector wi1 = load(s, at + MODE + 3 * LANES).neg();
    FloatVector xr1 = load(s, at + MODE + STATE);
    FloatVector xi1 = load(s, at + MODE + STATE + LANES);
    for (int k = 0; k < steps * LANES; k += LANES) {
      FloatVector in = load(s, INPUT + k);
      FloatVector out = load(s, OUTPUT + k);
      FloatVector a0 = xr0.fma(lr0, in);
      FloatVector b0 = xr0.mul(li0);
      FloatVector a1 = xr1.fma(lr1, in);
      FloatVector b1 = xr1.mul(li1);
      xr0 = xi0.fma(ni0, a0);
      xi0 = xi0.fma(lr0, b0);
      xr1 = xi1.fma(ni1, a1);
      xi1 = xi1.fma(lr1, b1);
      out = xi0.fma(wi0, xr0.fma(wr0, out));
      xi1.fma(wi1, xr1.fma(wr1, out)).intoArray(s, OUTPUT + k);
    }
    xr0.intoArray(s, at + NEXT);
    xi0.intoArray(s, at + NEXT + LANES);
    xr1.intoArray(s, at + MODE + NEXT);
    xi1.intoArray(s, at + MODE + NEXT + LANES);
  }

  private static void threeModes(float[] s, int at, int steps) {
    FloatVector lr0 = load(s, at);
    FloatVector li0 = load(s, at + LANES);
    FloatVector ni0 = li0.neg();
    FloatVector wr0 = load(s, at + 2 * LANES);
    FloatVector wi0 = load(s, at + 3 * LANES).neg();
    FloatVector xr0 = load(s, at + STATE);
    FloatVector xi0 = load(s, at + STATE + LANES);
    FloatVector lr1 = load(s, at + MODE);
    FloatVector li1 = load(s, at + MODE + LANES);
    FloatVector ni1 = li1.neg();
    FloatVector wr1 = load(s, at + MODE + 2 * LANES);
    FloatVector wi1 = load(s, at + MODE + 3 * LANES).neg();
    FloatVector xr1 = load(s, at + MODE + STATE);
    FloatVector xi1 = load(s, at + MODE + STATE + LANES);
    FloatVector lr2 = load(s, at + 2 * MODE);
    FloatVector li2 = load(s, at + 2 * MODE + LANES);
    FloatVector ni2 = li2.neg();
    FloatVector wr2 = load(s, at + 2 * MODE + 2 * LANES);
    FloatVector wi2 = load(s, at + 2 * MODE + 3 * LANES).neg();
    FloatVector xr2 = load(s, at + 2 * MODE + STATE);
    FloatVector xi2 = load(s, at + 2 * MODE + STATE + LANES);
    for (int k = 0; k < steps * LANES; k += LANES) {
      FloatVector in = load(s, INPUT + k);
      FloatVector out = load(s, OUTPUT + k);
      FloatVector a0 = xr0.fma(lr0, in);
      FloatVector b0 = xr0.mul(li0);
      FloatVector a1 = xr1.fma(lr1, in);
      FloatVector b1 = xr1.mul(li1);
      FloatVector a2 = xr2.fma(lr2, in);
      FloatVector b2 = xr2.mul(li2);
      xr0 = xi0.fma(ni0, a0);
      xi0 = xi0.fma(lr0, b0);
      xr1 = xi1.fma(ni1, a1);
      xi1 = xi1.fma(lr1, b1);
      xr2 = xi2.fma(ni2, a2);
      xi2 = xi2.fma(lr2, b2);
      out = xi0.fma(wi0, xr0.fma(wr0, out));
      out = xi1.fma(wi1, xr1.fma(wr1, out));
      xi2.fma(wi2, xr2.fma(wr2, out)).intoArray(s, OUTPUT + k);
    }
    xr0.intoArray(s, at + NEXT);
    xi0.intoArray(s, at + NEXT + LANES);
    xr1.intoArray(s, at + MODE + NEXT);
    xi1.intoArray(s, at + MODE + NEXT + LANES);
    xr2.intoArray(s, at + 2 * MODE + NEXT);
    xi2.intoArray(s, at + 2 * MODE + NEXT + LANES);
  }

  /** Corrects the drift of a full block and makes the next state the current one. */
  private static void finish(float[] s, int at, int count, boolean fullBlock) {
    for (int mode = at; mode < at + count * MODE; mode += MODE) {
      FloatVector re = load(s, mode + NEXT);
      FloatVector im = load(s, mode + NEXT + LANES);
      if (fullBlock) {
        FloatVector dr = load(s, mode + 4 * LANES);
        FloatVector di = load(s, mode + 5 * LANES);
        FloatVector entryRe = load(s, mode + STATE);
        FloatVector entryIm = load(s, mode + STATE + LANES);
        re = entryIm.fma(di.neg(), entryRe.fma(dr, re));
        im = entryRe.fma(di, entryIm.fma(dr, im));
      }
      VectorRows.cut(re).intoArray(s, mode + STATE);
      VectorRows.cut(im).intoArray(s, mode + STATE + LANES);
    }
  }

  private static FloatVector load(float[] s, int at) {
    return FloatVector.fromArray(FLOAT, s, at);
  }
}
