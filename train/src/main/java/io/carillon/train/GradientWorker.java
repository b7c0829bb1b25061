package io.carillon.train;

import io.carillon.config.Computing;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Norm;
import io.carillon.engine.Engine;
import io.carillon.engine.SeededRandom;
import io.carillon.engine.Workspace;
import io.carillon.nn.Network;
import java.util.Objects;

/**
 * Computes gradients of shards: weights and some samples in, a flat gradient and sums out. It
 * remembers nothing from one shard to the next but memory to compute in, so that any worker with
 * the same settings, data and kernels gives the same bits for a shard. One thread may use it at a
 * time; it computes on as many as {@link TrainConfig#threads} says, which changes no bit.
 */
public final class GradientWorker implements AutoCloseable {
  private final Network network;
  private final Engine engine;
  private final ShardPass pass;
  private final boolean moving;

  /** A worker for the usual loss and metrics. */
  public GradientWorker(NetworkConfig network, TrainConfig config, Dataset data) {
    this(network, config, data, Objective.DEFAULT);
  }

  /**
   * A worker.
   *
   * @param data what {@link Shard#samples} index
   * @param objective as of the training
   * @throws IllegalArgumentException if the data do not fit the network, or it cannot be trained on
   *     them or in shards
   */
  public GradientWorker(
      NetworkConfig network, TrainConfig config, Dataset data, Objective objective) {
    this(network, config, data, objective, Computing.standard());
  }

  /**
   * A worker that computes in a given way; the training has the same bits if it does so too.
   *
   * @throws IllegalArgumentException also if the kernels cannot run on this machine
   */
  public GradientWorker(
      NetworkConfig network,
      TrainConfig config,
      Dataset data,
      Objective objective,
      Computing computing) {
    Objects.requireNonNull(computing, "computing");
    Objects.requireNonNull(network, "network");
    Objects.requireNonNull(config, "config");
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(objective, "objective");
    FitChecks.check(network, data, objective.outputsPerTarget());
    FitChecks.checkTrainable(network, data);
    FitChecks.checkShards(network, config);
    objective.check(data);
    this.network = new Network(network, new SeededRandom(0));
    this.moving = network.block().norm() == Norm.BATCH;
    this.engine = Engine.of(config.computing(computing));
    this.pass =
        new ShardPass(
            this.network, data, config.classWeights(), objective, new Workspace(), engine);
  }

  /**
   * The gradient of a shard.
   *
   * @param weights [{@link WeightLayout#size}]
   * @return with a gradient that is meaningless if {@link ShardGradient#badBlock} is given
   * @throws IllegalArgumentException if the weights are too many or too few, or the data have no
   *     such sequence
   * @throws ExtensionException if a loss or metric of one's own fails
   */
  public ShardGradient gradient(float[] weights, Shard shard) {
    Objects.requireNonNull(weights, "weights");
    Objects.requireNonNull(shard, "shard");
    WeightLayout.write(weights, network);
    ShardPass.Sums sums = pass.compute(shard);
    return new ShardGradient(
        shard.index(),
        WeightLayout.gradient(network),
        sums.loss().sum(),
        sums.loss().weight(),
        sums.metrics().counts().clone(),
        sums.metrics().values().clone(),
        moving ? WeightLayout.fixed(network) : null,
        sums.badBlock(),
        engine.kernels().name());
  }

  /** Ends its threads. */
  @Override
  public void close() {
    engine.parallel().close();
  }
}
