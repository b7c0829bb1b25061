package io.carillon.model;

import io.carillon.config.Activation;
import io.carillon.config.BlockConfig;
import io.carillon.config.Computing;
import io.carillon.config.LayerConfig;
import io.carillon.config.Mixer;
import io.carillon.config.NetworkConfig;
import io.carillon.config.SsmConfig;
import io.carillon.engine.KernelChoice;
import io.carillon.internal.kernel.Kernels;
import io.carillon.internal.kernel.scalar.ScalarKernels;
import java.util.List;

/**
 * Estimated time of one step of one live stream from the sizes of a network:
 *
 * <pre>
 *   nanoseconds = S + B · blocks + R · Σ sets·M·H + W · Σ in·out + F · lost(bytes)
 * </pre>
 *
 * the sums over the state-space layers and over the linear maps. Channels count in whole SIMD
 * vectors. {@code bytes} is what a step touches: 32 for every mode and channel (λ in two floats, w,
 * and the state) and 4 for every weight. It is touched in the same order in every step, so that a
 * cache that does not hold all of it soon holds nothing of what comes next:
 *
 * <pre>
 *   lost(bytes) = bytes · (bytes / cache − 3/4) / (3/4),  the fraction not below 0 and not above 1
 * </pre>
 *
 * come from beyond the second cache: nothing up to three quarters of its size, everything from one
 * and a half on. More than the third cache holds takes longer still.
 *
 * @param step S, what every step costs
 * @param block B, per block with its pointwise parts
 * @param mode R, per mode and channel
 * @param weight W, per weight of a linear map
 * @param far F, per byte from beyond the second cache
 * @param cache bytes of the second cache
 * @param lanes floats in a SIMD vector
 */
public record StepCost(
    double step, double block, double mode, double weight, double far, long cache, int lanes) {
  /**
   * Nanoseconds with 512-bit vectors, fitted by StepCostGrid on the machine of docs/benchmarks.md.
   */
  private static final StepCost VECTOR = new StepCost(100, 400, 0.7, 0.068, 0.024, 2 << 20, 16);

  /** The same for scalar kernels. */
  private static final StepCost SCALAR = new StepCost(230, 900, 3.3, 0.6, 0.024, 2 << 20, 1);

  /** Sizes of second caches that {@link #fit} tries: powers of two from 256 KiB to 16 MiB. */
  private static final long SMALLEST_CACHE = 1 << 18;

  private static final long LARGEST_CACHE = 1 << 24;

  /** Six numbers that say what the mode does, and two of state. */
  private static final int BYTES_PER_MODE = 8 * Float.BYTES;

  /** Of the cache; where it begins to lose, and over what it comes to lose everything. */
  private static final double LOSING = 0.75;

  private static final int TERMS = 5;
  private static final int SWEEPS = 2000;

  /**
   * The cost on the machine of docs/benchmarks.md, with vectors as wide as they are here.
   *
   * @throws IllegalArgumentException if the kernels cannot run on this machine
   */
  public static StepCost standard(Computing computing) {
    Kernels kernels = KernelChoice.select(computing.kernels());
    StepCost cost = kernels instanceof ScalarKernels ? SCALAR : VECTOR;
    return new StepCost(
        cost.step, cost.block, cost.mode, cost.weight, cost.far, cost.cache, kernels.lanes());
  }

  /**
   * Microseconds of a step.
   *
   * @throws IllegalArgumentException if the layers are of a kind that the estimate does not know
   */
  public double micros(NetworkConfig config) {
    double[] terms = terms(config, cache, lanes);
    return 1e-3
        * (step * terms[0]
            + block * terms[1]
            + mode * terms[2]
            + weight * terms[3]
            + far * terms[4]);
  }

  /**
   * The costs, none below zero, and the size of the cache, a power of two, that fit measured times
   * best: with the least sum of squared relative errors.
   *
   * @param micros for each network the microseconds of a step
   * @param lanes floats in a SIMD vector
   */
  public static StepCost fit(List<NetworkConfig> networks, double[] micros, int lanes) {
    StepCost best = null;
    double least = Double.POSITIVE_INFINITY;
    for (long cache = SMALLEST_CACHE; cache <= LARGEST_CACHE; cache *= 2) {
      StepCost cost = fit(networks, micros, cache, lanes);
      double error = 0;
      for (int i = 0; i < micros.length; i++) {
        double relative = cost.micros(networks.get(i)) / micros[i] - 1;
        error += relative * relative;
      }
      if (error < least) {
        least = error;
        best = cost;
      }
    }
    return best;
  }

  private static StepCost fit(
      List<NetworkConfig> networks, double[] micros, long cache, int lanes) {
    double[][] rows = new double[micros.length][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = terms(networks.get(i), cache, lanes);
      for (int j = 0; j < TERMS; j++) {
        rows[i][j] *= 1e-3 / micros[i];
      }
    }
    double[] cost = new double[TERMS];
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      for (int j = 0; j < TERMS; j++) {
        cost[j] = best(rows, cost, j);
      }
    }
    return new StepCost(cost[0], cost[1], cost[2], cost[3], cost[4], cache, lanes);
  }

  /** The best value of one cost, the others given, of Σ (1 − row · cost)². */
  private static double best(double[][] rows, double[] cost, int j) {
    double product = 0;
    double square = 0;
    for (double[] row : rows) {
      double rest = 1;
      for (int i = 0; i < TERMS; i++) {
        rest -= i == j ? 0 : row[i] * cost[i];
      }
      product += rest * row[j];
      square += row[j] * row[j];
    }
    return square == 0 ? 0 : Math.max(0, product / square);
  }

  /**
   * Numbers that a stream's state holds, Σ 2·sets·M·H; with mean pooling a running sum comes on
   * top.
   */
  public static long stateFloats(NetworkConfig config) {
    return 2L * modes(config) * config.width();
  }

  /** Weights of all linear maps, biases and embeddings not counted. */
  public static long weights(NetworkConfig config) {
    return weights(config, 1);
  }

  /** What a step of a stream reads and writes: modes, state and weights. */
  public long bytes(NetworkConfig config) {
    return bytes(config, lanes);
  }

  private static long bytes(NetworkConfig config, int lanes) {
    return BYTES_PER_MODE * modes(config) * whole(config.width(), lanes)
        + Float.BYTES * weights(config, lanes);
  }

  private static double[] terms(NetworkConfig config, long cache, int lanes) {
    double channels = whole(config.width(), lanes);
    int blocks = config.depth() * (config.block().feedForward() > 0 ? 2 : 1);
    double bytes = bytes(config, lanes);
    double lost = Math.max(0, Math.min(1, bytes / cache / LOSING - 1));
    return new double[] {1, blocks, modes(config) * channels, weights(config, lanes), bytes * lost};
  }

  /** Σ sets·M over the layers. */
  private static long modes(NetworkConfig config) {
    LayerConfig layer = config.block().ssm();
    if (!(layer instanceof SsmConfig ssm)) {
      throw new IllegalArgumentException(
          "the cost of a step is known for diagonal state-space layers only, not for kind "
              + layer.kind());
    }
    int sets = config.block().kernels() * (config.block().gate() == Activation.NONE ? 1 : 2);
    return (long) config.depth() * sets * ssm.storedModes();
  }

  private static long weights(NetworkConfig config, int lanes) {
    BlockConfig block = config.block();
    long width = config.width();
    long mixer =
        block.mixer() == Mixer.NONE
            ? 0
            : width * block.kernels() * whole(width * block.mixer().factor(), lanes);
    long expanded = width * block.feedForward();
    long feedForward = width * whole(expanded, lanes) + expanded * whole(width, lanes);
    long ends =
        config.inputSize() * whole(width, lanes) + width * whole(config.outputSize(), lanes);
    return ends + config.depth() * (mixer + feedForward);
  }

  private static long whole(long columns, int lanes) {
    return (columns + lanes - 1) / lanes * lanes;
  }
}
