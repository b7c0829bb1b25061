package io.carillon.train;

import io.carillon.core.Parameter;
import io.carillon.core.Rows;
import io.carillon.core.SeededRandom;
import io.carillon.internal.kernel.KernelChoice;
import io.carillon.nn.Network;
import io.carillon.nn.NetworkConfig;

/**
 * Bytes that training and the validation in between need at their peak; the data set, the JVM
 * itself and its room for garbage collection not included.
 *
 * @param workspace activations kept for the backward pass, and scratch memory of all layers
 * @param parameters values, gradients, both moments, and the two copies of the network that a run
 *     keeps
 * @param batch the input of one batch, its outputs and their gradient
 */
public record MemoryEstimate(long workspace, long parameters, long batch) {

  /** All together. */
  public long total() {
    return workspace + parameters + batch;
  }

  /**
   * Training steps with batches of {@code sequences} sequences, or as many pairs where the network
   * compares them, of {@code length} steps each.
   */
  public static MemoryEstimate of(NetworkConfig config, int sequences, int length) {
    int count = config.pairs() ? Math.multiplyExact(2, sequences) : sequences;
    return of(new Network(config, new SeededRandom(0)), Rows.uniform(count, length));
  }

  /** Training steps with batches of the given layout. */
  public static MemoryEstimate of(Network network, Rows rows) {
    NetworkConfig config = network.config();
    long values = 0;
    long trained = 0;
    for (Parameter p : network.parameters()) {
      values += p.size();
      trained += p.trainable() ? p.size() : 0;
    }
    long outputs = (long) network.outputRows(rows).total() * config.outputSize();
    return new MemoryEstimate(
        4 * new WorkspacePlan(network, rows, KernelChoice.select()).floats(),
        4 * (3 * values + 3 * trained),
        4 * ((long) rows.total() * Math.max(1, config.inputSize()) + 3 * outputs));
  }
}
