package io.carillon.nn.ssm;

import io.carillon.engine.Carry;
import io.carillon.engine.Pass;
import io.carillon.engine.RowStage;
import io.carillon.engine.Rows;
import io.carillon.nn.layer.ChunkStream;
import io.carillon.nn.layer.StepContext;
import io.carillon.ssm.dplr.DplrRecurrence;

/**
 * Steps of S4, whose modes are coupled; memory [2 = re, im][M][H] of one of each conjugate pair.
 */
final class CoupledStream implements ChunkStream {
  private static final int CHANNEL_BLOCK = 16;

  private final int index;
  private final int channels;
  private final int width;
  private final DplrRecurrence recurrence;

  CoupledStream(SsmShape layer, DplrRecurrence recurrence) {
    this.index = layer.index();
    this.channels = layer.channels();
    this.width = layer.kernels() * channels;
    this.recurrence = recurrence;
  }

  @Override
  public RowStage stage(Pass pass, StepContext context, float[] u, float[] y) {
    double[] scratch = new double[recurrence.scratchSize()];
    double[][] heldScratch = recurrence.heldScratch();
    return (task, r0, r1) -> {
      for (int r = r0; r < r1; r++) {
        float[] state = context.states[r][index];
        long gap = context.gaps == null ? 1 : (long) context.gaps[r];
        if (gap == 1) {
          recurrence.step(0, channels, u, r * channels, y, r * width, state, 0, scratch);
        } else {
          recurrence.held(0, channels, gap, u, r * channels, y, r * width, state, 0, heldScratch);
        }
      }
    };
  }

  @Override
  public void forward(Pass pass, Carry carry, float[] u, float[] y) {
    Rows rows = pass.rows();
    int blocks = (channels + CHANNEL_BLOCK - 1) / CHANNEL_BLOCK;
    pass.parallel()
        .run(
            rows.count() * blocks,
            task -> {
              int b = task / blocks;
              int h0 = task % blocks * CHANNEL_BLOCK;
              int h1 = Math.min(channels, h0 + CHANNEL_BLOCK);
              int state = b * recurrence.stateSize();
              double[] scratch = new double[recurrence.scratchSize()];
              double[][] heldScratch = rows.timed() ? recurrence.heldScratch() : null;
              for (int r = rows.start(b); r < rows.start(b) + rows.length(b); r++) {
                long gap = rows.timed() ? (long) rows.gaps()[r] : 1;
                int from = r * channels;
                int to = r * width;
                if (gap == 1) {
                  recurrence.step(h0, h1, u, from, y, to, carry.state(), state, scratch);
                } else {
                  recurrence.held(h0, h1, gap, u, from, y, to, carry.state(), state, heldScratch);
                }
              }
            });
  }

  @Override
  public double bound(double input, double state, int steps) {
    return recurrence.bound(input, state, steps);
  }

  @Override
  public void rest(float[] state, long steps) {
    recurrence.rest(state, steps);
  }
}
