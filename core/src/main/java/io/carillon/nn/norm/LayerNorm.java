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
import io.carillon.engine.Tile;
import io.carillon.nn.layer.StepBounds;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * Layer norm over channels with per-channel affine: y = (x − μ) / √(σ² + 1e-5) · γ + β, population
 * variance, as {@code nn.LayerNorm}.
 */
public final class LayerNorm implements NormLayer {
  private static final float EPS = 1e-5f;

  private final int width;
  private final Parameter weight;
  private final Parameter bias;
  private final Buffers buffers = new Buffers(LayerNorm.class);

  /** Mean and 1/σ of every row, and those of a tile. */
  private final Buffer statistics = buffers.kept("statistics", 2);

  private final Tile tileStatistics = buffers.tile("statistics of a tile", 2);
  private final Buffer weightSums;
  private final Buffer biasSums;

  /** γ = 1, β = 0. */
  public LayerNorm(String name, int width) {
    this.width = width;
    float[] ones = new float[width];
    Arrays.fill(ones, 1f);
    this.weight = new Parameter(name + ".weight", Role.NORM, new int[] {width}, ones, true);
    this.bias = new Parameter(name + ".bias", Role.NORM, new int[] {width}, new float[width], true);
    this.weightSums = buffers.sums("weight sums", Pass::rowTasks, width);
    this.biasSums = buffers.sums("bias sums", Pass::rowTasks, width);
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(weight, bias);
  }

  /** |x − μ| / σ is at most √H; twice that, for the rounding of σ. */
  @Override
  public DoubleUnaryOperator bound() {
    double most = 2 * Math.sqrt(width);
    double gain = Math.max(1, StepBounds.largest(weight.value()));
    double shift = StepBounds.largest(bias.value());
    return x ->
        x <= StepBounds.LARGEST_SQUARED / width ? most * gain + shift : Double.POSITIVE_INFINITY;
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
    float[] kept = statistics.of(pass);
    Operand stats = x.isTile() ? tileStatistics.of(pass) : Operand.of(kept);
    return (task, r0, r1) -> {
      int row = x.row(r0);
      float[] w = weight.value();
      float[] b = bias.value();
      pass.kernels()
          .layerNorm(x.of(task), row, row + r1 - r0, width, w, b, EPS, y.of(task), stats.of(task));
      if (stats.isTile()) {
        System.arraycopy(stats.of(task), 0, kept, 2 * r0, 2 * (r1 - r0));
      }
    };
  }

  @Override
  public RowStage backwardStage(Pass pass, int tasks, Operand x, Operand g, Operand gx) {
    float[] kept = statistics.of(pass);
    Operand stats = x.isTile() ? tileStatistics.of(pass) : Operand.of(kept);
    PartialSums gWeight = new PartialSums(pass, weightSums, tasks, width);
    PartialSums gBias = new PartialSums(pass, biasSums, tasks, width);
    return new RowStage() {
      @Override
      public void begin() {
        gWeight.clear();
        gBias.clear();
      }

      @Override
      public void rows(int task, int r0, int r1) {
        int from = x.row(r0);
        int to = from + r1 - r0;
        if (stats.isTile()) {
          System.arraycopy(kept, 2 * r0, stats.of(task), 0, 2 * (r1 - r0));
        }
        pass.kernels()
            .layerNormBackward(
                x.of(task),
                stats.of(task),
                g.of(task),
                from,
                to,
                width,
                weight.value(),
                gx.of(task),
                gWeight.of(task),
                gBias.of(task));
      }

      @Override
      public void finish() {
        gWeight.addTo(weight.gradient());
        gBias.addTo(bias.gradient());
      }
    };
  }
}
