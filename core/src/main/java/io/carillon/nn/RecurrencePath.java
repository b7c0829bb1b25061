package io.carillon.nn;

import io.carillon.core.Rows;
import io.carillon.internal.kernel.Kernels;
import io.carillon.internal.kernel.ScanGradient;
import io.carillon.internal.kernel.ScanModes;
import io.carillon.ssm.Modes;
import io.carillon.ssm.ModesGradient;
import java.util.Arrays;

/**
 * A state-space layer as recurrence. A task is a block of channels of one sequence (forward) or of
 * a fixed group of sequences (backward); the state at every {@link Kernels#SCAN_BLOCK} steps is
 * kept for the backward pass, everything between is recomputed.
 */
final class RecurrencePath {
  private static final int CHANNEL_BLOCK = 16;
  private static final int STATES = 0;
  private static final int BOUNDARIES = 1;

  private final SsmLayer layer;

  RecurrencePath(SsmLayer layer) {
    this.layer = layer;
  }

  /** Adds the kernel part of the output to y. */
  void forward(Pass pass, float[] u, float[] y) {
    Rows rows = pass.rows();
    ScanModes[] scans = scans(pass);
    int sets = scans.length;
    int plane = 2 * scans[0].modes() * scans[0].channels();
    // A carried state meets many short chunks, which would never be corrected for the rounding of
    // λ.
    boolean exactTail = pass.carry(layer.index()) != null && !pass.training();
    float[] states = statesBefore(pass, plane * sets * rows.count());
    float[] boundaries =
        pass.training() ? pass.keep(this, BOUNDARIES, boundarySize(rows, sets, plane)) : null;
    int width = layer.kernels() * layer.channels();
    int blocks = channelBlocks();
    for (int set = 0; set < sets; set++) {
      int s = set;
      pass.parallel()
          .run(
              rows.count() * blocks,
              task -> {
                int b = task / blocks;
                int h0 = task % blocks * CHANNEL_BLOCK;
                int h1 = Math.min(layer.channels(), h0 + CHANNEL_BLOCK);
                int length = rows.length(b);
                int stepped = exactTail && !layer.isReverse(s) ? length % Kernels.SCAN_BLOCK : 0;
                if (stepped < length) {
                  pass.kernels()
                      .scanForward(
                          scans[s],
                          h0,
                          h1,
                          layer.isReverse(s),
                          u,
                          rows.start(b) * layer.channels(),
                          layer.channels(),
                          y,
                          rows.start(b) * width + layer.column(s),
                          width,
                          length - stepped,
                          states,
                          (b * sets + s) * plane,
                          boundaries,
                          boundaryOffset(rows, sets, plane, b, s));
                }
                for (int row = rows.start(b) + length - stepped;
                    row < rows.start(b) + length;
                    row++) {
                  pass.kernels()
                      .scanStep(
                          scans[s],
                          h0,
                          h1,
                          u,
                          row * layer.channels(),
                          y,
                          row * width + layer.column(s),
                          states,
                          (b * sets + s) * plane);
                }
              });
    }
  }

  private ScanModes[] scans(Pass pass) {
    if (!pass.training() && pass.prepared() != null) {
      return pass.prepared().layer(layer.index());
    }
    ScanMemory memory = memory(pass);
    layer.modes(pass, pass.rows().maxLength(), memory.modes());
    return memory.newScans(pass.parallel());
  }

  private ScanMemory memory(Pass pass) {
    return pass.keep(this, ScanMemory.class, ScanMemory::new);
  }

  /** Adds the kernel part of the input gradient to gu, and the gradients of the raw parameters. */
  void backward(Pass pass, float[] u, float[] g, float[] gu) {
    Rows rows = pass.rows();
    ScanMemory memory = memory(pass);
    Modes modes = memory.modes().modes();
    int sets = modes.sets();
    int plane = 2 * modes.modes() * modes.channels();
    float[] stateGradients = gradientsAfter(pass, plane * sets * rows.count());
    float[] boundaries = pass.keep(this, BOUNDARIES, boundarySize(rows, sets, plane));
    int width = layer.kernels() * layer.channels();
    int blocks = channelBlocks();
    int groups = SsmLayer.groups(rows, plane);
    ScanModes[] scans = memory.scans();
    ModesGradient total = memory.modes().clearedGradient();
    ScanMemory.Sums sums = pass.shared(ScanMemory.Sums.class, ScanMemory.Sums::new);
    for (int set = 0; set < sets; set++) {
      int s = set;
      ScanGradient[] gradients = sums.cleared(groups, modes);
      pass.parallel()
          .run(
              groups * blocks,
              task -> {
                int group = task / blocks;
                int h0 = task % blocks * CHANNEL_BLOCK;
                int end = Ranges.start(rows.count(), groups, group + 1);
                for (int b = Ranges.start(rows.count(), groups, group); b < end; b++) {
                  pass.kernels()
                      .scanBackward(
                          scans[s],
                          h0,
                          Math.min(layer.channels(), h0 + CHANNEL_BLOCK),
                          layer.isReverse(s),
                          u,
                          rows.start(b) * layer.channels(),
                          layer.channels(),
                          g,
                          rows.start(b) * width + layer.column(s),
                          width,
                          gu,
                          rows.start(b) * layer.channels(),
                          layer.channels(),
                          rows.length(b),
                          boundaries,
                          boundaryOffset(rows, sets, plane, b, s),
                          stateGradients,
                          (b * sets + s) * plane,
                          gradients[group]);
                }
              });
      sums.addTo(total, modes, s, pass.parallel());
    }
    layer.pullback(pass, rows.maxLength(), memory.modes());
  }

  /** States at the block boundaries are kept; the running states are scratch. */
  LayerMemory memory(Rows rows) {
    return new LayerMemory(
        (long) boundaryBlocks(rows, rows.count()) * layer.recurrenceSize(1),
        layer.recurrenceSize(rows.count()));
  }

  private int channelBlocks() {
    return (layer.channels() + CHANNEL_BLOCK - 1) / CHANNEL_BLOCK;
  }

  private float[] statesBefore(Pass pass, int size) {
    Carry carry = pass.carry(layer.index());
    return carry != null ? carry.state() : zeros(pass.scratch(this, STATES, size), size);
  }

  private float[] gradientsAfter(Pass pass, int size) {
    Carry carry = pass.carry(layer.index());
    return carry != null ? carry.gradient() : zeros(pass.scratch(this, STATES, size), size);
  }

  private static float[] zeros(float[] array, int size) {
    Arrays.fill(array, 0, size, 0f);
    return array;
  }

  private static int blocksOf(int length) {
    return (length + Kernels.SCAN_BLOCK - 1) / Kernels.SCAN_BLOCK;
  }

  private static int boundarySize(Rows rows, int sets, int plane) {
    return Math.multiplyExact(boundaryBlocks(rows, rows.count()) * sets, plane);
  }

  private static int boundaryOffset(Rows rows, int sets, int plane, int b, int set) {
    return (boundaryBlocks(rows, b) * sets + set * blocksOf(rows.length(b))) * plane;
  }

  /** Blocks of all sequences before b. */
  private static int boundaryBlocks(Rows rows, int b) {
    int blocks = 0;
    for (int i = 0; i < b; i++) {
      blocks += blocksOf(rows.length(i));
    }
    return blocks;
  }
}
