package io.carillon.nn.ssm;

import io.carillon.config.SsmAlgorithm;
import io.carillon.config.SsmConfig;
import io.carillon.engine.Pass;
import io.carillon.error.ImpossibleAlgorithmException;
import io.carillon.internal.kernel.Kernels;
import io.carillon.nn.layer.ChunkStream;
import io.carillon.nn.layer.LayerStream;
import io.carillon.nn.layer.SequenceLayer;
import io.carillon.ssm.Modes;
import io.carillon.ssm.dplr.DplrKernel;

/** Decides how a state-space layer is computed, and says what it cannot do, and what to do then. */
final class Ways {
  private final String name;
  private final SsmShape layer;
  private final Recurrence recurrence;
  private final GapRecurrence gaps;
  private final Convolution convolution;
  private final HeldRows heldRows;
  private final SingleSteps singleSteps;

  /**
   * The ways of a layer.
   *
   * @param name of the layer, for messages
   */
  Ways(String name, SsmShape layer) {
    this.name = name;
    this.layer = layer;
    this.recurrence = new Recurrence(layer);
    this.gaps = new GapRecurrence(layer);
    this.convolution = new Convolution(layer);
    this.heldRows = new HeldRows(layer, convolution);
    this.singleSteps = new SingleSteps(layer, this::chunkStream);
  }

  /**
   * The way for the rows of a pass.
   *
   * @throws ImpossibleAlgorithmException if only a recurrence would do, or one is asked for, and
   *     the layer has none
   * @throws IllegalArgumentException if they cannot be computed in the way that is asked for
   */
  Way of(Pass pass) {
    Way way = choice(pass);
    String obstacle = way.obstacle(pass);
    if (obstacle == null) {
      return way;
    }
    if (way == singleSteps) {
      throw new IllegalArgumentException(
          "layer " + name + " cannot go on from a state: " + obstacle + "; use whole sequences");
    }
    if (way.algorithm() == SsmAlgorithm.CONVOLUTION) {
      throw new IllegalArgumentException(
          "layer " + name + " cannot run as a convolution: " + obstacle + "; use the recurrence");
    }
    throw new ImpossibleAlgorithmException(
        "layer "
            + name
            + " cannot run as a recurrence: "
            + obstacle
            + "; use the convolution over whole sequences");
  }

  /** What should be taken, whether it can be or not. */
  private Way choice(Pass pass) {
    boolean carried = pass.carry(layer.index()) != null;
    boolean timed = pass.rows().timed();
    boolean recur = pass.algorithm() == SsmAlgorithm.RECURRENCE;
    boolean convolve = pass.algorithm() == SsmAlgorithm.CONVOLUTION;
    if (carried && layer.beyondSingleModes()) {
      // The state is one of coupled modes, or of inputs, which no scan goes on from.
      return singleSteps;
    }
    if (timed && layer.beyondSingleModes()) {
      return recur && recurrence.obstacle(pass) != null ? recurrence : spelledOutOrStepped(pass);
    }
    if (timed) {
      // A kernel has one step for all; what has no recurrence is told so first.
      return convolve && gaps.obstacle(pass) == null ? convolution : gaps;
    }
    if (carried || recur) {
      return recurrence;
    }
    if (convolve || recurrence.obstacle(pass) != null) {
      return convolution;
    }
    // Both give the same: the cheaper one.
    return SsmCost.of(pass.kernels()).recurrenceIsCheaper(layer, pass) ? recurrence : convolution;
  }

  /** To spell gaps out is exact and fast as long as they are short. */
  private Way spelledOutOrStepped(Pass pass) {
    boolean steps =
        layer.coupled() && singleSteps.obstacle(pass) == null && !heldRows.isShort(pass.rows());
    return steps ? singleSteps : heldRows;
  }

  /** See {@link SequenceLayer#stream}. */
  LayerStream stream(Kernels kernels) {
    if (layer.beyondSingleModes()) {
      return chunkStream(1, kernels);
    }
    Modes modes = layer.parameterisation().modes(1, 1);
    return new DiagonalStream(layer, modes, ScanMemory.toScans(modes));
  }

  /** How a layer without a recurrence of single modes goes on from a state. */
  private ChunkStream chunkStream(double rate, Kernels kernels) {
    return layer.kernelMap() instanceof DplrKernel dplr
        ? new CoupledStream(layer, dplr.recurrence(rate))
        : new DelayLine(layer, convolution, layer.maxKernelLength(), kernels);
  }

  /** See {@link SequenceLayer#streamingRemedy}. */
  String streamingRemedy() {
    if (layer.streamingObstacle() == null) {
      return null;
    }
    if (!layer.diagonal() && !layer.coupled()) {
      return SequenceLayer.anotherKind(layer.bidirectional());
    }
    if (layer.bidirectional()) {
      return "train with bidirectional=false";
    }
    SsmConfig config = layer.parameterisation().config();
    if (!config.cast().isLinear()) {
      return "train with cast real, imag or sum, or with a max_kernel_length";
    }
    return config.kind().equals("dss")
        ? "train with version exp instead of softmax"
        : "train with discretisation zoh instead of dss";
  }
}
