package io.carillon.nn.ssm;

import io.carillon.engine.Pass;
import io.carillon.engine.Rows;
import io.carillon.ssm.KernelMap;
import io.carillon.ssm.Modes;
import io.carillon.ssm.diagonal.ModesMemory;
import io.carillon.ssm.diagonal.Parameterisation;
import io.carillon.ssm.dplr.DplrKernel;

/** What the ways to compute a state-space layer know of it. */
final class SsmShape {
  private final int index;
  private final KernelMap kernelMap;
  private final boolean bidirectional;
  private final Skip skip;
  private final int channels;
  private final int kernels;
  private final int maxKernelLength;

  /**
   * Of a layer.
   *
   * @param index position among the network's layers
   * @param kernelMap with first all forward sets, then all backward sets
   * @param skip the part D u
   */
  SsmShape(int index, KernelMap kernelMap, boolean bidirectional, Skip skip) {
    this.index = index;
    this.kernelMap = kernelMap;
    this.bidirectional = bidirectional;
    this.skip = skip;
    this.channels = kernelMap.channels();
    this.kernels = kernels(kernelMap, bidirectional);
    this.maxKernelLength = kernelMap.config().maxKernelLength();
  }

  /** C, outputs per channel, of a layer with these kernels. */
  static int kernels(KernelMap kernelMap, boolean bidirectional) {
    return kernelMap.sets() / (bidirectional ? 2 : 1);
  }

  int index() {
    return index;
  }

  KernelMap kernelMap() {
    return kernelMap;
  }

  /** Whether the kernels are sums of exponentials, so that there is a {@link #parameterisation}. */
  boolean diagonal() {
    return kernelMap instanceof Parameterisation;
  }

  /**
   * The map from raw parameters to modes.
   *
   * @throws UnsupportedOperationException if the layer is not {@link #diagonal}
   */
  Parameterisation parameterisation() {
    if (kernelMap instanceof Parameterisation parameterisation) {
      return parameterisation;
    }
    throw new UnsupportedOperationException(
        "a layer of kind " + kernelMap.config().kind() + " has no diagonal modes");
  }

  /** H. */
  int channels() {
    return channels;
  }

  /** C, outputs per channel. */
  int kernels() {
    return kernels;
  }

  /** Whether the layer sees future inputs. */
  boolean bidirectional() {
    return bidirectional;
  }

  /** Whether the modes are coupled (S4), so that there is no recurrence of single ones. */
  boolean coupled() {
    return kernelMap instanceof DplrKernel;
  }

  /** Whether a stream keeps the last inputs themselves, because the kernel is cut. */
  boolean delayed() {
    return diagonal() && maxKernelLength > 0 && !kernelMap.dependsOnLength();
  }

  /** Whether neither a state nor gaps can be left to a recurrence of single modes. */
  boolean beyondSingleModes() {
    return delayed() || coupled();
  }

  /** See {@link SsmLayer#recurrenceObstacle}. */
  String recurrenceObstacle(int length) {
    String obstacle = kernelMap.recurrenceObstacle();
    if (obstacle == null && maxKernelLength > 0 && maxKernelLength < length) {
      return "its kernel is cut at "
          + maxKernelLength
          + " steps, a recurrence remembers all "
          + length;
    }
    return obstacle;
  }

  /** See {@link io.carillon.nn.layer.SequenceLayer#streamingObstacle}. */
  String streamingObstacle() {
    if (bidirectional && (diagonal() || coupled())) {
      return "it is bidirectional and needs future inputs";
    }
    return beyondSingleModes() ? null : recurrenceObstacle(Integer.MAX_VALUE);
  }

  /** See {@link io.carillon.nn.layer.SequenceLayer#stateSize}. */
  int stateSize(int sequences) {
    if (delayed()) {
      // The place of the oldest input, and the inputs, see DelayLine.
      int line = Math.addExact(1, Math.multiplyExact(maxKernelLength, channels));
      return Math.multiplyExact(sequences, line);
    }
    if (kernelMap instanceof DplrKernel dplr) {
      return Math.multiplyExact(sequences, Math.multiplyExact(dplr.config().stateSize(), channels));
    }
    return Math.toIntExact(recurrenceSize(sequences));
  }

  /** Steps after which the kernel is cut, 0 if it is not. */
  int maxKernelLength() {
    return maxKernelLength;
  }

  /** Kernel length for sequences of the given length. */
  int kernelLength(int length) {
    return maxKernelLength > 0 ? Math.min(maxKernelLength, length) : length;
  }

  /** Puts the discrete system for a kernel of the given length into kept memory. */
  Modes modes(Pass pass, int kernelLength, ModesMemory memory) {
    return parameterisation().modes(kernelLength, pass.rate(), pass.parallel(), memory);
  }

  /** Sends the gradient in the memory that {@link #modes} filled on to the raw parameters. */
  void pullback(Pass pass, int kernelLength, ModesMemory memory) {
    parameterisation().pullback(kernelLength, pass.rate(), pass.parallel(), memory);
  }

  /** Whether set {@code set} looks into the future. */
  boolean isReverse(int set) {
    return set >= kernels;
  }

  /** The part D u. */
  Skip skip() {
    return skip;
  }

  /** First column of the outputs of set {@code set} in a row of y. */
  int column(int set) {
    return (set % kernels) * channels;
  }

  /**
   * Sequences that share one gradient accumulator: few enough to bound memory, fixed by the rows.
   */
  static int groups(Rows rows, int size) {
    int most = Math.max(1, (1 << 21) / Math.max(1, size));
    return Math.min(Math.min(rows.count(), 8), most);
  }

  /** Numbers in the states of the recurrence [sequences][sets][2][M][H]; 0 without one. */
  long recurrenceSize(int sequences) {
    return diagonal()
        ? (long) sequences
            * kernelMap.sets()
            * 2
            * parameterisation().config().storedModes()
            * channels
        : 0;
  }
}
