package io.carillon.nn.ssm;

import io.carillon.config.SsmAlgorithm;
import io.carillon.engine.Buffer;
import io.carillon.engine.Buffers;
import io.carillon.engine.Carry;
import io.carillon.engine.Footprint;
import io.carillon.engine.Kept;
import io.carillon.engine.Pass;
import io.carillon.engine.Ranges;
import io.carillon.engine.Rows;
import io.carillon.internal.kernel.Kernels;
import io.carillon.ssm.ModesGradient;
import io.carillon.ssm.diagonal.HeldGap;
import io.carillon.ssm.diagonal.ModesMemory;
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
  private final SsmShape layer;
  private final Buffers buffers = new Buffers(GapRecurrence.class);
  private final Kept<ModesMemory> modes =
      buffers.keptObject("modes", ModesMemory.class, ModesMemory::new);

  /** The running states of a pass that starts from zeros. */
  private final Buffer zeros;

  /** States between blocks of steps. */
  private final Buffer boundaries;

  GapRecurrence(SsmShape layer) {
    this.layer = layer;
    this.zeros =
        buffers.scratch(
            "states",
            pass ->
                pass.carry(layer.index()) == null ? layer.recurrenceSize(pass.rows().count()) : 0);
    this.boundaries =
        buffers.kept(
            "boundaries",
            pass ->
                pass.training()
                    ? (long) GapPlan.blocksBefore(pass.rows(), pass.rows().count())
                        * layer.recurrenceSize(1)
                    : 0);
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
    GapPlan plan = new GapPlan(layer, pass, modes);
    float[] states = states(pass, false);
    float[] between = pass.training() ? boundaries.of(pass) : null;
    int blocks = channelBlocks();
    pass.parallel()
        .run(
            rows.count() * layer.kernels() * blocks,
            task -> {
              GapScan scan = new GapScan(plan, task % blocks * GapScan.CHANNELS, false);
              int b = task / blocks / layer.kernels();
              int kernel = task / blocks % layer.kernels();
              for (int set = kernel; set < plan.sets; set += layer.kernels()) {
                scan.forward(rows, b, set, u, y, states, between);
              }
            });
  }

  @Override
  public void backward(Pass pass, float[] u, float[] g, float[] gu) {
    layer.skip().backward(pass, u, g, gu);
    Rows rows = pass.rows();
    GapPlan plan = new GapPlan(layer, pass, modes);
    float[] stateGradients = states(pass, true);
    float[] between = boundaries.of(pass);
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
                  scan.backward(rows, b, set, u, g, gu, between, stateGradients, sums[group]);
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

  private float[] states(Pass pass, boolean gradient) {
    Carry carry = pass.carry(layer.index());
    if (carry != null) {
      return gradient ? carry.gradient() : carry.state();
    }
    float[] states = zeros.of(pass);
    Arrays.fill(states, 0, (int) layer.recurrenceSize(pass.rows().count()), 0f);
    return states;
  }

  @Override
  public Footprint memory(Pass pass) {
    return buffers.footprint(pass).beside(layer.skip().memory(pass));
  }
}
