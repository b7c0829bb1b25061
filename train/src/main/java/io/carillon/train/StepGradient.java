package io.carillon.train;

import io.carillon.nn.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The gradient of every step of a training: cuts its batch into shards, has them computed here or
 * by a {@link GradientSource}, and leaves their ordered sum in the network.
 */
final class StepGradient {
  private final Network network;
  private final TrainConfig config;
  private final Dataset data;
  private final double[] classWeights;
  private final ShardPass here;
  private final GradientSource elsewhere;

  // Made when there is something to add.
  private GradientSum sum;
  private float[] weights;
  private String kernels;

  /** Why the loss of the step is not finite, or null. */
  private String badBlock;

  /**
   * Gradients of a network that is being trained.
   *
   * @param classWeights those of every batch, or null
   * @param here computes shards with the network
   * @param elsewhere computes them in its place, or null
   */
  StepGradient(
      Network network,
      TrainConfig config,
      Dataset data,
      double[] classWeights,
      ShardPass here,
      GradientSource elsewhere) {
    this.network = network;
    this.config = config;
    this.data = data;
    this.classWeights = classWeights;
    this.here = here;
    this.elsewhere = elsewhere;
  }

  /**
   * Computes the gradients of a step. If the loss is not finite, there are none, and {@link
   * #badBlock} is given.
   *
   * @param step number of steps before this one
   * @param metrics is given the sums of the batch
   */
  Losses.Value compute(int[] batch, int epoch, long step, Metrics metrics) {
    List<Shard> shards = shards(batch, epoch, step);
    badBlock = null;
    Losses.Value loss = elsewhere == null ? here(shards, metrics) : elsewhere(shards, metrics);
    if (badBlock == null) {
      metrics.endBatch();
    }
    return loss;
  }

  /** First block with an output that is not finite in the last {@link #compute}, or null. */
  String badBlock() {
    return badBlock;
  }

  /** The first shard has the seed of the step: alone, it is the step. */
  private List<Shard> shards(int[] batch, int epoch, long step) {
    long seed = Seeds.mix(~config.seed(), step);
    int size = Math.min(batch.length, config.sequencesAtOnce());
    double[] weightsOfClasses = size < batch.length ? weightsOf(batch, epoch) : classWeights;
    List<Shard> shards = new ArrayList<>();
    for (int from = 0; from < batch.length; from += size) {
      int k = shards.size();
      int[] samples = Arrays.copyOfRange(batch, from, Math.min(batch.length, from + size));
      long own = k == 0 ? seed : Seeds.mix(seed, k);
      shards.add(new Shard(k, epoch, samples, own, weightsOfClasses));
    }
    return shards;
  }

  private double[] weightsOf(int[] batch, int epoch) {
    if (config.classWeights() != ClassWeights.BATCH) {
      return classWeights;
    }
    Targets all = Targets.of(data.epoch(epoch), batch, network.config().lastSteps());
    return all.labels() == null ? null : ClassBalance.ofBatch(all.labels(), data.outputSize());
  }

  private Losses.Value here(List<Shard> shards, Metrics metrics) {
    if (shards.size() == 1) {
      return part(here.compute(shards.get(0)), metrics);
    }
    emptySum();
    for (Shard shard : shards) {
      Losses.Value loss = part(here.compute(shard), metrics);
      if (badBlock != null) {
        return loss;
      }
      sum.add(network, loss);
    }
    sum.writeTo(network);
    return sum.loss();
  }

  private Losses.Value part(ShardPass.Sums sums, Metrics metrics) {
    badBlock = sums.badBlock();
    if (badBlock == null) {
      metrics.addPart(sums.metrics());
    }
    return sums.loss();
  }

  private void emptySum() {
    if (sum == null) {
      sum = new GradientSum(WeightLayout.sizeOf(network, true));
    }
    sum.clear();
  }

  private Losses.Value elsewhere(List<Shard> shards, Metrics metrics) {
    emptySum();
    if (weights == null) {
      weights = new float[WeightLayout.of(network).size()];
    }
    WeightLayout.read(network, weights);
    elsewhere.compute(weights, shards, part -> take(part, metrics));
    if (sum.shards() != shards.size()) {
      throw new IllegalStateException(
          "the source of gradients gave " + sum.shards() + " of " + shards.size() + " shards");
    }
    if (badBlock == null) {
      sum.writeTo(network);
    }
    return sum.loss();
  }

  private void take(ShardGradient part, Metrics metrics) {
    kernels = kernels == null ? part.kernels() : kernels;
    if (!part.kernels().equals(kernels)) {
      throw new IllegalStateException(
          "shard "
              + part.shard()
              + " was computed with "
              + part.kernels()
              + " kernels, others with "
              + kernels
              + "; they round differently, so start all workers with the same, e.g."
              + " -Dcarillon.kernels=scalar");
    }
    sum.add(part);
    badBlock = badBlock == null ? part.badBlock() : badBlock;
    if (part.badBlock() == null) {
      metrics.addPart(part.metrics());
    }
    if (part.fixed() != null) {
      WeightLayout.writeFixed(part.fixed(), network);
    }
  }
}
