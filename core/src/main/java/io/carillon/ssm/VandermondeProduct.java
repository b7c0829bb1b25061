package io.carillon.ssm;

import io.carillon.core.Parallel;
import io.carillon.internal.kernel.Kernels;
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
 * <p>Powers run in double precision from an anchor that is exact in phase, over at most T or {@link
 * #CHUNK_ROWS} multiplications, and are then rounded to float.
 */
final class VandermondeProduct {
  /** Rows of A that exist at a time. */
  private static final int CHUNK_ROWS = 1024;

  /** Parts into which work is split; fixed, so that no sum depends on the number of threads. */
  private static final int PARTS = 16;

  private static final int ROWS_PER_PART = 256;
  private static final int MODES_PER_PART = 64;

  private static final int PADDED = 1024;
  private static final int PADDING = 16;

  /** Modes, and powers of them, that are written at a time: a cache line of floats. */
  private static final int TILE = 16;

  private static final int SHORTEST_BLOCK = 16;
  private static final int LONGEST_BLOCK = 1024;

  /** e to this power is still far from the largest float. */
  private static final double LARGEST_EXPONENT = 60;

  /** Smaller magnitudes become zero: subnormal numbers are very slow. */
  private static final double TINY = 1e-30;

  private final Kernels kernels;
  private final Layout layout = new Layout();

  // What the loops below work on; fields, so that a loop body need not be made anew for every call.
  private int first;
  private int count;
  private float[] taps;
  private ModesGradient gradient;
  private int parts;
  private ModeRange modeRange;
  private KernelRange kernelRange;
  private final Parallel.WorkerBody modesOfPart = this::modesOfPart;
  private final Parallel.WorkerBody kernelsOfPart = this::kernelsOfPart;
  private final ModeRange powersBody = this::fillPowers;
  private final ModeRange baseBody = this::fillBase;
  private final KernelRange forwardBody = this::forwardRows;
  private final KernelRange backwardBody = this::backwardRows;
  private final ModeRange powerGradientBody = this::collectPowerGradients;
  private final ModeRange finishBody = this::addPowerGradients;

  private double[] base = new double[0];
  private double[] running = new double[0];
  private double[] zSums = new double[0];
  private float[] powers = new float[0];
  private float[] powersByMode = new float[0];
  private float[] rows = new float[0];
  private float[] products = new float[0];
  private float[] rowGradients = new float[0];
  private float[] powerGradients = new float[0];

  VandermondeProduct(Kernels kernels) {
    this.kernels = kernels;
  }

  /** The sizes of one problem. Rows are ordered (set and channel, block). */
  private static final class Layout {
    private Modes modes;
    private int h0;
    private int h1;
    private int length;
    private int block;
    private int columns;
    private int blocks;
    private int chunk;
    private int width;

    void set(Modes newModes, int from, int to, int taps) {
      modes = newModes;
      h0 = from;
      h1 = to;
      length = taps;
      double growth = 0;
      for (int m = 0; m < modes.modes(); m++) {
        growth = Math.max(growth, modes.logRe()[modes.logRow(h0) + m]);
      }
      int kernelCount = kernelCount();
      block = balancedBlock(kernelCount, length);
      while (block > 1 && growth * block > LARGEST_EXPONENT) {
        block /= 2;
      }
      blocks = (length + block - 1) / block;
      chunk = Math.max(1, Math.min(blocks, CHUNK_ROWS / kernelCount));
      columns = modes.cast().isLinear() ? block : 2 * block;
      width = rowWidth(modes.modes());
    }

    Modes modes() {
      return modes;
    }

    int h0() {
      return h0;
    }

    int length() {
      return length;
    }

    int block() {
      return block;
    }

    int columns() {
      return columns;
    }

    int blocks() {
      return blocks;
    }

    int chunk() {
      return chunk;
    }

    /** Floats or doubles from row to row where a row has the real and the imaginary parts. */
    int width() {
      return width;
    }

    int modeCount() {
      return modes.modes();
    }

    /** Kernels: sets times channels. */
    int kernelCount() {
      return modes.sets() * (h1 - h0);
    }

    int set(int kernel) {
      return kernel / (h1 - h0);
    }

    int channel(int kernel) {
      return h0 + kernel % (h1 - h0);
    }

    /** Index of tap 0 of a kernel in [sets][channels][length]. */
    int tapRow(int kernel) {
      return (set(kernel) * modes.channels() + channel(kernel)) * length;
    }

    boolean grows(int m) {
      return modes.logRe()[modes.logRow(h0) + m] > 0;
    }

    int anchor(int m) {
      return grows(m) ? block - 1 : 0;
    }

    double shift(int m) {
      return modes.shift() == null ? 0 : modes.shift()[modes.logRow(h0) + m];
    }

    boolean isProduct(int kernel) {
      return modes.cast() == KernelCast.PROD
          || modes.cast() == KernelCast.REAL_PROD && channel(kernel) >= modes.channels() / 2;
    }
  }

  /**
   * An entry of P costs about three times one of A, and P serves all kernels: this balances them.
   */
  private static int balancedBlock(int kernelCount, int length) {
    int block = SHORTEST_BLOCK;
    while (block < LONGEST_BLOCK && 2L * block * block < (long) kernelCount * length) {
      block *= 2;
    }
    return block;
  }

  /**
   * Twice the modes, and {@link #PADDING} zeros where rows would lie a multiple of 4 KiB apart: ten
   * such rows, read side by side, fight for the same few places in the cache.
   */
  private static int rowWidth(int modes) {
    return 2 * modes % PADDED == 0 ? 2 * modes + PADDING : 2 * modes;
  }

  /** Floats of working memory for decaying modes, forward and backward. */
  static long workingFloats(int kernelCount, int modes, int length) {
    int block = balancedBlock(kernelCount, length);
    int blocks = (length + block - 1) / block;
    long chunk = Math.max(1, Math.min(blocks, CHUNK_ROWS / kernelCount));
    long width = rowWidth(modes);
    long rows = kernelCount * chunk;
    // Powers twice and their gradient; rows and theirs; products; base, part sums and running
    // powers in double precision.
    return 3 * block * width + 2 * rows * width + rows * block + 2 * (chunk + PARTS + 2) * width;
  }

  private void prepare(Modes modes, int h0, int h1, int length, Parallel parallel) {
    layout.set(modes, h0, h1, length);
    int width = layout.width();
    int chunkRows = layout.kernelCount() * layout.chunk();
    base = atLeast(base, layout.chunk() * width);
    running = atLeast(running, 2 * width);
    powers = atLeast(powers, Math.multiplyExact(layout.columns(), width));
    powersByMode = atLeast(powersByMode, layout.columns() * width);
    rows = atLeast(rows, Math.multiplyExact(chunkRows, width));
    products = atLeast(products, Math.multiplyExact(chunkRows, layout.columns()));
    overModes(parallel, powersBody);
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
    taps = out;
    for (first = 0; first < layout.blocks(); first += layout.chunk()) {
      count = Math.min(layout.chunk(), layout.blocks() - first);
      overModes(parallel, baseBody);
      overKernels(parallel, forwardBody);
    }
    taps = null;
  }

  private void forwardRows(int part, int k0, int k1) {
    fillRows(count, k0, k1);
    // The product of the gradient needs just this layout of the factors.
    kernels.linearBackwardInput(
        rows, k0 * count, k1 * count, layout.width(), powersByMode, layout.columns(), products);
    for (int k = k0; k < k1; k++) {
      store(k, first, count, taps);
    }
  }

  /** Adds to the gradients of z and of w of channels h0 .. h1−1. */
  void backward(
      Modes modes, int h0, int h1, int length, Parallel parallel, float[] g, ModesGradient total) {
    prepare(modes, h0, h1, length, parallel);
    taps = g;
    gradient = total;
    int width = layout.width();
    rowGradients =
        atLeast(rowGradients, Math.multiplyExact(layout.kernelCount() * layout.chunk(), width));
    powerGradients = atLeast(powerGradients, width * layout.columns());
    Arrays.fill(powerGradients, 0, width * layout.columns(), 0f);
    zSums = atLeast(zSums, PARTS * width);
    Arrays.fill(zSums, 0, PARTS * width, 0);
    for (first = 0; first < layout.blocks(); first += layout.chunk()) {
      count = Math.min(layout.chunk(), layout.blocks() - first);
      overModes(parallel, baseBody);
      overKernels(parallel, backwardBody);
      overModes(parallel, powerGradientBody);
    }
    overModes(parallel, finishBody);
    taps = null;
    gradient = null;
  }

  private void backwardRows(int part, int k0, int k1) {
    int width = layout.width();
    fillRows(count, k0, k1);
    loadGradients(first, count, k0, k1, taps);
    kernels.linearBackwardInput(
        products, k0 * count, k1 * count, layout.columns(), powers, width, rowGradients);
    for (int k = k0; k < k1; k++) {
      addRowGradients(first, count, k, part * width, gradient);
    }
  }

  private void collectPowerGradients(int m0, int m1) {
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
    parts = Math.max(1, Math.min(PARTS, all / MODES_PER_PART));
    if (parts == 1) {
      body.accept(0, all);
      return;
    }
    modeRange = body;
    parallel.runOnWorkers(parts, modesOfPart);
  }

  private void modesOfPart(int worker, int part) {
    int all = layout.modeCount();
    modeRange.accept(firstOf(all, part), firstOf(all, part + 1));
  }

  /** First of all items that belong to a part. */
  private int firstOf(int all, int part) {
    return (int) ((long) all * part / parts);
  }

  private void overKernels(Parallel parallel, KernelRange body) {
    int all = layout.kernelCount();
    // The factors are packed again for every part: that pays only with many rows.
    parts = Math.max(1, Math.min(PARTS, all * layout.chunk() / ROWS_PER_PART));
    if (parts == 1) {
      body.accept(0, 0, all);
      return;
    }
    kernelRange = body;
    parallel.runOnWorkers(parts, kernelsOfPart);
  }

  private void kernelsOfPart(int worker, int part) {
    int all = layout.kernelCount();
    int k0 = firstOf(all, part);
    int k1 = firstOf(all, part + 1);
    if (k0 < k1) {
      kernelRange.accept(part, k0, k1);
    }
  }

  /** P of some modes: rows [column][Re P, −Im P], columns of Im k [Im P, Re P], and transposed. */
  private void fillPowers(int m0, int m1) {
    for (int t = m0; t < m1; t += TILE) {
      fillPowersOfTile(t, Math.min(m1, t + TILE));
    }
    if (m1 == layout.modeCount()) {
      Arrays.fill(powersByMode, 2 * m1 * layout.columns(), layout.width() * layout.columns(), 0f);
    }
  }

  private void fillPowersOfTile(int m0, int m1) {
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

  private static double cut(double value) {
    return Math.abs(value) < TINY ? 0 : value;
  }

  /** exp(z (a T + o − s)) for blocks first .. first+count−1 of some modes, [block][Re, Im]. */
  private void fillBase(int m0, int m1) {
    int n = layout.modeCount();
    for (int m = m0; m < m1; m++) {
      boolean grows = layout.grows(m);
      start(
          m, steps(grows ? first + count - 1 : first, m), grows ? -layout.block() : layout.block());
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

  /** a T + o − s: what the anchor of a block is raised to. */
  private double steps(int a, int m) {
    return (double) a * layout.block() + layout.anchor(m) - layout.shift(m);
  }

  /** A = w · base for kernels k0 .. k1−1. */
  private void fillRows(int count, int k0, int k1) {
    Modes modes = layout.modes();
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
          rows, k0 * count, k1 * count, layout.width(), powersByMode, columns, products);
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
        double steps = steps(first + a, m);
        zSums[sums + m] += steps * (wr * re + wi * im);
        zSums[sums + n + m] += steps * (wr * im - wi * re);
      }
    }
  }

  /** ∂z += Σ_b (b − o) conj(P_b) ∂P_b, plus the part sums of the rows. */
  private void addPowerGradients(int m0, int m1) {
    int n = layout.modeCount();
    int block = layout.block();
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
