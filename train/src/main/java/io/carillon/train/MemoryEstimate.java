package io.carillon.train;

import io.carillon.config.Activation;
import io.carillon.config.BlockConfig;
import io.carillon.config.Computing;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Norm;
import io.carillon.engine.Engine;
import io.carillon.engine.Footprint;
import io.carillon.engine.Parameter;
import io.carillon.engine.Pass;
import io.carillon.engine.Rows;
import io.carillon.engine.SeededRandom;
import io.carillon.engine.Workspace;
import io.carillon.nn.Network;

/**
 * Bytes that a training process needs at its peak, the validation between the epochs included.
 *
 * @param workspace activations kept for the backward pass, and scratch memory of all layers
 * @param parameters values, gradients, both moments, and the two copies of the network that a run
 *     keeps
 * @param batch the input of one batch, its outputs and their gradient
 * @param data the data sets, as far as they are known
 */
public record MemoryEstimate(long workspace, long parameters, long batch, long data) {
  /**
   * What the Java virtual machine takes besides: its code and ours, what the compiler makes of it
   * and the memory it works in, and the young generation of the collector, as far as the launcher
   * lets it grow. Measured, see docs/memory.md.
   */
  public static final long VIRTUAL_MACHINE = 200L << 20;

  /** What of it lies in the Java heap and stays there. */
  public long heap() {
    return workspace + parameters + batch + data;
  }

  /** The largest resident set of the process. */
  public long total() {
    return heap() + VIRTUAL_MACHINE;
  }

  /**
   * Training steps with batches of {@code sequences} sequences, or as many pairs where the network
   * compares them, of {@code length} steps each, without the data set.
   *
   * @param computing whose threads are all processors if it does not say
   */
  public static MemoryEstimate of(
      NetworkConfig config, int sequences, int length, Computing computing) {
    int count = config.pairs() ? Math.multiplyExact(2, sequences) : sequences;
    return of(
        new Network(config, new SeededRandom(0)),
        Rows.uniform(count, length),
        Engine.of(computing.onAllProcessors()),
        0);
  }

  /**
   * Training steps with batches of the given layout, counted from the handles that the step itself
   * will ask the workspace with.
   *
   * @param data bytes of the data sets
   */
  static MemoryEstimate of(Network network, Rows rows, Engine engine, long data) {
    NetworkConfig config = network.config();
    long values = 0;
    long trained = 0;
    for (Parameter p : network.parameters()) {
      values += p.size();
      trained += p.trainable() ? p.size() : 0;
    }
    long outputs = (long) network.outputRows(rows).total() * config.outputSize();
    Footprint step = network.memory(Pass.training(rows, new Workspace(), engine, 0));
    return new MemoryEstimate(
        4 * (step.floats() + step.objectFloats()),
        4 * (3 * values + 3 * trained),
        4 * ((long) rows.total() * Math.max(1, config.inputSize()) + 3 * outputs),
        data);
  }

  /**
   * Bytes of the arrays that answers for so many rows at once are computed in, about: inputs and
   * outputs of a block, of its layer and of its norms. What the layers need besides is left out.
   */
  public static long inference(NetworkConfig config, long rows) {
    BlockConfig block = config.block();
    boolean norm = block.norm() != Norm.NONE;
    int planes = 3 + block.kernels() * (block.gate() == Activation.NONE ? 1 : 2);
    planes += norm && block.prenorm() ? 1 : 0;
    planes += norm && config.finalNorm() ? 1 : 0;
    return 4 * rows * config.width() * planes;
  }
}
