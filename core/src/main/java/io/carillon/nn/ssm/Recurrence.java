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
import io.carillon.engine.Shared;
import io.carillon.internal.kernel.Kernels;
import io.carillon.internal.kernel.ScanGradient;
import io.carillon.internal.kernel.ScanModes;
import io.carillon.ssm.Modes;
import io.carillon.ssm.ModesGradient;
import java.util.Arrays;

/**
 * A state-space layer as recurrence. A task is a block of channels of one sequence (forward) or of
 * a fixed group of sequences (backward). The same block of all sequences comes before the next
 * block: two threads on neighbouring blocks of one sequence would write to the same cache lines.
 * The backward pass needs no states of the forward pass but those it began with.
 */
final class Recurrence implements Way {
  private static final int CHANNEL_BLOCK = 16;

  private static final Shared<ScanMemory.Sums> SUMS =
      new Shared<>(ScanMemory.Sums.class, ScanMemory.Sums::new);

  private final SsmShape layer;
  private final Buffers buffers = new Buffers(Recurrence.class);
  private final Kept<ScanMemory> modes =
      buffers.keptObject("modes", ScanMemory.class, ScanMemory::new);

  /** The running states of a pass that starts from zeros. */
  private final Buffer states;

  /** Of a pass that goes on from a state. */
  private final Buffer before;

  Recurrence(SsmShape layer) {
    this.layer = layer;
    this.states =
        buffers.scratch(
            "states",
            pass ->
                pass.carry(layer.index()) == null ? layer.recurrenceSize(pass.rows().count()) : 0);
    this.before =
        buffers.kept(
            "states before",
            pass ->
                pass.carry(layer.index()) == null ? 0 : layer.recurrenceSize(pass.rows().count()));
  }

  @Override
  public SsmAlgorithm algorithm() {
    return SsmAlgorithm.RECURRENCE;
  }

  @Override
  public String obstacle(Pass pass) {
    int count = pass.rows().count();
    return layer.recurrenceSize(count) > Buffer.MOST_FLOATS
        ? "the states of " + count + " sequences at once are more numbers than an array can hold"
        : layer.recurrenceObstacle(pass.rows().maxLength());
  }

  @Override
  public void forward(Pass pass, float[] u, float[] y) {
    layer.skip().forward(pass, u, y);
    ScanModes[] scans = scans(pass);
    int count = pass.rows().count();
    float[] states = statesBefore(pass);
    // A carried state meets many short chunks, which would never be corrected for the rounding of
    // λ.
    boolean exactTail = pass.carry(layer.index()) != null && !pass.training();
    for (int i = 0; i < scans.length; i++) {
      int set = i;
      pass.parallel()
          .run(
              count * channelBlocks(),
              task -> scan(pass, scans, set, task, u, y, states, exactTail));
    }
  }

  /** Numbers in the state of one sequence and set, [2 = re, im][M][H]. */
  private static int plane(ScanModes scan) {
    return 2 * scan.modes() * scan.channels();
  }

  /** A block of channels of one sequence and kernel set. */
  private void scan(
      Pass pass,
      ScanModes[] scans,
      int set,
      int task,
      float[] u,
      float[] y,
      float[] states,
      boolean exactTail) {
    Rows rows = pass.rows();
    int channels = layer.channels();
    int width = layer.kernels() * channels;
    int b = task % rows.count();
    int h0 = task / rows.count() * CHANNEL_BLOCK;
    int h1 = Math.min(channels, h0 + CHANNEL_BLOCK);
    int length = rows.length(b);
    boolean reverse = layer.isReverse(set);
    int stepped = exactTail && !reverse ? length % Kernels.SCAN_BLOCK : 0;
    int state = (b * scans.length + set) * plane(scans[0]);
    if (stepped < length) {
      pass.kernels()
          .scanForward(
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
      pass.kernels()
          .scanStep(
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

  private ScanModes[] scans(Pass pass) {
    if (!pass.training() && pass.prepared() != null) {
      return pass.prepared().stream(layer.index(), DiagonalStream.class).scans();
    }
    ScanMemory memory = modes.of(pass);
    layer.modes(pass, pass.rows().maxLength(), memory.modes());
    return memory.newScans(pass.parallel());
  }

  @Override
  public void backward(Pass pass, float[] u, float[] g, float[] gu) {
    layer.skip().backward(pass, u, g, gu);
    Rows rows = pass.rows();
    ScanMemory memory = modes.of(pass);
    ScanModes[] scans = memory.scans();
    Modes discrete = memory.modes().modes();
    Carry carry = pass.carry(layer.index());
    float[] before = carry == null ? null : this.before.of(pass);
    float[] stateGradients = carry == null ? null : carry.gradient();
    int groups = SsmShape.groups(rows, plane(scans[0]));
    ModesGradient total = memory.modes().clearedGradient();
    ScanMemory.Sums sums = SUMS.of(pass);
    for (int i = 0; i < scans.length; i++) {
      int set = i;
      ScanGradient[] gradients = sums.cleared(groups, discrete);
      pass.parallel()
          .run(
              groups * channelBlocks(),
              task ->
                  scanBackward(
                      pass, scans, set, task, u, g, gu, before, stateGradients, gradients));
      sums.addTo(total, discrete, set, pass.parallel());
    }
    layer.pullback(pass, rows.maxLength(), memory.modes());
  }

  /** A block of channels of one group of sequences and kernel set. */
  private void scanBackward(
      Pass pass,
      ScanModes[] scans,
      int set,
      int task,
      float[] u,
      float[] g,
      float[] gu,
      float[] before,
      float[] stateGradients,
      ScanGradient[] gradients) {
    Rows rows = pass.rows();
    int channels = layer.channels();
    int width = layer.kernels() * channels;
    int group = task % gradients.length;
    int h0 = task / gradients.length * CHANNEL_BLOCK;
    int end = Ranges.start(rows.count(), gradients.length, group + 1);
    for (int b = Ranges.start(rows.count(), gradients.length, group); b < end; b++) {
      pass.kernels()
          .scanBackward(
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
              before,
              stateGradients,
              (b * scans.length + set) * plane(scans[0]),
              gradients[group]);
    }
  }

  @Override
  public Footprint memory(Pass pass) {
    return buffers.footprint(pass).beside(layer.skip().memory(pass));
  }

  private int channelBlocks() {
    return (layer.channels() + CHANNEL_BLOCK - 1) / CHANNEL_BLOCK;
  }

  /** The states to scan with; in training a carried one is kept as it was. */
  private float[] statesBefore(Pass pass) {
    Carry carry = pass.carry(layer.index());
    if (carry == null) {
      float[] zeros = states.of(pass);
      Arrays.fill(zeros, 0, (int) layer.recurrenceSize(pass.rows().count()), 0f);
      return zeros;
    }
    if (pass.training()) {
      System.arraycopy(carry.state(), 0, before.of(pass), 0, carry.state().length);
    }
    return carry.state();
  }
}
