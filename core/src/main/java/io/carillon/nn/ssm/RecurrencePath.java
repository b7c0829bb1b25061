package io.carillon.nn.ssm;

import io.carillon.engine.Carry;
import io.carillon.engine.Parallel;
import io.carillon.engine.Pass;
import io.carillon.engine.Ranges;
import io.carillon.engine.Rows;
import io.carillon.internal.kernel.Kernels;
import io.carillon.internal.kernel.ScanGradient;
import io.carillon.internal.kernel.ScanModes;
import io.carillon.nn.layer.LayerMemory;
import io.carillon.ssm.Modes;
import io.carillon.ssm.ModesGradient;
import java.util.Arrays;

/**
 * A state-space layer as recurrence. A task is a block of channels of one sequence (forward) or of
 * a fixed group of sequences (backward). The same block of all sequences comes before the next
 * block: two threads on neighbouring blocks of one sequence would write to the same cache lines.
 * The backward pass needs no states of the forward pass but those it began with.
 */
final class RecurrencePath {
  private static final int CHANNEL_BLOCK = 16;
  private static final int STATES = 0;
  private static final int BEFORE = 1;

  private final SsmShape layer;

  RecurrencePath(SsmShape layer) {
    this.layer = layer;
  }

  /** Adds the kernel part of the output to y. */
  void forward(Pass pass, float[] u, float[] y) {
    ScanModes[] scans = scans(pass);
    int plane = 2 * scans[0].modes() * scans[0].channels();
    Forward work = new Forward(this, pass, u, y);
    work.scans = scans;
    work.states = statesBefore(pass, plane * scans.length * work.rows.count());
    for (int set = 0; set < scans.length; set++) {
      work.set = set;
      pass.parallel().runOnWorkers(work.rows.count() * channelBlocks(), work);
    }
  }

  /** A block of channels of one sequence and kernel set. */
  private static final class Forward implements Parallel.WorkerBody {
    private final RecurrencePath path;
    private final Rows rows;
    private final Kernels kernels;
    private final float[] u;
    private final float[] y;

    /**
     * A carried state meets many short chunks, which would never be corrected for the rounding of
     * λ.
     */
    private final boolean exactTail;

    // Of this run.
    private ScanModes[] scans;
    private float[] states;
    private int set;

    Forward(RecurrencePath path, Pass pass, float[] u, float[] y) {
      this.path = path;
      this.rows = pass.rows();
      this.kernels = pass.kernels();
      this.u = u;
      this.y = y;
      this.exactTail = pass.carry(path.layer.index()) != null && !pass.training();
    }

    @Override
    public void accept(int worker, int task) {
      SsmShape layer = path.layer;
      int channels = layer.channels();
      int width = layer.kernels() * channels;
      int plane = 2 * scans[0].modes() * channels;
      int b = task % rows.count();
      int h0 = task / rows.count() * CHANNEL_BLOCK;
      int h1 = Math.min(channels, h0 + CHANNEL_BLOCK);
      int length = rows.length(b);
      boolean reverse = layer.isReverse(set);
      int stepped = exactTail && !reverse ? length % Kernels.SCAN_BLOCK : 0;
      int state = (b * scans.length + set) * plane;
      if (stepped < length) {
        kernels.scanForward(
            scans[set],
            h0,
            h1,
            reverse,
            u,
            rows.start(b) * channels,
            channels,
            y,
            rows.start(b) * width + layer.column(set),
            width,
            length - stepped,
            states,
            state);
      }
      for (int row = rows.start(b) + length - stepped; row < rows.start(b) + length; row++) {
        kernels.scanStep(
            scans[set],
            h0,
            h1,
            u,
            row * channels,
            y,
            row * width + layer.column(set),
            states,
            state);
      }
    }
  }

  private ScanModes[] scans(Pass pass) {
    if (!pass.training() && pass.prepared() != null) {
      return pass.prepared().stream(layer.index(), DiagonalStream.class).scans();
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
    int groups = SsmShape.groups(rows, plane);
    Backward work = new Backward(this, pass, u, g, gu);
    Carry carry = pass.carry(layer.index());
    work.statesBefore = carry == null ? null : pass.keep(this, BEFORE, carry.state().length);
    work.stateGradients = carry == null ? null : carry.gradient();
    work.scans = memory.scans();
    work.groups = groups;
    ModesGradient total = memory.modes().clearedGradient();
    ScanMemory.Sums sums = pass.shared(ScanMemory.Sums.class, ScanMemory.Sums::new);
    for (int set = 0; set < sets; set++) {
      work.set = set;
      work.gradients = sums.cleared(groups, modes);
      pass.parallel().runOnWorkers(groups * channelBlocks(), work);
      sums.addTo(total, modes, set, pass.parallel());
    }
    layer.pullback(pass, rows.maxLength(), memory.modes());
  }

  /** A block of channels of one group of sequences and kernel set. */
  private static final class Backward implements Parallel.WorkerBody {
    private final RecurrencePath path;
    private final Rows rows;
    private final Kernels kernels;
    private final float[] u;
    private final float[] g;
    private final float[] gu;

    // Of this run.
    private ScanModes[] scans;
    private float[] statesBefore;
    private float[] stateGradients;
    private ScanGradient[] gradients;
    private int groups;
    private int set;

    Backward(RecurrencePath path, Pass pass, float[] u, float[] g, float[] gu) {
      this.path = path;
      this.rows = pass.rows();
      this.kernels = pass.kernels();
      this.u = u;
      this.g = g;
      this.gu = gu;
    }

    @Override
    public void accept(int worker, int task) {
      SsmShape layer = path.layer;
      int channels = layer.channels();
      int width = layer.kernels() * channels;
      int plane = 2 * scans[0].modes() * channels;
      int group = task % groups;
      int h0 = task / groups * CHANNEL_BLOCK;
      int end = Ranges.start(rows.count(), groups, group + 1);
      for (int b = Ranges.start(rows.count(), groups, group); b < end; b++) {
        kernels.scanBackward(
            scans[set],
            h0,
            Math.min(channels, h0 + CHANNEL_BLOCK),
            layer.isReverse(set),
            u,
            rows.start(b) * channels,
            channels,
            g,
            rows.start(b) * width + layer.column(set),
            width,
            gu,
            rows.start(b) * channels,
            channels,
            rows.length(b),
            statesBefore,
            stateGradients,
            (b * scans.length + set) * plane,
            gradients[group]);
      }
    }
  }

  /** Nothing is kept; the running states are scratch. */
  LayerMemory memory(Rows rows) {
    return new LayerMemory(0, layer.recurrenceSize(rows.count()));
  }

  private int channelBlocks() {
    return (layer.channels() + CHANNEL_BLOCK - 1) / CHANNEL_BLOCK;
  }

  /** The states to scan with; in training a carried one is kept as it was. */
  private float[] statesBefore(Pass pass, int size) {
    Carry carry = pass.carry(layer.index());
    if (carry == null) {
      float[] states = pass.scratch(this, STATES, size);
      Arrays.fill(states, 0, size, 0f);
      return states;
    }
    if (pass.training()) {
      System.arraycopy(carry.state(), 0, pass.keep(this, BEFORE, size), 0, size);
    }
    return carry.state();
  }
}
