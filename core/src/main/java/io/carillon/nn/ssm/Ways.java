package io.carillon.nn.ssm;

import io.carillon.config.SsmAlgorithm;
import io.carillon.config.SsmConfig;
import io.carillon.engine.Pass;
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
   * @throws ImpossibleAlgorithmException if there is only a recurrence, or one is asked for, and
   *     the layer has none
   * @throws IllegalArgumentException if they cannot be computed at all
   */
  Way of(Pass pass) {
    boolean carried = pass.carry(layer.index()) != null;
    boolean timed = pass.rows().timed();
    boolean scanned = !layer.beyondSingleModes();
    SsmAlgorithm asked = pass.algorithm();
    if (carried && !scanned) {
      // The state is one of coupled modes, or of inputs, which no scan goes on from.
      return possible(singleSteps, pass, "cannot go on from a state", "use whole sequences");
    }
    if (carried || timed && scanned || asked == SsmAlgorithm.RECURRENCE) {
      requireRecurrence(pass);
    }
    if (timed && !scanned) {
      // To spell gaps out is exact and fast as long as they are short.
      boolean steps =
          layer.coupled() && singleSteps.obstacle(pass) == null && !heldRows.isShort(pass.rows());
      return steps ? singleSteps : heldRows;
    }
    if (timed) {
      if (asked == SsmAlgorithm.CONVOLUTION) {
        possible(convolution, pass, "cannot run as a convolution", "use the recurrence");
      }
      return gaps;
    }
    if (carried || asked == SsmAlgorithm.RECURRENCE) {
      return recurrence;
    }
    if (asked == SsmAlgorithm.CONVOLUTION || recurrence.obstacle(pass) != null) {
      return convolution;
    }
    // Both give the same: the cheaper one.
    return SsmCost.of(pass.kernels()).recurrenceIsCheaper(layer, pass) ? recurrence : convolution;
  }

  private void requireRecurrence(Pass pass) {
    String obstacle = recurrence.obstacle(pass);
    if (obstacle != null) {
      throw new ImpossibleAlgorithmException(
          "layer "
              + name
              + " cannot run as a recurrence: "
              + obstacle
              + "; use the convolution over whole sequences");
    }
  }

  private Way possible(Way way, Pass pass, String cannot, String remedy) {
    String obstacle = way.obstacle(pass);
    if (obstacle != null) {
      throw new IllegalArgumentException(
          "layer " + name + " " + cannot + ": " + obstacle + "; " + remedy);
    }
    return way;
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
