package io.carillon.internal.kernel;

import static io.carillon.internal.kernel.VectorWidth.FLOAT;
import static io.carillon.internal.kernel.VectorWidth.LANES;

import jdk.incubator.vector.FloatVector;

/**
 * The states of one block of time, computed again for the backward scan and kept. They are stored
 * in pairs of modes: a row holds re and im of both, row 0 the state before the block (which the
 * caller sets), row k + 1 that after step k.
 *
 * <p>In all methods λ of the first mode is at {@code at}, re then im, that of the next {@code mode}
 * floats later, and the inputs are packed rows at {@code inputs}.
 */
final class VectorScanStates {
  /** Floats per row. */
  static final int ROW = 4 * LANES;

  /** Floats per pair of modes. */
  static final int PAIR = (Kernels.SCAN_BLOCK + 1) * ROW;

  private VectorScanStates() {}

  static void oneState(float[] s, int at, int mode, int inputs, int states, int steps) {
    FloatVector lr = load(s, at);
    FloatVector li = load(s, at + LANES);
    FloatVector ni = li.neg();
    FloatVector xr = load(s, states);
    FloatVector xi = load(s, states + LANES);
    for (int k = 0; k < steps; k++) {
      FloatVector in = load(s, inputs + k * LANES);
      FloatVector re = xi.fma(ni, xr.fma(lr, in));
      xi = xi.fma(lr, xr.mul(li));
      xr = re;
      int x = states + ROW + k * ROW;
      xr.intoArray(s, x);
      xi.intoArray(s, x + LANES);
    }
  }

  static void twoStates(float[] s, int at, int mode, int inputs, int states, int steps) {
    FloatVector lr0 = load(s, at);
    FloatVector li0 = load(s, at + LANES);
    FloatVector ni0 = li0.neg();
    FloatVector lr1 = load(s, at + mode);
    FloatVector li1 = load(s, at + mode + LANES);
    FloatVector ni1 = li1.neg();
    FloatVector xr0 = load(s, states);
    FloatVector xi0 = load(s, states + LANES);
    FloatVector xr1 = load(s, states + 2 * LANES);
    FloatVector xi1 = load(s, states + 3 * LANES);
    for (int k = 0; k < steps; k++) {
      FloatVector in = load(s, inputs + k * LANES);
      FloatVector a0 = xr0.fma(lr0, in);
      FloatVector b0 = xr0.mul(li0);
      FloatVector a1 = xr1.fma(lr1, in);
      FloatVector b1 = xr1.mul(li1);
      xr0 = xi0.fma(ni0, a0);
      xi0 = xi0.fma(lr0, b0);
      xr1 = xi1.fma(ni1, a1);
      xi1 = xi1.fma(lr1, b1);
      int x = states + ROW + k * ROW;
      xr0.intoArray(s, x);
      xi0.intoArray(s, x + LANES);
      xr1.intoArray(s, x + 2 * LANES);
      xi1.intoArray(s, x + 3 * LANES);
    }
  }

  static void fourStates(float[] s, int at, int mode, int inputs, int states, int steps) {
    FloatVector lr0 = load(s, at);
    FloatVector li0 = load(s, at + LANES);
    FloatVector ni0 = li0.neg();
    FloatVector lr1 = load(s, at + mode);
    FloatVector li1 = load(s, at + mode + LANES);
    FloatVector ni1 = li1.neg();
    FloatVector lr2 = load(s, at + 2 * mode);
    FloatVector li2 = load(s, at + 2 * mode + LANES);
    FloatVector ni2 = li2.neg();
    FloatVector lr3 = load(s, at + 3 * mode);
    FloatVector li3 = load(s, at + 3 * mode + LANES);
    FloatVector ni3 = li3.neg();
    FloatVector xr0 = load(s, states);
    FloatVector xi0 = load(s, states + LANES);
    FloatVector xr1 = load(s, states + 2 * LANES);
    FloatVector xi1 = load(s, states + 3 * LANES);
    FloatVector xr2 = load(s, states + PAIR);
    FloatVector xi2 = load(s, states + PAIR + LANES);
    FloatVector xr3 = load(s, states + PAIR + 2 * LANES);
    FloatVector xi3 = load(s, states + PAIR + 3 * LANES);
    for (int k = 0; k < steps; k++) {
      FloatVector in = load(s, inputs + k * LANES);
      FloatVector a0 = xr0.fma(lr0, in);
      FloatVector b0 = xr0.mul(li0);
      FloatVector a1 = xr1.fma(lr1, in);
      FloatVector b1 = xr1.mul(li1);
      FloatVector a2 = xr2.fma(lr2, in);
      FloatVector b2 = xr2.mul(li2);
      FloatVector a3 = xr3.fma(lr3, in);
      FloatVector b3 = xr3.mul(li3);
      xr0 = xi0.fma(ni0, a0);
      xi0 = xi0.fma(lr0, b0);
      xr1 = xi1.fma(ni1, a1);
      xi1 = xi1.fma(lr1, b1);
      xr2 = xi2.fma(ni2, a2);
      xi2 = xi2.fma(lr2, b2);
      xr3 = xi3.fma(ni3, a3);
      xi3 = xi3.fma(lr3, b3);
      int x = states + ROW + k * ROW;
      xr0.intoArray(s, x);
      xi0.intoArray(s, x + LANES);
      xr1.intoArray(s, x + 2 * LANES);
      xi1.intoArray(s, x + 3 * LANES);
      xr2.intoArray(s, x + PAIR);
      xi2.intoArray(s, x + PAIR + LANES);
      xr3.intoArray(s, x + PAIR + 2 * LANES);
      xi3.intoArray(s, x + PAIR + 3 * LANES);
    }
  }

  private static FloatVector load(float[] s, int at) {
    return FloatVector.fromArray(FLOAT, s, at);
  }
}
