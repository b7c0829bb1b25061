package io.carillon.ssm.vandermonde;

import io.carillon.config.kernel.KernelCast;
import io.carillon.ssm.Modes;

/**
 * The sizes of one problem of {@link VandermondeProduct}: L taps in blocks of T, kernels that share
 * their z, and how many blocks are worked on at a time. Rows are ordered (set and channel, block).
 */
final class VandermondeLayout {
  /** Rows of A that exist at a time. */
  private static final int CHUNK_ROWS = 1024;

  private static final int PADDED = 1024;
  private static final int PADDING = 16;
  private static final int SHORTEST_BLOCK = 16;
  private static final int LONGEST_BLOCK = 1024;

  /** e to this power is still far from the largest float. */
  private static final double LARGEST_EXPONENT = 60;

  private Modes modes;
  private int h0;
  private int h1;
  private int length;
  private int block;
  private int columns;
  private int blocks;
  private int chunk;
  private int width;

  /** Sets the problem: kernels of channels from .. to−1 with that many taps. */
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

  /** L. */
  int length() {
    return length;
  }

  /** T. */
  int block() {
    return block;
  }

  /** Columns of P: T, or 2 T if the imaginary parts are needed too. */
  int columns() {
    return columns;
  }

  /** ⌈L / T⌉. */
  int blocks() {
    return blocks;
  }

  /** Blocks that are worked on at a time. */
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

  /** o: the power of a block from which the others are computed. */
  int anchor(int m) {
    return grows(m) ? block - 1 : 0;
  }

  /** s, see {@link Modes#shift}. */
  double shift(int m) {
    return modes.shift() == null ? 0 : modes.shift()[modes.logRow(h0) + m];
  }

  /** a T + o − s: what the anchor of a block is raised to. */
  double steps(int a, int m) {
    return (double) a * block + anchor(m) - shift(m);
  }

  /** Whether the kernel is the product of real and imaginary part. */
  boolean isProduct(int kernel) {
    return modes.cast() == KernelCast.PROD
        || modes.cast() == KernelCast.REAL_PROD && channel(kernel) >= modes.channels() / 2;
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

  /**
   * Floats of working memory for decaying modes, forward and backward.
   *
   * @param parts that sum apart
   */
  static long workingFloats(int kernelCount, int modes, int length, int parts) {
    int block = balancedBlock(kernelCount, length);
    int blocks = (length + block - 1) / block;
    long chunk = Math.max(1, Math.min(blocks, CHUNK_ROWS / kernelCount));
    long width = rowWidth(modes);
    long rows = kernelCount * chunk;
    // Powers twice and their gradient; rows and theirs; products; base, part sums and running
    // powers in double precision.
    return 3 * block * width + 2 * rows * width + rows * block + 2 * (chunk + parts + 2) * width;
  }
}
