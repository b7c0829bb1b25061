package io.carillon.nn.norm;

import io.carillon.engine.Buffer;
import io.carillon.engine.Buffers;
import io.carillon.engine.Footprint;
import io.carillon.engine.Parameter;
import io.carillon.engine.Pass;
import io.carillon.engine.Role;
import io.carillon.engine.RowStage;
import io.carillon.nn.layer.StepBounds;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * Batch norm over all observed rows of the batch, as {@code nn.BatchNorm1d}: y = (x − μ) / √(σ² +
 * 1e-5) · γ + β per channel. Training uses the batch's population variance and moves the running
 * mean and (unbiased) variance by 0.1; inference uses the running values.
 *
 * <p>Deviation: rows that are padding do not exist here, and missing rows are left out of the
 * statistics; the official code lets both in.
 */
public final class BatchNorm implements NormLayer {
  private static final double EPS = 1e-5;
  private static final double MOMENTUM = 0.1;
  private static final int CHANNEL_GRAIN = 8;
  private static final int ROW_GRAIN = 128;

  private final int width;
  private final Parameter weight;
  private final Parameter bias;
  private final Parameter runningMean;
  private final Parameter runningVariance;
  private final Buffers buffers = new Buffers(BatchNorm.class);
  private final Buffer statistics;

  /** Of stages that run many times. */
  private final Buffer runningStatistics;

  /** γ = 1, β = 0, running mean 0 and variance 1. */
  public BatchNorm(String name, int width) {
    this.width = width;
    int[] shape = {width};
    this.weight = new Parameter(name + ".weight", Role.NORM, shape, ones(width), true);
    this.bias = new Parameter(name + ".bias", Role.NORM, shape, new float[width], true);
    this.runningMean =
        new Parameter(name + ".running_mean", Role.NORM, shape, new float[width], false);
    this.runningVariance =
        new Parameter(name + ".running_var", Role.NORM, shape, ones(width), false);
    this.statistics = buffers.kept("statistics", pass -> 2L * width);
    this.runningStatistics =
        buffers.own("running statistics", pass -> pass.training() ? 0 : 2L * width);
  }

  private static float[] ones(int n) {
    float[] ones = new float[n];
    Arrays.fill(ones, 1f);
    return ones;
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(weight, bias, runningMean, runningVariance);
  }

  /** The factors are taken as 1 at least, so that what comes between them is bounded too. */
  @Override
  public DoubleUnaryOperator bound() {
    float[] stats = new float[2 * width];
    runningStatistics(stats);
    double gain = 1;
    for (int h = 0; h < width; h++) {
      gain =
          Math.max(gain, Math.max(1, stats[width + h]) * Math.max(1, Math.abs(weight.value()[h])));
    }
    double factor = gain;
    double mean = StepBounds.largest(runningMean.value());
    double shift = StepBounds.largest(bias.value());
    return x -> factor * (x + mean) + shift;
  }

  @Override
  public void forward(Pass pass, float[] x, float[] y) {
    pass.scoped(
        () -> {
          float[] stats = statistics.of(pass);
          if (pass.training()) {
            batchStatistics(pass, x, stats);
          } else {
            runningStatistics(stats);
          }
          normalise(pass, x, stats, y);
        });
  }

  @Override
  public void repeat(Pass pass, float[] x, float[] y) {
    normalise(pass, x, statistics.of(pass), y);
  }

  private void normalise(Pass pass, float[] x, float[] stats, float[] y) {
    pass.overRange(
        pass.rows().total(), ROW_GRAIN, (task, r0, r1) -> normalise(x, stats, y, r0, r1));
  }

  @Override
  public Footprint memory(Pass pass) {
    return buffers.footprint(pass);
  }

  @Override
  public RowStage inferenceStage(Pass pass, float[] x, float[] y) {
    float[] stats = runningStatistics.of(pass);
    runningStatistics(stats);
    return (task, r0, r1) -> normalise(x, stats, y, r0, r1);
  }

  private void runningStatistics(float[] stats) {
    for (int h = 0; h < width; h++) {
      stats[h] = runningMean.value()[h];
      stats[width + h] = (float) (1 / Math.sqrt(runningVariance.value()[h] + EPS));
    }
  }

  private void normalise(float[] x, float[] stats, float[] y, int r0, int r1) {
    for (int r = r0; r < r1; r++) {
      int at = r * width;
      for (int h = 0; h < width; h++) {
        y[at + h] = (x[at + h] - stats[h]) * stats[width + h] * weight.value()[h] + bias.value()[h];
      }
    }
  }

  private void batchStatistics(Pass pass, float[] x, float[] stats) {
    pass.overRange(width, CHANNEL_GRAIN, (task, h0, h1) -> statistics(pass, x, stats, h0, h1));
  }

  private void statistics(Pass pass, float[] x, float[] stats, int h0, int h1) {
    int rows = pass.rows().total();
    double[] mean = new double[h1 - h0];
    double[] variance = new double[h1 - h0];
    int n = 0;
    for (int r = 0; r < rows; r++) {
      if (pass.rows().observed(r)) {
        n++;
        for (int h = h0; h < h1; h++) {
          mean[h - h0] += x[r * width + h];
        }
      }
    }
    for (int h = 0; h < h1 - h0; h++) {
      mean[h] /= n;
    }
    for (int r = 0; r < rows; r++) {
      if (pass.rows().observed(r)) {
        for (int h = h0; h < h1; h++) {
          double d = x[r * width + h] - mean[h - h0];
          variance[h - h0] += d * d;
        }
      }
    }
    for (int h = h0; h < h1; h++) {
      double population = variance[h - h0] / n;
      stats[h] = (float) mean[h - h0];
      stats[width + h] = (float) (1 / Math.sqrt(population + EPS));
      double unbiased = n > 1 ? variance[h - h0] / (n - 1) : population;
      move(runningMean.value(), h, mean[h - h0]);
      move(runningVariance.value(), h, unbiased);
    }
  }

  private static void move(float[] running, int h, double to) {
    running[h] = (float) ((1 - MOMENTUM) * running[h] + MOMENTUM * to);
  }

  @Override
  public void backward(Pass pass, float[] x, float[] g, float[] gx) {
    float[] stats = statistics.of(pass);
    pass.overRange(
        width, CHANNEL_GRAIN, (task, h0, h1) -> backwardChannels(pass, x, g, gx, stats, h0, h1));
  }

  /**
   * gx = γ / σ (g − [mean g + x̂ mean (g x̂)] on observed rows); a missing row is normalised with
   * the statistics of the others, which do not depend on it, but its g still flows through them.
   */
  private void backwardChannels(
      Pass pass, float[] x, float[] g, float[] gx, float[] stats, int h0, int h1) {
    int rows = pass.rows().total();
    double[] sumG = new double[h1 - h0];
    double[] sumGx = new double[h1 - h0];
    int n = 0;
    for (int r = 0; r < rows; r++) {
      n += pass.rows().observed(r) ? 1 : 0;
      for (int h = h0; h < h1; h++) {
        double g1 = g[r * width + h];
        sumG[h - h0] += g1;
        sumGx[h - h0] += g1 * (x[r * width + h] - stats[h]) * stats[width + h];
      }
    }
    for (int h = h0; h < h1; h++) {
      bias.gradient()[h] += (float) sumG[h - h0];
      weight.gradient()[h] += (float) sumGx[h - h0];
    }
    for (int r = 0; r < rows; r++) {
      boolean observed = pass.rows().observed(r);
      for (int h = h0; h < h1; h++) {
        int k = r * width + h;
        double normalised = (x[k] - stats[h]) * (double) stats[width + h];
        double through = observed ? (sumG[h - h0] + normalised * sumGx[h - h0]) / n : 0;
        gx[k] = (float) (weight.value()[h] * stats[width + h] * (g[k] - through));
      }
    }
  }
}
