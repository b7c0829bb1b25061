package io.carillon.nn.ssm;

import io.carillon.engine.Buffer;
import io.carillon.engine.Buffers;
import io.carillon.engine.Footprint;
import io.carillon.engine.Parameter;
import io.carillon.engine.PartialSums;
import io.carillon.engine.Pass;
import io.carillon.engine.Role;
import io.carillon.engine.RowStage;
import io.carillon.engine.SeededRandom;
import io.carillon.internal.kernel.Kernels;
import java.util.Arrays;

/** The part D u of a state-space layer: y[c,h] = D[c,h] u[h] for each of C kernel sets. */
final class Skip {
  private final Parameter d;
  private final int channels;
  private final int width;
  private final Buffers buffers = new Buffers(Skip.class);
  private final Buffer sums;

  /**
   * Draws D from N(0, 1).
   *
   * @param name prefix of the parameter's name
   */
  Skip(String name, int kernels, int channels, SeededRandom random) {
    this.channels = channels;
    this.width = kernels * channels;
    this.sums = buffers.sums("sums", Pass::rowTasks, width);
    float[] values = new float[width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.normal();
    }
    this.d = new Parameter(name + ".D", Role.D, new int[] {kernels, channels}, values, true);
  }

  /** What a training step takes where {@link #backward} is called. */
  Footprint memory(Pass pass) {
    return buffers.footprint(pass);
  }

  /** D [C][H]. */
  Parameter parameter() {
    return d;
  }

  /** Overwrites y [rows][C H] with D u, for what adds to it. */
  void forward(Pass pass, float[] u, float[] y) {
    Kernels loops = pass.kernels();
    pass.untiled(pass.rowTasks(), (task, r0, r1) -> rows(loops, u, r0, r1, y));
  }

  /** {@link #forward} of the rows r0 .. r1-1. */
  void rows(Kernels loops, float[] u, int r0, int r1, float[] y) {
    for (int c = 0; c < width; c += channels) {
      loops.scaleColumns(u, r0, r1, channels, d.value(), c, y, c, width);
    }
  }

  /** Overwrites the gradient gu [rows][H] of u, and adds that of D. */
  void backward(Pass pass, float[] u, float[] g, float[] gu) {
    int tasks = pass.rowTasks();
    PartialSums gd = new PartialSums(pass, sums, tasks, width);
    RowStage stage =
        new RowStage() {
          @Override
          public void begin() {
            gd.clear();
          }

          @Override
          public void rows(int task, int r0, int r1) {
            Arrays.fill(gu, r0 * channels, r1 * channels, 0f);
            for (int c = 0; c < width; c += channels) {
              pass.kernels()
                  .scaleColumnsBackward(
                      u, g, c, width, r0, r1, channels, d.value(), c, gu, gd.of(task));
            }
          }

          @Override
          public void finish() {
            gd.addTo(d.gradient());
          }
        };
    pass.untiled(tasks, stage);
  }
}
