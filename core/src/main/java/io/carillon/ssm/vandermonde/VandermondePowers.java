package io.carillon.ssm.vandermonde;

import java.util.Arrays;

/**
 * The powers of λ = exp(z) that {@link VandermondeProduct} multiplies: P = exp(z (b − o)) within a
 * block, in floats and twice, as the two ways to multiply want it, and exp(z (a T + o − s)) of a
 * chunk of blocks, in doubles.
 *
 * <p>They run in double precision from an anchor that is exact in phase, over at most T or a chunk
 * of multiplications.
 */
final class VandermondePowers {
  /** Modes, and powers of them, that are written at a time: a cache line of floats. */
  private static final int TILE = 16;

  /** Smaller magnitudes become zero: subnormal numbers are very slow. */
  private static final double TINY = 1e-30;

  private final VandermondeLayout layout;
  private double[] base = new double[0];
  private double[] running = new double[0];
  private float[] powers = new float[0];
  private float[] powersByMode = new float[0];

  VandermondePowers(VandermondeLayout layout) {
    this.layout = layout;
  }

  /** Makes room for the problem that the layout is set to. */
  void reserve() {
    int width = layout.width();
    int size = Math.multiplyExact(layout.columns(), width);
    if (base.length < layout.chunk() * width) {
      base = new double[layout.chunk() * width];
    }
    if (running.length < 2 * width) {
      running = new double[2 * width];
    }
    if (powers.length < size) {
      powers = new float[size];
      powersByMode = new float[size];
    }
  }

  /** exp(z (a T + o − s)) [block of the chunk][Re, Im]. */
  double[] base() {
    return base;
  }

  /** P, [column][width]: Re P, −Im P; after T columns, for Im k, Im P, Re P. */
  float[] byColumn() {
    return powers;
  }

  /** The same transposed, [width][columns]. */
  float[] byMode() {
    return powersByMode;
  }

  /** Computes P of some modes. */
  void fill(int m0, int m1) {
    for (int t = m0; t < m1; t += TILE) {
      fillTile(t, Math.min(m1, t + TILE));
    }
    if (m1 == layout.modeCount()) {
      Arrays.fill(powersByMode, 2 * m1 * layout.columns(), layout.width() * layout.columns(), 0f);
    }
  }

  private void fillTile(int m0, int m1) {
    int block = layout.block();
    for (int m = m0; m < m1; m++) {
      // Away from the anchor the powers shrink: upwards for a decaying mode, else downwards.
      start(m, 0, layout.grows(m) ? -1 : 1);
    }
    for (int i0 = 0; i0 < block; i0 += TILE) {
      int i1 = Math.min(block, i0 + TILE);
      for (int i = i0; i < i1; i++) {
        for (int m = m0; m < m1; m++) {
          put(layout.grows(m) ? block - 1 - i : i, m);
        }
        advance(m0, m1);
      }
      for (int m = m0; m < m1; m++) {
        transpose(m, layout.grows(m) ? block - i1 : i0, i1 - i0);
      }
    }
  }

  /** Writes the running power of a mode as power b. */
  private void put(int b, int m) {
    int n = layout.modeCount();
    float re = (float) cut(running[m]);
    float im = (float) cut(running[n + m]);
    int at = b * layout.width() + m;
    powers[at] = re;
    powers[at + n] = -im;
    if (layout.columns() > layout.block()) {
      at += layout.block() * layout.width();
      powers[at] = im;
      powers[at + n] = re;
    }
  }

  /** Copies powers b0 .. b0+number−1 of a mode into {@link #powersByMode}. */
  private void transpose(int m, int b0, int number) {
    for (int column = b0; column < layout.columns(); column += layout.block()) {
      for (int row = m; row < 2 * layout.modeCount(); row += layout.modeCount()) {
        int from = column * layout.width() + row;
        int to = row * layout.columns() + column;
        for (int i = 0; i < number; i++) {
          powersByMode[to + i] = powers[from + i * layout.width()];
        }
      }
    }
  }

  /** Sets the running power of a mode to exp(z steps), and its factor to exp(z step). */
  private void start(int m, double steps, double step) {
    int n = layout.modeCount();
    int z = layout.modes().logRow(layout.h0()) + m;
    double zRe = layout.modes().logRe()[z];
    double zIm = layout.modes().logIm()[z];
    double size = Math.exp(zRe * steps);
    running[m] = size * Math.cos(zIm * steps);
    running[n + m] = size * Math.sin(zIm * steps);
    double factor = Math.exp(zRe * step);
    running[2 * n + m] = factor * Math.cos(zIm * step);
    running[3 * n + m] = factor * Math.sin(zIm * step);
  }

  private void advance(int m0, int m1) {
    int n = layout.modeCount();
    for (int m = m0; m < m1; m++) {
      double re = running[m];
      double im = running[n + m];
      double stepRe = running[2 * n + m];
      double stepIm = running[3 * n + m];
      running[m] = re * stepRe - im * stepIm;
      running[n + m] = re * stepIm + im * stepRe;
    }
  }

  /** Computes exp(z (a T + o − s)) for blocks first .. first+count−1 of some modes. */
  void fillBase(int first, int count, int m0, int m1) {
    int n = layout.modeCount();
    for (int m = m0; m < m1; m++) {
      boolean grows = layout.grows(m);
      start(
          m,
          layout.steps(grows ? first + count - 1 : first, m),
          grows ? -layout.block() : layout.block());
    }
    for (int i = 0; i < count; i++) {
      for (int m = m0; m < m1; m++) {
        int at = (layout.grows(m) ? count - 1 - i : i) * 2 * n + m;
        base[at] = cut(running[m]);
        base[at + n] = cut(running[n + m]);
      }
      advance(m0, m1);
    }
  }

  private static double cut(double value) {
    return Math.abs(value) < TINY ? 0 : value;
  }
}
