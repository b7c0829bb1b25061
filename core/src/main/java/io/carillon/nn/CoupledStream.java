package io.carillon.nn;

import io.carillon.core.Rows;
import io.carillon.ssm.DplrRecurrence;

/**
 * Steps of S4, whose modes are coupled; memory [2 = re, im][M][H] of one of each conjugate pair.
 */
final class CoupledStream implements ChunkStream {
  private static final int CHANNEL_BLOCK = 16;

  private final int index;
  private final int channels;
  private final int width;
  private final DplrRecurrence recurrence;

  CoupledStream(SsmLayer layer, DplrRecurrence recurrence) {
    this.index = layer.index();
    this.channels = layer.channels();
    this.width = layer.kernels() * channels;
    this.recurrence = recurrence;
  }

  @Override
  public RowStage stage(Pass pass, StepContext context, float[] u, float[] y) {
    double[] scratch = new double[recurrence.scratchSize()];
    return (task, r0, r1) -> {
      for (int r = r0; r < r1; r++) {
        recurrence.step(
            0, channels, u, r * channels, y, r * width, context.states[r][index], 0, scratch);
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
              double[] scratch = new double[recurrence.scratchSize()];
              for (int r = rows.start(b); r < rows.start(b) + rows.length(b); r++) {
                recurrence.step(
                    h0,
                    h1,
                    u,
                    r * channels,
                    y,
                    r * width,
                    carry.state(),
                    b * recurrence.stateSize(),
                    scratch);
              }
            });
  }

  @Override
  public void rest(float[] state, long steps) {
    recurrence.rest(state, steps);
  }
}
