package io.carillon.ssm.vandermonde;

import io.carillon.engine.Parallel;
import io.carillon.engine.Ranges;
import io.carillon.internal.kernel.Kernels;
import io.carillon.ssm.Modes;
import io.carillon.ssm.ModesGradient;
import java.util.Arrays;

/**
 * Kernels of channels that share their z, as one matrix product. Taps are cut into blocks, l = a T
 * + b, so that
 *
 * <pre>
 *   k[c,h][a T + b] = Σ_m A[(c,h,a)][m] P[m][b],
 *   A = w exp(z (a T + o − s)),   P = exp(z (b − o))
 * </pre>
 *
 * with P the same for all rows. The anchor o of a mode is 0 if it decays and T − 1 if it grows, so
 * that |P| ≤ 1 always. Only real parts are multiplied: Re(A P) = Re A · Re P − Im A · Im P; a
 * product cast needs Im(A P) too, which takes T more columns.
 *
 * <p>The sizes are in {@link VandermondeLayout}, P and the powers in A in {@link
 * VandermondePowers}.
 */
final class VandermondeProduct {
  /** Parts into which work is split; fixed, so that no sum depends on the number of threads. */
  private static final int PARTS = 16;

  private static final int ROWS_PER_PART = 256;
  private static final int MODES_PER_PART = 64;

  private final Kernels kernels;
  private final VandermondeLayout layout = new VandermondeLayout();
  private final VandermondePowers powers = new VandermondePowers(layout);

  private double[] zSums = new double[0];
  private float[] rows = new float[0];
  private float[] products = new float[0];
  private float[] rowGradients = new float[0];
  private float[] powerGradients = new float[0];

  VandermondeProduct(Kernels kernels) {
    this.kernels = kernels;
  }

  /** Floats of working memory for decaying modes, forward and backward. */
  static long workingFloats(int kernelCount, int modes, int length) {
    return VandermondeLayout.workingFloats(kernelCount, modes, length, PARTS);
  }

  private void prepare(Modes modes, int h0, int h1, int length, Parallel parallel) {
    layout.set(modes, h0, h1, length);
    int width = layout.width();
    int chunkRows = layout.kernelCount() * layout.chunk();
    powers.reserve();
    rows = atLeast(rows, Math.multiplyExact(chunkRows, width));
    products = atLeast(products, Math.multiplyExact(chunkRows, layout.columns()));
    overModes(parallel, powers::fill);
  }

  private static double[] atLeast(double[] array, int size) {
    return array.length >= size ? array : new double[size];
  }

  private static float[] atLeast(float[] array, int size) {
    return array.length >= size ? array : new float[size];
  }

  /** Overwrites K of channels h0 .. h1−1 in out [sets][channels][length]. */
  void forward(Modes modes, int h0, int h1, int length, Parallel parallel, float[] out) {
    prepare(modes, h0, h1, length, parallel);
    for (int block = 0; block < layout.blocks(); block += layout.chunk()) {
      int first = block;
      int count = Math.min(layout.chunk(), layout.blocks() - first);
      overModes(parallel, (m0, m1) -> powers.fillBase(first, count, m0, m1));
      overKernels(parallel, (part, k0, k1) -> forwardRows(first, count, k0, k1, out));
    }
  }

  private void forwardRows(int first, int count, int k0, int k1, float[] taps) {
    fillRows(count, k0, k1);
    // The product of the gradient needs just this layout of the factors.
    kernels.linearBackwardInput(
        rows, k0 * count, k1 * count, layout.width(), powers.byMode(), layout.columns(), products);
    for (int k = k0; k < k1; k++) {
      store(k, first, count, taps);
    }
  }

  /** Adds to the gradients of z and of w of channels h0 .. h1−1. */
  void backward(
      Modes modes, int h0, int h1, int length, Parallel parallel, float[] g, ModesGradient total) {
    prepare(modes, h0, h1, length, parallel);
    int width = layout.width();
    rowGradients =
        atLeast(rowGradients, Math.multiplyExact(layout.kernelCount() * layout.chunk(), width));
    powerGradients = atLeast(powerGradients, width * layout.columns());
    Arrays.fill(powerGradients, 0, width * layout.columns(), 0f);
    zSums = atLeast(zSums, PARTS * width);
    Arrays.fill(zSums, 0, PARTS * width, 0);
    for (int block = 0; block < layout.blocks(); block += layout.chunk()) {
      int first = block;
      int count = Math.min(layout.chunk(), layout.blocks() - first);
      overModes(parallel, (m0, m1) -> powers.fillBase(first, count, m0, m1));
      overKernels(parallel, (part, k0, k1) -> backwardRows(first, count, part, k0, k1, g, total));
      overModes(parallel, (m0, m1) -> collectPowerGradients(count, m0, m1));
    }
    overModes(parallel, (m0, m1) -> addPowerGradients(m0, m1, total));
  }

  private void backwardRows(
      int first, int count, int part, int k0, int k1, float[] taps, ModesGradient gradient) {
    int width = layout.width();
    fillRows(count, k0, k1);
    loadGradients(first, count, k0, k1, taps);
    kernels.linearBackwardInput(
        products, k0 * count, k1 * count, layout.columns(), powers.byColumn(), width, rowGradients);
    for (int k = k0; k < k1; k++) {
      addRowGradients(first, count, k, part * width, gradient);
    }
  }

  private void collectPowerGradients(int count, int m0, int m1) {
    kernels.linearBackwardWeight(
        rows,
        products,
        0,
        layout.kernelCount() * count,
        layout.width(),
        layout.columns(),
        2 * m0,
        2 * m1,
        powerGradients,
        null);
  }

  private interface ModeRange {
    void accept(int m0, int m1);
  }

  private interface KernelRange {
    void accept(int part, int k0, int k1);
  }

  private void overModes(Parallel parallel, ModeRange body) {
    int all = layout.modeCount();
    int parts = Math.max(1, Math.min(PARTS, all / MODES_PER_PART));
    if (parts == 1) {
      body.accept(0, all);
      return;
    }
    parallel.run(
        parts,
        part -> body.accept(Ranges.start(all, parts, part), Ranges.start(all, parts, part + 1)));
  }

  private void overKernels(Parallel parallel, KernelRange body) {
    int all = layout.kernelCount();
    // The factors are packed again for every part: that pays only with many rows.
    int parts = Math.max(1, Math.min(PARTS, all * layout.chunk() / ROWS_PER_PART));
    if (parts == 1) {
      body.accept(0, 0, all);
      return;
    }
    parallel.run(
        parts,
        part -> {
          int k0 = Ranges.start(all, parts, part);
          int k1 = Ranges.start(all, parts, part + 1);
          if (k0 < k1) {
            body.accept(part, k0, k1);
          }
        });
  }

  /** A = w · base for kernels k0 .. k1−1. */
  private void fillRows(int count, int k0, int k1) {
    Modes modes = layout.modes();
    double[] base = powers.base();
    int n = layout.modeCount();
    for (int k = k0; k < k1; k++) {
      int w = modes.wRow(layout.set(k), layout.channel(k));
      for (int a = 0; a < count; a++) {
        int from = a * 2 * n;
        int to = (k * count + a) * layout.width();
        for (int m = 0; m < n; m++) {
          double er = base[from + m];
          double ei = base[from + n + m];
          double wr = modes.wRe()[w + m];
          double wi = modes.wIm()[w + m];
          rows[to + m] = (float) (wr * er - wi * ei);
          rows[to + n + m] = (float) (wr * ei + wi * er);
        }
        Arrays.fill(rows, to + 2 * n, to + layout.width(), 0f);
      }
    }
  }

  private void store(int k, int first, int count, float[] out) {
    int columns = layout.columns();
    int block = layout.block();
    for (int a = 0; a < count; a++) {
      int from = (k * count + a) * columns;
      int tap = (first + a) * block;
      int to = layout.tapRow(k) + tap;
      int taps = Math.min(block, layout.length() - tap);
      if (layout.isProduct(k)) {
        for (int b = 0; b < taps; b++) {
          out[to + b] = products[from + b] * products[from + block + b];
        }
      } else {
        System.arraycopy(products, from, out, to, taps);
      }
    }
  }

  /** Gradients of Re k and Im k into {@link #products}; for a product cast k is computed again. */
  private void loadGradients(int first, int count, int k0, int k1, float[] g) {
    int columns = layout.columns();
    int block = layout.block();
    if (columns > block) {
      kernels.linearBackwardInput(
          rows, k0 * count, k1 * count, layout.width(), powers.byMode(), columns, products);
    }
    for (int k = k0; k < k1; k++) {
      for (int a = 0; a < count; a++) {
        int to = (k * count + a) * columns;
        int tap = (first + a) * block;
        int from = layout.tapRow(k) + tap;
        int taps = Math.min(block, layout.length() - tap);
        if (layout.isProduct(k)) {
          for (int b = 0; b < taps; b++) {
            float re = products[to + b];
            products[to + b] = g[from + b] * products[to + block + b];
            products[to + block + b] = g[from + b] * re;
          }
          Arrays.fill(products, to + block + taps, to + columns, 0f);
        } else {
          System.arraycopy(g, from, products, to, taps);
          Arrays.fill(products, to + block, to + columns, 0f);
        }
        Arrays.fill(products, to + taps, to + block, 0f);
      }
    }
  }

  /** ∂w += conj(base) ∂A and ∂z += (a T + o − s) conj(A) ∂A, the latter into part sums. */
  private void addRowGradients(int first, int count, int k, int sums, ModesGradient gradient) {
    Modes modes = layout.modes();
    double[] base = powers.base();
    int n = layout.modeCount();
    int w = modes.wRow(layout.set(k), layout.channel(k));
    for (int a = 0; a < count; a++) {
      int row = (k * count + a) * layout.width();
      int from = a * 2 * n;
      for (int m = 0; m < n; m++) {
        double gr = rowGradients[row + m];
        double gi = rowGradients[row + n + m];
        double er = base[from + m];
        double ei = base[from + n + m];
        double re = er * gr + ei * gi;
        double im = er * gi - ei * gr;
        gradient.wRe()[w + m] += re;
        gradient.wIm()[w + m] += im;
        double wr = modes.wRe()[w + m];
        double wi = modes.wIm()[w + m];
        double steps = layout.steps(first + a, m);
        zSums[sums + m] += steps * (wr * re + wi * im);
        zSums[sums + n + m] += steps * (wr * im - wi * re);
      }
    }
  }

  /** ∂z += Σ_b (b − o) conj(P_b) ∂P_b, plus the part sums of the rows. */
  private void addPowerGradients(int m0, int m1, ModesGradient gradient) {
    int n = layout.modeCount();
    int block = layout.block();
    float[] powersByMode = powers.byMode();
    for (int m = m0; m < m1; m++) {
      double re = 0;
      double im = 0;
      for (int part = 0; part < PARTS; part++) {
        re += zSums[part * layout.width() + m];
        im += zSums[part * layout.width() + n + m];
      }
      for (int b = 0; b < block; b++) {
        int re0 = m * layout.columns() + b;
        int im0 = (n + m) * layout.columns() + b;
        double pr = powersByMode[re0];
        double pi = -powersByMode[im0];
        double gr = powerGradients[re0];
        double gi = -powerGradients[im0];
        if (layout.columns() > block) {
          gr += powerGradients[im0 + block];
          gi += powerGradients[re0 + block];
        }
        int steps = b - layout.anchor(m);
        re += steps * (pr * gr + pi * gi);
        im += steps * (pr * gi - pi * gr);
      }
      int z = layout.modes().logRow(layout.h0()) + m;
      gradient.logRe()[z] += re;
      gradient.logIm()[z] += im;
    }
  }
}
