package io.carillon.nn.ssm;

import io.carillon.config.SsmAlgorithm;
import io.carillon.engine.Carry;
import io.carillon.engine.Pass;
import io.carillon.engine.Ranges;
import io.carillon.engine.Rows;
import io.carillon.internal.kernel.Kernels;
import io.carillon.nn.layer.LayerMemory;
import io.carillon.ssm.ModesGradient;
import io.carillon.ssm.diagonal.HeldGap;
import java.util.Arrays;

/**
 * A state-space layer as recurrence over steps of their own lengths, see {@link HeldGap}:
 *
 * <pre>
 *   x_t = a(g_t) x_{t−1} + b(g_t) u_t,   y_t += Re Σ w x_t
 * </pre>
 *
 * A set that looks into the future goes over the same gaps the other way: x_t = a(g_{t+1}) x_{t+1}
 * + b(g_{t+1}) u_{t+1}.
 *
 * <p>In double precision throughout, since λ^g of a long gap would turn the phase by g roundings. A
 * task is a block of channels of one sequence and kernel (forward) or of a fixed group of sequences
 * (backward), with both directions: they add to the same outputs and the same input gradients. The
 * state at every {@link Kernels#SCAN_BLOCK} steps is kept for the backward pass.
 */
final class GapRecurrence implements Way {
  private static final int STATES = 0;
  private static final int BOUNDARIES = 1;

  private final SsmShape layer;

  GapRecurrence(SsmShape layer) {
    this.layer = layer;
  }

  @Override
  public SsmAlgorithm algorithm() {
    return SsmAlgorithm.RECURRENCE;
  }

  @Override
  public String obstacle(Pass pass) {
    return layer.beyondSingleModes()
        ? "its kernel is no sum of single modes"
        : layer.recurrenceObstacle(pass.rows().maxLength());
  }

  @Override
  public void forward(Pass pass, float[] u, float[] y) {
    layer.skip().forward(pass, u, y);
    Rows rows = pass.rows();
    GapPlan plan = new GapPlan(layer, pass);
    float[] states = states(pass, false, plan);
    float[] boundaries =
        pass.training() ? pass.keep(this, BOUNDARIES, plan.boundarySize(rows)) : null;
    int blocks = channelBlocks();
    pass.parallel()
        .run(
            rows.count() * layer.kernels() * blocks,
            task -> {
              GapScan scan = new GapScan(plan, task % blocks * GapScan.CHANNELS, false);
              int b = task / blocks / layer.kernels();
              int kernel = task / blocks % layer.kernels();
              for (int set = kernel; set < plan.sets; set += layer.kernels()) {
                scan.forward(rows, b, set, u, y, states, boundaries);
              }
            });
  }

  @Override
  public void backward(Pass pass, float[] u, float[] g, float[] gu) {
    layer.skip().backward(pass, u, g, gu);
    Rows rows = pass.rows();
    GapPlan plan = new GapPlan(layer, pass);
    float[] stateGradients = states(pass, true, plan);
    float[] boundaries = pass.keep(this, BOUNDARIES, plan.boundarySize(rows));
    int blocks = channelBlocks();
    int groups = SsmShape.groups(rows, 2 * plan.plane);
    GapSums[] sums = new GapSums[groups];
    Arrays.setAll(sums, i -> new GapSums(plan));
    pass.parallel()
        .run(
            groups * blocks,
            task -> {
              int group = task / blocks;
              GapScan scan = new GapScan(plan, task % blocks * GapScan.CHANNELS, true);
              int end = Ranges.start(rows.count(), groups, group + 1);
              for (int b = Ranges.start(rows.count(), groups, group); b < end; b++) {
                for (int set = 0; set < plan.sets; set++) {
                  scan.backward(rows, b, set, u, g, gu, boundaries, stateGradients, sums[group]);
                }
              }
            });
    ModesGradient total = plan.memory.clearedGradient();
    for (GapSums part : sums) {
      part.addTo(total, plan.modes);
    }
    layer.pullback(pass, rows.maxLength(), plan.memory);
  }

  private int channelBlocks() {
    return (layer.channels() + GapScan.CHANNELS - 1) / GapScan.CHANNELS;
  }

  private float[] states(Pass pass, boolean gradient, GapPlan plan) {
    Carry carry = pass.carry(layer.index());
    if (carry != null) {
      return gradient ? carry.gradient() : carry.state();
    }
    int size = pass.rows().count() * plan.sets * 2 * plan.plane;
    float[] zeros = pass.scratch(this, STATES, size);
    Arrays.fill(zeros, 0, size, 0f);
    return zeros;
  }

  /** States at the block boundaries are kept; the running states are scratch. */
  @Override
  public LayerMemory memory(Pass pass) {
    Rows rows = pass.rows();
    long blocks = GapPlan.blocksBefore(rows, rows.count());
    return new LayerMemory(blocks * layer.recurrenceSize(1), layer.recurrenceSize(rows.count()));
  }
}
