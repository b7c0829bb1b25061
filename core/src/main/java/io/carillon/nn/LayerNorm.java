package io.carillon.nn;

import io.carillon.core.Parameter;
import io.carillon.core.Role;
import java.util.Arrays;
import java.util.List;

/**
 * Layer norm over channels with per-channel affine: y = (x − μ) / √(σ² + 1e-5) · γ + β, population
 * variance, as {@code nn.LayerNorm}.
 */
public final class LayerNorm implements Norm {
  private static final float EPS = 1e-5f;

  private final int width;
  private final Parameter weight;
  private final Parameter bias;

  /** γ = 1, β = 0. */
  public LayerNorm(String name, int width) {
    this.width = width;
    float[] ones = new float[width];
    Arrays.fill(ones, 1f);
    this.weight = new Parameter(name + ".weight", Role.NORM, new int[] {width}, ones, true);
    this.bias = new Parameter(name + ".bias", Role.NORM, new int[] {width}, new float[width], true);
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(weight, bias);
  }

  @Override
  public void forward(Pass pass, float[] x, float[] y) {
    pass.fuse(pass.rowTasks(), width, forwardStage(pass, x, y));
  }

  @Override
  public void backward(Pass pass, float[] x, float[] g, float[] gx) {
    int tasks = pass.rowTasks();
    pass.fuse(tasks, width, backwardStage(pass, tasks, x, g, gx));
  }

  @Override
  public boolean rowwise() {
    return true;
  }

  @Override
  public RowStage forwardStage(Pass pass, float[] x, float[] y) {
    float[] stats = pass.keep(this, 0, 2 * pass.rows().total());
    return (task, r0, r1) ->
        pass.kernels().layerNorm(x, r0, r1, width, weight.value(), bias.value(), EPS, y, stats);
  }

  @Override
  public RowStage backwardStage(Pass pass, int tasks, float[] x, float[] g, float[] gx) {
    float[] stats = pass.keep(this, 0, 2 * pass.rows().total());
    float[][] gWeight = PartialSums.cleared(pass, this, 0, tasks, width);
    float[][] gBias = PartialSums.cleared(pass, this, tasks, tasks, width);
    return new RowStage() {
      @Override
      public void rows(int task, int r0, int r1) {
        pass.kernels()
            .layerNormBackward(
                x, stats, g, r0, r1, width, weight.value(), gx, gWeight[task], gBias[task]);
      }

      @Override
      public void finish() {
        PartialSums.addInOrder(pass, gWeight, width, weight.gradient());
        PartialSums.addInOrder(pass, gBias, width, bias.gradient());
      }
    };
  }
}
