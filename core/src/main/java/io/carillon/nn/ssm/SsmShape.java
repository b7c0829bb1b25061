package io.carillon.nn.ssm;

import io.carillon.engine.Parameter;
import io.carillon.engine.Pass;
import io.carillon.engine.Rows;
import io.carillon.ssm.KernelMap;
import io.carillon.ssm.Modes;
import io.carillon.ssm.diagonal.ModesMemory;
import io.carillon.ssm.diagonal.Parameterisation;

/** What the ways to compute a state-space layer know of it. */
final class SsmShape {
  private final int index;
  private final KernelMap kernelMap;
  private final boolean bidirectional;
  private final Parameter skip;
  private final int channels;
  private final int kernels;
  private final int maxKernelLength;

  /**
   * Of a layer.
   *
   * @param index position among the network's layers
   * @param kernelMap with first all forward sets, then all backward sets
   * @param skip D [C][H]
   */
  SsmShape(int index, KernelMap kernelMap, boolean bidirectional, Parameter skip) {
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

  /** D, [C][H]. */
  Parameter skip() {
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
  int recurrenceSize(int sequences) {
    return diagonal()
        ? sequences * kernelMap.sets() * 2 * parameterisation().config().storedModes() * channels
        : 0;
  }
}
