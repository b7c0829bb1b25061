package io.carillon.train;

import io.carillon.core.Rows;
import io.carillon.internal.kernel.Kernels;
import io.carillon.nn.Activation;
import io.carillon.nn.BlockConfig;
import io.carillon.nn.LayerMemory;
import io.carillon.nn.Mixer;
import io.carillon.nn.Network;
import io.carillon.nn.NetworkConfig;
import io.carillon.nn.SequenceLayer;

/**
 * Counts the floats that a network's layers take from their workspace in training steps and in the
 * validation between them: what is kept per layer for the backward pass, what a validation pass
 * keeps for all layers of a class together, and scratch memory. Small arrays that do not grow with
 * the rows are left out.
 */
final class WorkspacePlan {
  private final Network network;
  private final NetworkConfig config;
  private final BlockConfig block;
  private final Rows rows;
  private final Kernels kernels;
  private final long plane;

  WorkspacePlan(Network network, Rows rows, Kernels kernels) {
    this.network = network;
    this.config = network.config();
    this.block = config.block();
    this.rows = rows;
    this.kernels = kernels;
    this.plane = (long) rows.total() * config.width();
  }

  /** All floats. */
  long floats() {
    int blocks = config.depth() * (block.feedForward() > 0 ? 2 : 1);
    long sum = networkFloats(blocks);
    sum += (blocks + 1) * residualKept() + plane;
    sum += (config.depth() + 1) * bodyKept() + bodyScratch();
    if (block.feedForward() > 0) {
      sum += (config.depth() + 3) * plane * block.feedForward();
    }
    return sum + layerFloats();
  }

  /** Encoded input, blocks, final norm, two gradients, pooled features and their gradient. */
  private long networkFloats(int blocks) {
    long pooled = (long) network.pooledRows(rows).total() * config.width();
    long finalNorm = config.finalNorm() ? plane : 0;
    return plane * (3 + blocks) + finalNorm + 2 * pooled;
  }

  /** Input or output of the norm, and its statistics. */
  private long residualKept() {
    return switch (block.norm()) {
      case NONE -> 0;
      case BATCH -> plane;
      case LAYER, SCALAR_AFFINE -> plane + 2L * rows.total();
    };
  }

  private long inner() {
    return plane * block.kernels();
  }

  private long gate() {
    return block.gate() == Activation.NONE ? 1 : 2;
  }

  /** Outputs of the linear map before a gated unit. */
  private long mixed() {
    return block.mixer() == Mixer.GLU || block.mixer() == Mixer.GEGLU ? 2 * plane : 0;
  }

  private long bodyKept() {
    return inner() * gate() + mixed();
  }

  /** Activation, its gradient (twice if x is added), and those of a gated unit and of a gate. */
  private long bodyScratch() {
    long activation = block.mixer() == Mixer.NONE ? 0 : inner();
    long gated = gate() == 1 ? 0 : 3 * inner();
    long added = network.layers().get(0).addsInput() ? plane : 0;
    return added + activation + inner() + mixed() + gated;
  }

  private long layerFloats() {
    long kept = 0;
    long shared = 0;
    for (SequenceLayer layer : network.layers()) {
      LayerMemory memory = layer.memory(rows, kernels);
      kept += memory.kept();
      shared = Math.max(shared, memory.shared());
    }
    return kept + shared;
  }
}
