package io.carillon.train;

import io.carillon.config.Activation;
import io.carillon.config.BlockConfig;
import io.carillon.config.Mixer;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Norm;
import io.carillon.engine.Parallel;
import io.carillon.engine.Pass;
import io.carillon.engine.Rows;
import io.carillon.engine.Workspace;
import io.carillon.internal.kernel.Kernels;
import io.carillon.nn.Network;
import io.carillon.nn.layer.LayerMemory;
import io.carillon.nn.layer.SequenceLayer;

/**
 * Counts the floats that a network's layers take from their workspace in training steps: what is
 * kept per layer for the backward pass, and memory that all layers share. The validation between
 * steps finds room in the same arrays. Small arrays that do not grow with rows or weights are left
 * out.
 */
final class WorkspacePlan {
  /** What a worker needs of every tile, see {@code Pass}: rows of 32,768 floats, or 32 rows. */
  private static final long TILE_FLOATS = 256 * 128;

  private static final int LOWEST_TILE = 32;
  private static final int HIGHEST_TILE = 256;

  /** Sums of weight gradients that the tasks of a loop collect: at most 64, or about 8 MiB. */
  private static final int MOST_TASKS = 64;

  private static final int FEW_TASKS = 8;
  private static final int ROW_GRAIN = 64;
  private static final long SUM_FLOATS = 1 << 21;

  private final Network network;
  private final NetworkConfig config;
  private final BlockConfig block;
  private final Rows rows;
  private final Pass pass;
  private final int threads;
  private final long plane;

  WorkspacePlan(Network network, Rows rows, Kernels kernels, int threads) {
    this.network = network;
    this.config = network.config();
    this.block = config.block();
    this.rows = rows;
    this.pass = Pass.training(rows, new Workspace(), Parallel.of(threads), kernels, 0);
    this.threads = threads;
    this.plane = (long) rows.total() * config.width();
  }

  /** What the layers hold besides the arrays of the workspace. */
  long modeFloats() {
    long kept = 0;
    long shared = 0;
    for (SequenceLayer layer : network.layers()) {
      LayerMemory memory = layer.memory(pass);
      kept += memory.keptModes();
      shared = Math.max(shared, memory.sharedModes());
    }
    return kept + shared;
  }

  /** All floats of the workspace's arrays. */
  long floats() {
    int blocks = config.depth() * (block.feedForward() > 0 ? 2 : 1);
    return networkFloats(blocks)
        + blocks * normKept()
        + (block.prenorm() && block.norm() != Norm.NONE ? plane : 0)
        + network.keptInBlocks(rows)
        + (network.layers().get(0).addsInput() ? plane : 0)
        + layerFloats()
        + threads * tileFloats()
        + sumFloats();
  }

  /**
   * Encoded input, outputs of the blocks, two gradients (one of them in place of the last output if
   * no norm follows), pooled features and their gradient; the statistics of the final norm.
   */
  private long networkFloats(int blocks) {
    long pooled = (long) network.pooledRows(rows).total() * config.width();
    boolean finalNorm = config.finalNorm() && block.norm() != Norm.NONE;
    long statistics = finalNorm && block.norm() != Norm.BATCH ? 2L * rows.total() : 0;
    return plane * (2 + blocks + (finalNorm ? 1 : 0)) + statistics + 2 * pooled;
  }

  /** Statistics of the rows, or the input of a norm that mixes rows and comes last. */
  private long normKept() {
    return switch (block.norm()) {
      case NONE -> 0;
      case BATCH -> block.prenorm() ? 0 : plane;
      case LAYER, SCALAR_AFFINE -> 2L * rows.total();
    };
  }

  private long gate() {
    return block.gate() == Activation.NONE ? 1 : 2;
  }

  private boolean unit() {
    return block.mixer() == Mixer.GLU || block.mixer() == Mixer.GEGLU;
  }

  private long layerFloats() {
    long kept = 0;
    long shared = 0;
    for (SequenceLayer layer : network.layers()) {
      LayerMemory memory = layer.memory(pass);
      kept += memory.kept();
      shared = Math.max(shared, memory.shared());
    }
    return kept + shared;
  }

  /** The tiles of a worker: those of a block around its body and in it, and of a feed-forward. */
  private long tileFloats() {
    long width = config.width();
    long inner = width * block.kernels();
    long sum = 3 * tile(width) + tile(inner * gate());
    if (gate() == 2) {
      sum += tile(inner) + tile(2 * inner);
    }
    if (block.mixer() != Mixer.NONE) {
      sum += 2 * tile(inner);
    }
    if (unit()) {
      sum += 2 * tile(2 * width);
    }
    if (block.feedForward() > 0) {
      sum += 2 * tile(width) + 3 * tile(width * block.feedForward());
    }
    return sum;
  }

  private long tile(long width) {
    long height = Math.max(LOWEST_TILE, Math.min(HIGHEST_TILE, TILE_FLOATS / width));
    return width * Math.min(height, rows.total());
  }

  /**
   * Sums that tasks collect apart, of the largest linear map and of both maps of a feed-forward.
   */
  private long sumFloats() {
    long width = config.width();
    long largest = Math.max(config.inputSize() * width, config.outputSize() * width);
    if (block.mixer() != Mixer.NONE) {
      largest = Math.max(largest, width * block.kernels() * width * (unit() ? 2 : 1));
    }
    long expanded = width * width * block.feedForward();
    return sums(Math.max(largest, expanded)) + (expanded > 0 ? sums(expanded) : 0);
  }

  private long sums(long size) {
    long ranges = Math.max(1, Math.min(MOST_TASKS, rows.total() / ROW_GRAIN));
    return size * Math.min(ranges, Math.max(FEW_TASKS, SUM_FLOATS / size));
  }
}
