package io.carillon.bench.compare;

import io.carillon.config.BlockConfig;
import io.carillon.config.DlrConfig;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Norm;
import io.carillon.config.S4dConfig;
import io.carillon.engine.Parallel;
import io.carillon.engine.Parameter;
import io.carillon.engine.Pass;
import io.carillon.engine.Rows;
import io.carillon.engine.SeededRandom;
import io.carillon.engine.Workspace;
import io.carillon.internal.kernel.Kernels;
import io.carillon.nn.Batch;
import io.carillon.nn.Network;
import io.carillon.train.Losses;
import io.carillon.train.TrainConfig;
import io.carillon.train.optimizer.AdamW;
import io.carillon.train.optimizer.ParameterGroup;
import java.util.List;

/**
 * A whole network: Linear(1, H), post-norm blocks with GLU, mean over time, Linear(H, 10), cross
 * entropy.
 */
final class NetworkWork implements Work {
  private static final int CLASSES = 10;
  private static final int WIDTH = 128;

  /** What follows the forward pass. */
  private enum Kind {
    INFERENCE,
    GRADIENTS,
    STEP
  }

  private final Kind kind;
  private final Network network;
  private final Batch batch;
  private final int[] labels;
  private final float[] gradient;
  private final Workspace workspace = new Workspace();
  private final Parallel parallel;
  private final Kernels kernels;
  private final AdamW optimizer;
  private long step;

  private NetworkWork(
      Kind kind, NetworkConfig config, int count, int length, Parallel parallel, Kernels kernels) {
    SeededRandom random = new SeededRandom(1);
    this.kind = kind;
    this.parallel = parallel;
    this.kernels = kernels;
    network = new Network(config, random);
    batch = Batch.ofValues(Rows.uniform(count, length), Normal.floats(random, count * length));
    labels = new int[count];
    for (int b = 0; b < count; b++) {
      labels[b] = random.nextInt(CLASSES);
    }
    gradient = new float[count * CLASSES];
    optimizer = optimizer(network);
  }

  /** With the rates of a training by default, the same for all: they are no matter of time. */
  static AdamW optimizer(Network network) {
    TrainConfig training = TrainConfig.DEFAULT;
    ParameterGroup all =
        new ParameterGroup(
            network.parameters().stream().filter(Parameter::trainable).toList(),
            training.learningRate(),
            training.weightDecay());
    return new AdamW(List.of(all), training.beta1(), training.beta2(), training.epsilon());
  }

  static Work train(
      NetworkConfig config, int batch, int length, Parallel parallel, Kernels kernels) {
    return new NetworkWork(Kind.STEP, config, batch, length, parallel, kernels);
  }

  static Work gradients(
      NetworkConfig config, int batch, int length, Parallel parallel, Kernels kernels) {
    return new NetworkWork(Kind.GRADIENTS, config, batch, length, parallel, kernels);
  }

  static Work infer(
      NetworkConfig config, int batch, int length, Parallel parallel, Kernels kernels) {
    return new NetworkWork(Kind.INFERENCE, config, batch, length, parallel, kernels);
  }

  /** Four S4D blocks, H = 128, N = 64, dropout 0.1 tied over time. */
  static NetworkConfig s4d() {
    return NetworkConfig.sequence(1, CLASSES)
        .withWidth(WIDTH)
        .withDepth(4)
        .withBlock(
            BlockConfig.DEFAULT
                .withNorm(Norm.LAYER, false)
                .withDropout(0.1, true)
                .withSsm(S4dConfig.DEFAULT.withStateSize(64)));
  }

  /** One DLR block, H = 128, N = 1024. */
  static NetworkConfig dlr() {
    return NetworkConfig.sequence(1, CLASSES)
        .withWidth(WIDTH)
        .withDepth(1)
        .withBlock(
            BlockConfig.DEFAULT
                .withNorm(Norm.LAYER, false)
                .withSsm(DlrConfig.DEFAULT.withStateSize(1024)));
  }

  @Override
  public void run() {
    step++;
    if (kind == Kind.INFERENCE) {
      network.forward(Pass.inference(batch.rows(), workspace, parallel, kernels), batch);
      return;
    }
    Pass pass = Pass.training(batch.rows(), workspace, parallel, kernels, step);
    network.clearGradients();
    float[] scores = network.forward(pass, batch);
    Losses.crossEntropy(scores, labels.length, CLASSES, labels, null, gradient);
    network.backward(pass, batch, gradient);
    if (kind == Kind.STEP) {
      optimizer.step(1, parallel);
    }
  }
}
