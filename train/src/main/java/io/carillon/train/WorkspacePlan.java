package io.carillon.train;

import io.carillon.core.Parallel;
import io.carillon.core.Rows;
import io.carillon.core.Workspace;
import io.carillon.internal.kernel.FftConvolver;
import io.carillon.internal.kernel.Kernels;
import io.carillon.nn.Activation;
import io.carillon.nn.BlockConfig;
import io.carillon.nn.Mixer;
import io.carillon.nn.Network;
import io.carillon.nn.NetworkConfig;
import io.carillon.nn.Pass;
import io.carillon.nn.SsmAlgorithm;
import io.carillon.nn.SsmLayer;
import java.util.stream.IntStream;

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
    if (rows.masked()) {
      sum += plane;
    }
    return sum + ssmFloats();
  }

  /** Encoded input, blocks, final norm, two gradients, pooled features and their gradient. */
  private long networkFloats(int blocks) {
    long pooled = (long) network.outputRows(rows).total() * config.width();
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

  /** Activation, its gradient, and the gradients of a gated unit and of a gate. */
  private long bodyScratch() {
    long activation = block.mixer() == Mixer.NONE ? 0 : inner();
    long gated = gate() == 1 ? 0 : 3 * inner();
    return activation + inner() + mixed() + gated;
  }

  private long ssmFloats() {
    long kept = 0;
    long shared = 0;
    Pass pass = Pass.training(rows, new Workspace(), Parallel.serial(), kernels, 0);
    for (SsmLayer layer : network.ssmLayers()) {
      boolean recurrence = layer.algorithm(pass) == SsmAlgorithm.RECURRENCE;
      kept += recurrence ? boundaries(layer) : kernels(layer);
      shared =
          Math.max(
              shared, recurrence ? layer.stateSize(rows.count()) : spectra(layer) + kernels(layer));
    }
    return kept + shared;
  }

  /** A state for every full or begun block of steps. */
  private long boundaries(SsmLayer layer) {
    long blocks = 0;
    for (int b = 0; b < rows.count(); b++) {
      blocks += (rows.length(b) + Kernels.SCAN_BLOCK - 1) / Kernels.SCAN_BLOCK;
    }
    return blocks * layer.stateSize(1);
  }

  private int taps(SsmLayer layer) {
    int most = layer.parameterisation().config().maxKernelLength();
    return most > 0 ? Math.min(most, rows.maxLength()) : rows.maxLength();
  }

  private long kernel(SsmLayer layer) {
    return (long) layer.parameterisation().sets() * layer.channels() * taps(layer);
  }

  /** One kernel for all sequences, or one per length where it depends on the length. */
  private long kernels(SsmLayer layer) {
    if (!layer.parameterisation().dependsOnLength()) {
      return kernel(layer);
    }
    long taps = IntStream.range(0, rows.count()).map(rows::length).distinct().sum();
    return layer.parameterisation().sets() * layer.channels() * taps;
  }

  /** Spectrum of the kernel and its gradient, and the gradient of the kernel. */
  private long spectra(SsmLayer layer) {
    int taps = taps(layer);
    FftConvolver plan =
        new FftConvolver(kernels, rows.maxLength(), taps, layer.bidirectional() ? taps : 0);
    return 2L * plan.spectrumSize(layer.channels()) + kernel(layer);
  }
}
