package io.carillon.ssm.sgconv;

import io.carillon.config.SgConvConfig;
import io.carillon.engine.Parallel;
import io.carillon.engine.Parameter;
import io.carillon.engine.Role;
import io.carillon.engine.SeededRandom;
import io.carillon.internal.kernel.Kernels;
import io.carillon.ssm.KernelMap;
import io.carillon.ssm.RawMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * SGConv (papers B.3): for every set and channel the scales i = 0 .. s−1 one after another,
 *
 * <pre>
 *   K = (1/‖K₀‖) [ stretch(w_0, 1), α stretch(w_1, 1), α² stretch(w_2, 2), …, α^{s−1} stretch(w_{s−1}, 2^{s−2}) ]
 * </pre>
 *
 * with stretch(w, f) the linear interpolation of N numbers at f N points (half-pixel centres), and
 * ‖K₀‖ the L2 norm of all taps of the initial kernel. Raw parameters:
 *
 * <ul>
 *   <li>{@code alpha} [C][H]
 *   <li>{@code ws.0} … {@code ws.(s−1)}, each [C][H][N]
 *   <li>{@code norm} [C][H], ‖K₀‖: fixed. The official code measures it at the first forward pass
 *       and does not save it, so that a reloaded model changes; here it travels with the weights
 * </ul>
 */
public final class SgConvKernel extends RawMap implements KernelMap {
  private static final int ALPHA = 0;
  private static final int FIRST_SCALE = 1;
  private static final String NORM = "norm";

  private final SgConvConfig config;
  private final int n;
  private final int scales;

  private SgConvKernel(SgConvConfig config, int channels, int sets, List<Parameter> parameters) {
    super(channels, sets, parameters);
    this.config = config;
    this.n = config.stateSize();
    this.scales = config.scaleCount();
  }

  /** Fresh weights: w normal with deviation 1/N, α uniform in its range. */
  public static SgConvKernel create(
      SgConvConfig config, String name, int channels, int sets, SeededRandom random) {
    List<Slot> slots = slots(config, name, channels, sets);
    double[][] raw = new double[slots.size()][];
    for (int i = 0; i < raw.length; i++) {
      raw[i] = new double[slots.get(i).size()];
    }
    Arrays.setAll(raw[ALPHA], k -> random.uniform(config.alphaMin(), config.alphaMax()));
    for (int i = 0; i < config.scaleCount(); i++) {
      Arrays.setAll(raw[FIRST_SCALE + i], k -> random.normal() / config.stateSize());
    }
    return new SgConvKernel(config, channels, sets, create(name, slots, raw)).measured();
  }

  private static List<Slot> slots(SgConvConfig config, String name, int channels, int sets) {
    checkSize(name, channels, sets);
    List<Slot> slots = new ArrayList<>();
    slots.add(new Slot("alpha", Role.C, true, sets, channels));
    for (int i = 0; i < config.scaleCount(); i++) {
      slots.add(new Slot("ws." + i, Role.C, true, sets, channels, config.stateSize()));
    }
    slots.add(new Slot(NORM, Role.C, false, sets, channels));
    return slots;
  }

  /** Sets the norm anew, from the present weights. */
  public SgConvKernel measured() {
    float[] norm = parameters().get(FIRST_SCALE + scales).value();
    Arrays.fill(norm, 1f);
    double[][] raw = rawValues();
    for (int row = 0; row < norm.length; row++) {
      double sum = 0;
      for (double tap : taps(raw, row, generated())) {
        sum += tap * tap;
      }
      norm[row] = (float) Math.sqrt(sum);
    }
    return this;
  }

  /** Taps of all scales together. */
  private int generated() {
    return start(scales);
  }

  /** First tap of scale i, which is also the number of taps before it: 0, N, 2N, 4N, … */
  private int start(int i) {
    return i == 0 ? 0 : n << (i - 1);
  }

  private static int factor(int i) {
    return 1 << Math.max(0, i - 1);
  }

  @Override
  public SgConvConfig config() {
    return config;
  }

  @Override
  public boolean dependsOnLength() {
    return false;
  }

  @Override
  public String recurrenceObstacle() {
    return "an SGConv kernel is free of any state: its output needs all inputs of the last "
        + generated()
        + " steps";
  }

  @Override
  public void kernel(Kernels kernels, Parallel parallel, int length, double rate, float[] out) {
    check(length, rate);
    requireUnitRate("SGConv", rate);
    double[][] raw = rawValues();
    parallel.run(
        sets() * channels(),
        row -> {
          double[] taps = taps(raw, row, length);
          for (int l = 0; l < length; l++) {
            out[row * length + l] = (float) taps[l];
          }
        });
  }

  @Override
  public void gradient(Kernels kernels, Parallel parallel, int length, double rate, float[] g) {
    check(length, rate);
    requireUnitRate("SGConv", rate);
    double[][] raw = rawValues();
    double[][] sum = zerosLike(raw);
    parallel.run(
        sets() * channels(),
        row -> {
          double[] taps = new double[length];
          for (int l = 0; l < length; l++) {
            taps[l] = g[row * length + l];
          }
          pullback(raw, row, taps, sum);
        });
    addGradients(sum);
  }

  /** The kernel of one row (c H + h), zero beyond the last scale. */
  public double[] taps(double[][] raw, int row, int length) {
    double[] taps = new double[length];
    double norm = norm(raw, row);
    for (int i = 0; i < scales && start(i) < length; i++) {
      double damped = Math.pow(raw[ALPHA][row], i) / norm;
      int end = Math.min(length, start(i + 1));
      for (int l = start(i); l < end; l++) {
        double at = source(l - start(i), factor(i));
        int left = (int) at;
        double[] w = raw[FIRST_SCALE + i];
        double right = w[row * n + Math.min(left + 1, n - 1)];
        taps[l] = damped * (w[row * n + left] + (at - left) * (right - w[row * n + left]));
      }
    }
    return taps;
  }

  /** Adds the gradients of one row to sum, laid out like raw; the norm is a constant. */
  public void pullback(double[][] raw, int row, double[] g, double[][] sum) {
    double alpha = raw[ALPHA][row];
    double norm = norm(raw, row);
    for (int i = 0; i < scales && start(i) < g.length; i++) {
      double damped = Math.pow(alpha, i) / norm;
      double[] w = raw[FIRST_SCALE + i];
      double product = 0;
      int end = Math.min(g.length, start(i + 1));
      for (int l = start(i); l < end; l++) {
        double at = source(l - start(i), factor(i));
        int left = row * n + (int) at;
        int right = row * n + Math.min((int) at + 1, n - 1);
        double share = at - (int) at;
        sum[FIRST_SCALE + i][left] += damped * g[l] * (1 - share);
        sum[FIRST_SCALE + i][right] += damped * g[l] * share;
        product += g[l] * (w[left] + share * (w[right] - w[left]));
      }
      sum[ALPHA][row] += i == 0 ? 0 : product * i * Math.pow(alpha, i - 1) / norm;
    }
  }

  /** Where tap j of a scale stretched f times lies between its N numbers. */
  private static double source(int j, int f) {
    return Math.max(0, (j + 0.5) / f - 0.5);
  }

  private double norm(double[][] raw, int row) {
    double norm = raw[FIRST_SCALE + scales][row];
    if (!(norm > 0)) {
      throw new IllegalArgumentException(
          parameters().get(FIRST_SCALE + scales).name()
              + " is "
              + norm
              + " at position "
              + row
              + "; the norm of a kernel must be positive");
    }
    return norm;
  }
}
