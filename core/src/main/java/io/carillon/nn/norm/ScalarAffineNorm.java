package io.carillon.nn.norm;

import io.carillon.engine.Buffer;
import io.carillon.engine.Buffers;
import io.carillon.engine.Footprint;
import io.carillon.engine.Operand;
import io.carillon.engine.Parameter;
import io.carillon.engine.PartialSums;
import io.carillon.engine.Pass;
import io.carillon.engine.Role;
import io.carillon.engine.RowStage;
import io.carillon.nn.layer.StepBounds;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * The norm of the DLR code ({@code TransposedLN(scalar=True)}): y = (s / σ)(x − μ + m) with one
 * trainable scale s and shift m for all channels, population σ over channels and no ε.
 *
 * <p>Deviation: a row whose channels are all equal has σ = 0; the official code then yields NaN, we
 * use σ = 1e-12 at least, so the row becomes 0 + s m / 1e-12 only if m is not 0.
 */
public final class ScalarAffineNorm implements NormLayer {
  private static final double SMALLEST_SIGMA = 1e-12;

  private final int width;
  private final Parameter shift;
  private final Parameter scale;
  private final Buffers buffers = new Buffers(ScalarAffineNorm.class);

  /** Mean and 1/σ of every row. */
  private final Buffer statistics = buffers.kept("statistics", 2);

  private final Buffer sums = buffers.sums("sums", Pass::rowTasks, 2);

  /** m = 0, s = 1. */
  public ScalarAffineNorm(String name, int width) {
    this.width = width;
    this.shift = new Parameter(name + ".m", Role.NORM, new int[] {1}, new float[] {0f}, true);
    this.scale = new Parameter(name + ".s", Role.NORM, new int[] {1}, new float[] {1f}, true);
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(shift, scale);
  }

  /** |x − μ| / σ is at most √H; twice that, for the rounding of σ. */
  @Override
  public DoubleUnaryOperator bound() {
    double shifted = Math.abs(shift.value()[0]) / SMALLEST_SIGMA;
    double bound = Math.abs(scale.value()[0]) * (2 * Math.sqrt(width) + shifted);
    return x -> x <= StepBounds.LARGEST ? bound : Double.POSITIVE_INFINITY;
  }

  @Override
  public void forward(Pass pass, float[] x, float[] y) {
    pass.scoped(
        () -> pass.fuse(pass.rowTasks(), width, forwardStage(pass, Operand.of(x), Operand.of(y))));
  }

  @Override
  public void repeat(Pass pass, float[] x, float[] y) {
    forward(pass, x, y);
  }

  @Override
  public void backward(Pass pass, float[] x, float[] g, float[] gx) {
    int tasks = pass.rowTasks();
    pass.scoped(
        () ->
            pass.fuse(
                tasks,
                width,
                backwardStage(pass, tasks, Operand.of(x), Operand.of(g), Operand.of(gx))));
  }

  @Override
  public Footprint memory(Pass pass) {
    return buffers.footprint(pass);
  }

  @Override
  public boolean rowwise() {
    return true;
  }

  @Override
  public RowStage forwardStage(Pass pass, Operand x, Operand y) {
    float[] stats = statistics.of(pass);
    return (task, r0, r1) -> {
      float m = shift.value()[0];
      float s = scale.value()[0];
      float[] from = x.of(task);
      float[] to = y.of(task);
      for (int r = r0; r < r1; r++) {
        int at = (x.row(r0) + r - r0) * width;
        double mean = mean(from, at);
        double sigma = Math.max(deviation(from, at, mean), SMALLEST_SIGMA);
        stats[2 * r] = (float) mean;
        stats[2 * r + 1] = (float) (1 / sigma);
        for (int h = 0; h < width; h++) {
          to[at + h] = (float) (s / sigma * (from[at + h] - mean + m));
        }
      }
    };
  }

  @Override
  public RowStage backwardStage(Pass pass, int tasks, Operand x, Operand g, Operand gx) {
    float[] stats = statistics.of(pass);
    PartialSums parts = new PartialSums(pass, sums, tasks, 2);
    float[] total = new float[2];
    return new RowStage() {
      @Override
      public void begin() {
        parts.clear();
        Arrays.fill(total, 0f);
      }

      @Override
      public void rows(int task, int r0, int r1) {
        double gm = 0;
        double gs = 0;
        for (int r = r0; r < r1; r++) {
          int at = (x.row(r0) + r - r0) * width;
          double sumG = sum(g.of(task), at);
          double inverse = stats[2 * r + 1];
          gs += backwardRow(x.of(task), g.of(task), gx.of(task), at, stats[2 * r], inverse, sumG);
          gm += scale.value()[0] * inverse * sumG;
        }
        parts.of(task)[0] += (float) gm;
        parts.of(task)[1] += (float) gs;
      }

      @Override
      public void finish() {
        parts.addTo(total);
        shift.gradient()[0] += total[0];
        scale.gradient()[0] += total[1];
      }
    };
  }

  private double mean(float[] x, int at) {
    double sum = 0;
    for (int h = 0; h < width; h++) {
      sum += x[at + h];
    }
    return sum / width;
  }

  private double deviation(float[] x, int at, double mean) {
    double sum = 0;
    for (int h = 0; h < width; h++) {
      sum += (x[at + h] - mean) * (x[at + h] - mean);
    }
    return Math.sqrt(sum / width);
  }

  private double sum(float[] g, int at) {
    double sum = 0;
    for (int h = 0; h < width; h++) {
      sum += g[at + h];
    }
    return sum;
  }

  /** Writes gx of one row and returns Σ g (x − μ + m) / σ, the gradient of s. */
  private double backwardRow(
      float[] x, float[] g, float[] gx, int at, double mean, double inverse, double sumG) {
    double m = shift.value()[0];
    double s = scale.value()[0];
    double dot = 0;
    for (int h = 0; h < width; h++) {
      dot += g[at + h] * (x[at + h] - mean + m) * inverse;
    }
    for (int h = 0; h < width; h++) {
      double z = (x[at + h] - mean) * inverse;
      gx[at + h] = (float) (s * inverse * (g[at + h] - sumG / width - z * dot / width));
    }
    return dot;
  }
}
