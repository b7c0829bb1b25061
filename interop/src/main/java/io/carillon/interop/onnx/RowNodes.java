package io.carillon.interop.onnx;

import io.carillon.config.Activation;
import io.carillon.config.BlockConfig;
import io.carillon.config.Mixer;
import io.carillon.interop.plain.Affine;
import io.carillon.interop.plain.PlainLayer.FeedForward;
import io.carillon.interop.plain.PlainNetwork;
import java.util.List;

/** What works on every step alone: on [batch, H] in a step, on [batch, length, H] in a sequence. */
final class RowNodes {
  private static final float LAYER_EPSILON = 1e-5f;
  private static final double BATCH_EPSILON = 1e-5;
  private static final double SMALLEST_SIGMA = 1e-12;

  private final Nodes nodes;
  private final PlainNetwork network;

  RowNodes(Nodes nodes, PlainNetwork network) {
    this.nodes = nodes;
    this.network = network;
  }

  /** W x + b. */
  String map(Affine map, String x) {
    return nodes.map("", map, x);
  }

  /** f(x). */
  String activation(Activation f, String x) {
    return switch (f) {
      case NONE -> x;
      case GELU -> gelu(x);
      case RELU -> nodes.apply("Relu", x);
      case SILU -> nodes.times(x, nodes.apply("Sigmoid", x));
      case ELU -> nodes.apply("Elu", x);
      case TANH -> nodes.apply("Tanh", x);
      case SIGMOID -> nodes.apply("Sigmoid", x);
    };
  }

  /** x Φ(x). */
  private String gelu(String x) {
    String erf = nodes.apply("Erf", nodes.times(x, nodes.number(Math.sqrt(0.5))));
    String twice = nodes.times(x, nodes.plus(erf, nodes.number(1)));
    return nodes.times(twice, nodes.number(0.5));
  }

  /** The norm with parameters {@code name.…}; x itself without one. */
  String norm(String name, String x) {
    return switch (network.config().block().norm()) {
      case NONE -> x;
      case LAYER -> layerNorm(network.values(name + ".weight"), network.values(name + ".bias"), x);
      case BATCH -> batchNorm(name, x);
      case SCALAR_AFFINE -> scalarNorm(name, x);
    };
  }

  private String layerNorm(float[] gain, float[] shift, String x) {
    return nodes.add(
        "LayerNormalization",
        List.of(
            x,
            nodes.constant("gain", gain, gain.length),
            nodes.constant("shift", shift, shift.length)),
        Nodes.attribute("axis", -1),
        Nodes.attribute("epsilon", LAYER_EPSILON));
  }

  /** With the running statistics. */
  private String batchNorm(String name, String x) {
    float[] weight = network.values(name + ".weight");
    float[] variance = network.values(name + ".running_var");
    double[] factor = new double[weight.length];
    for (int h = 0; h < factor.length; h++) {
      factor[h] = weight[h] / Math.sqrt(variance[h] + BATCH_EPSILON);
    }
    String mean = nodes.constant("mean", network.values(name + ".running_mean"), weight.length);
    String scaled =
        nodes.times(nodes.minus(x, mean), nodes.constant("gain", factor, weight.length));
    return nodes.plus(
        scaled, nodes.constant("shift", network.values(name + ".bias"), weight.length));
  }

  /** s / σ (x − μ + m). */
  private String scalarNorm(String name, String x) {
    String centred = nodes.minus(x, nodes.mean(x, -1, true));
    String variance = nodes.mean(nodes.times(centred, centred), -1, true);
    String sigma = nodes.apply("Max", nodes.apply("Sqrt", variance), nodes.number(SMALLEST_SIGMA));
    String factor = nodes.over(nodes.number(network.values(name + ".s")[0]), sigma);
    String shifted = nodes.plus(centred, nodes.number(network.values(name + ".m")[0]));
    return nodes.times(shifted, factor);
  }

  /**
   * What follows the layer in a block: gate, activation, output map.
   *
   * @param name of the block
   * @param s output of the layer
   * @param added the layer's input where it is added to the activation, else null
   */
  String afterLayer(String name, String s, String added) {
    BlockConfig block = network.config().block();
    String m = s;
    if (block.gate() != Activation.NONE) {
      List<String> halves = nodes.split(s, 2);
      m = nodes.times(halves.get(0), activation(block.gate(), halves.get(1)));
    }
    String a = activation(block.activation(), m);
    if (added != null) {
      a = nodes.plus(a, added);
    }
    if (block.mixer() == Mixer.NONE) {
      return a;
    }
    String mixed = map(network.map(name + ".output"), a);
    if (block.mixer() == Mixer.LINEAR) {
      return mixed;
    }
    List<String> halves = nodes.split(mixed, 2);
    Activation unit = block.mixer() == Mixer.GLU ? Activation.SIGMOID : Activation.GELU;
    return nodes.times(halves.get(0), activation(unit, halves.get(1)));
  }

  /** contract(GELU(expand x)). */
  String feedForward(Affine expand, Affine contract, String x) {
    return map(contract, gelu(map(expand, x)));
  }

  /** A feed-forward block inside an attention layer. */
  String feedForward(FeedForward block, String x) {
    String normed = layerNorm(block.gain(), block.shift(), x);
    return nodes.plus(x, feedForward(block.expand(), block.contract(), normed));
  }
}
