package io.carillon.report.run;

import io.carillon.engine.Engine;
import io.carillon.internal.kernel.Kernels;
import io.carillon.nn.ssm.SsmLayer;
import io.carillon.ssm.KernelMap;
import io.carillon.ssm.Modes;
import io.carillon.ssm.diagonal.Parameterisation;
import io.carillon.ssm.vandermonde.VandermondeKernel;
import java.util.List;

/**
 * Some kernels of one layer, few enough to be computed in a fraction of a second.
 *
 * @param rows which kernels: set × H + channel
 * @param of number of all kernels of the layer
 * @param lags number of taps of each
 * @param whole whether these are all lags of the longest sequence
 * @param taps [rows][lags]
 */
record LayerKernels(List<Integer> rows, int of, int lags, boolean whole, float[][] taps) {
  /** Taps × modes that are computed for a layer. */
  private static final long BUDGET = 40_000_000;

  /** Taps of all kernels together, where they cannot be computed for some only. */
  private static final long MOST_TAPS = 1 << 22;

  private static final int MOST_ROWS = 64;
  private static final int FEWEST_ROWS = 4;
  private static final int FEWEST_LAGS = 64;

  /**
   * Computes kernels of a layer.
   *
   * @param length longest sequence in steps
   * @param layers number of layers that share the budget
   */
  static LayerKernels of(SsmLayer layer, int length, int layers, Engine engine) {
    KernelMap map = layer.kernelMap();
    int most = map.config().maxKernelLength();
    int lags = most > 0 ? Math.min(most, length) : length;
    Kernels kernels = engine.kernels();
    int all = map.sets() * map.channels();
    if (map instanceof Parameterisation p && p.config().cast().isLinear()) {
      long perRow = (long) lags * p.config().storedModes() * layers;
      int affordable = (int) Math.max(FEWEST_ROWS, Math.min(MOST_ROWS, BUDGET / perRow));
      List<Integer> rows = Spread.over(all, affordable);
      Modes some = rows(p.modes(lags, 1), rows);
      float[] out = new float[rows.size() * lags];
      new VandermondeKernel(kernels).kernel(some, lags, engine.parallel(), out);
      return new LayerKernels(rows, all, lags, true, split(out, rows.size(), lags));
    }
    int shown = (int) Math.min(lags, Math.max(FEWEST_LAGS, MOST_TAPS / layers / all));
    float[] out = new float[all * shown];
    map.kernel(kernels, engine.parallel(), shown, 1, out);
    float[][] taps = split(out, all, shown);
    List<Integer> rows = Spread.over(all, MOST_ROWS);
    float[][] chosen = rows.stream().map(r -> taps[r]).toArray(float[][]::new);
    return new LayerKernels(rows, all, shown, shown == lags, chosen);
  }

  /** The same modes for some kernels only, as channels of a single set. */
  private static Modes rows(Modes m, List<Integer> rows) {
    int n = rows.size();
    int width = m.modes();
    boolean shift = m.shift() != null;
    double[] logRe = new double[n * width];
    double[] logIm = new double[n * width];
    double[] wRe = new double[n * width];
    double[] wIm = new double[n * width];
    double[] shifts = shift ? new double[n * width] : null;
    for (int i = 0; i < n; i++) {
      int set = rows.get(i) / m.channels();
      int channel = rows.get(i) % m.channels();
      int z = m.logRow(channel);
      System.arraycopy(m.logRe(), z, logRe, i * width, width);
      System.arraycopy(m.logIm(), z, logIm, i * width, width);
      System.arraycopy(m.wRe(), m.wRow(set, channel), wRe, i * width, width);
      System.arraycopy(m.wIm(), m.wRow(set, channel), wIm, i * width, width);
      if (shift) {
        System.arraycopy(m.shift(), z, shifts, i * width, width);
      }
    }
    return new Modes(1, n, width, false, logRe, logIm, wRe, wIm, shifts, m.cast());
  }

  private static float[][] split(float[] all, int rows, int lags) {
    float[][] taps = new float[rows][lags];
    for (int r = 0; r < rows; r++) {
      System.arraycopy(all, r * lags, taps[r], 0, lags);
    }
    return taps;
  }

  /** Number of kernels at hand. */
  int size() {
    return taps.length;
  }

  /** The first lags of kernel i that hold this share of the sum of its absolute values. */
  int reach(int i, double share) {
    double sum = 0;
    for (float tap : taps[i]) {
      sum += Math.abs(tap);
    }
    double part = 0;
    for (int l = 0; l < lags; l++) {
      part += Math.abs(taps[i][l]);
      if (part >= share * sum) {
        return l + 1;
      }
    }
    return lags;
  }
}
