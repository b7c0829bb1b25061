package io.carillon.bench.compare;

import io.carillon.config.S4dConfig;
import io.carillon.config.SsmAlgorithm;
import io.carillon.engine.Parallel;
import io.carillon.engine.Parameter;
import io.carillon.engine.Pass;
import io.carillon.engine.Rows;
import io.carillon.engine.SeededRandom;
import io.carillon.engine.Workspace;
import io.carillon.internal.kernel.Kernels;
import io.carillon.nn.ssm.SsmLayer;
import io.carillon.ssm.diagonal.S4dParameterisation;

/** A bare S4D layer, D included: forward, and the gradients of the input and all parameters. */
final class S4dLayerWork implements Work {
  private final SsmLayer layer;
  private final Pass pass;
  private final float[] u;
  private final float[] y;
  private final float[] g;
  private final float[] gu;

  S4dLayerWork(
      int batch, int length, int channels, int stateSize, Parallel parallel, Kernels kernels) {
    this(batch, length, channels, stateSize, parallel, kernels, SsmAlgorithm.AUTO);
  }

  S4dLayerWork(
      int batch,
      int length,
      int channels,
      int stateSize,
      Parallel parallel,
      Kernels kernels,
      SsmAlgorithm algorithm) {
    SeededRandom random = new SeededRandom(1);
    S4dConfig config = S4dConfig.DEFAULT.withStateSize(stateSize);
    layer =
        new SsmLayer(
            "layer",
            0,
            S4dParameterisation.create(config, "layer", channels, 1, random),
            false,
            random);
    pass =
        Pass.training(Rows.uniform(batch, length), new Workspace(), parallel, kernels, 1)
            .withAlgorithm(algorithm);
    int n = batch * length * channels;
    u = Normal.floats(random, n);
    g = Normal.floats(random, n);
    y = new float[n];
    gu = new float[n];
  }

  /** What AUTO means for this layer and batch. */
  SsmAlgorithm automatic() {
    return layer.algorithm(pass.withAlgorithm(SsmAlgorithm.AUTO));
  }

  @Override
  public void run() {
    layer.parameters().forEach(Parameter::clearGradient);
    layer.forward(pass, u, y);
    layer.backward(pass, u, g, gu);
  }
}
