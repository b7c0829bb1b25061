package io.carillon.train;

import io.carillon.engine.Parallel;
import io.carillon.engine.Pass;
import io.carillon.engine.Workspace;
import io.carillon.internal.kernel.Kernels;
import io.carillon.nn.Batch;
import io.carillon.nn.Network;

/**
 * Forward and backward pass of one shard after another, all in the same memory: what the training
 * loop and a {@link GradientWorker} both do.
 */
final class ShardPass {
  private final Network network;
  private final Dataset data;
  private final ClassWeights rule;
  private final Objective objective;
  private final Workspace workspace;
  private final Parallel parallel;
  private final Kernels kernels;
  private final Metrics metrics;
  private float[] gradient = new float[0];
  private Batch inputs;
  private Targets targets;

  /**
   * What a shard gave besides the gradients, which are in the network.
   *
   * @param metrics sums, unless the loss is not finite; overwritten by the next shard
   * @param badBlock first block with an output that is not finite if the loss is not finite, and
   *     then there are no gradients; else null
   */
  record Sums(Losses.Value loss, Metrics.Saved metrics, String badBlock) {}

  /**
   * {@code data} are those that the shards index.
   *
   * @param rule whether a shard without class weights has those of its own labels
   */
  ShardPass(
      Network network,
      Dataset data,
      ClassWeights rule,
      Objective objective,
      Workspace workspace,
      Parallel parallel,
      Kernels kernels) {
    this.network = network;
    this.data = data;
    this.rule = rule;
    this.objective = objective;
    this.workspace = workspace;
    this.parallel = parallel;
    this.kernels = kernels;
    this.metrics = Metrics.of(data, objective);
  }

  /** Computes a shard with the present weights, and puts its gradients into the network. */
  Sums compute(Shard shard) {
    Batches.Loaded batch = Batches.load(data.epoch(shard.epoch()), shard.samples(), parallel);
    targets = batch.targets(network.config().lastSteps(), targets);
    inputs = batch.inputs(inputs);
    Pass pass = Pass.training(inputs.rows(), workspace, parallel, kernels, shard.seed());
    network.clearGradients();
    float[] outputs = network.forward(pass, inputs);
    int size = network.config().outputSize();
    if (gradient.length < targets.rows() * size) {
      gradient = new float[targets.rows() * size];
    }
    double[] weights = classWeights(shard, size);
    Losses.Value loss = targets.loss(objective.loss(), outputs, size, weights, gradient);
    if (!Double.isFinite(loss.mean())) {
      return new Sums(loss, Metrics.NOTHING, Divergence.badBlock(network, pass));
    }
    Metrics.Saved part = metrics.part(outputs, targets);
    network.backward(pass, inputs, gradient);
    return new Sums(loss, part, null);
  }

  private double[] classWeights(Shard shard, int classes) {
    boolean own = rule == ClassWeights.BATCH && targets.labels() != null;
    return shard.classWeights() == null && own
        ? ClassBalance.ofBatch(targets.labels(), classes)
        : shard.classWeights();
  }
}
