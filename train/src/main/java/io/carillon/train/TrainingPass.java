package io.carillon.train;

import io.carillon.engine.Parallel;
import io.carillon.engine.Pass;
import io.carillon.engine.Workspace;
import io.carillon.internal.kernel.Kernels;
import io.carillon.nn.Batch;
import io.carillon.nn.Network;

/** Forward and backward pass of one batch after another, all in the same memory. */
final class TrainingPass {
  private final Network network;
  private final TrainConfig config;
  private final double[] classWeights;
  private final Workspace workspace;
  private final Parallel parallel;
  private final Kernels kernels;
  private float[] gradient = new float[0];
  private Batch inputs;
  private Targets targets;
  private float[] outputs;
  private Pass pass;

  /** {@code classWeights} are those of every batch, or null. */
  TrainingPass(
      Network network,
      TrainConfig config,
      double[] classWeights,
      Workspace workspace,
      Parallel parallel,
      Kernels kernels) {
    this.network = network;
    this.config = config;
    this.classWeights = classWeights;
    this.workspace = workspace;
    this.parallel = parallel;
    this.kernels = kernels;
  }

  /**
   * Computes the outputs for a batch, their loss and its gradient.
   *
   * @param step number of steps before this one
   */
  Losses.Value forward(Batches.Loaded batch, long step) {
    targets = batch.targets(network.config().lastSteps(), targets);
    inputs = batch.inputs(inputs);
    long seed = Seeds.mix(~config.seed(), step);
    pass = Pass.training(inputs.rows(), workspace, parallel, kernels, seed);
    network.clearGradients();
    outputs = network.forward(pass, inputs);
    int size = network.config().outputSize();
    if (gradient.length < targets.rows() * size) {
      gradient = new float[targets.rows() * size];
    }
    return targets.loss(outputs, size, weights(size), gradient);
  }

  private double[] weights(int classes) {
    boolean perBatch = config.classWeights() == ClassWeights.BATCH && targets.labels() != null;
    return perBatch ? ClassBalance.ofBatch(targets.labels(), classes) : classWeights;
  }

  /** Why the loss of the last {@link #forward} is not finite. */
  Divergence divergence(Losses.Value loss) {
    return new Divergence(
        "the loss is " + loss.mean(),
        Divergence.badBlock(network, pass),
        Divergence.badValue(network));
  }

  /** Gradients of all parameters for the last {@link #forward}, whose outputs are measured too. */
  void backward(Metrics metrics) {
    metrics.add(outputs, targets);
    network.backward(pass, inputs, gradient);
  }
}
