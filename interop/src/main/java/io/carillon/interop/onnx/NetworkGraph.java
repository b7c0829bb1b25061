package io.carillon.interop.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.carillon.config.BlockConfig;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Norm;
import io.carillon.config.Pooling;
import io.carillon.interop.plain.Affine;
import io.carillon.interop.plain.PlainLayer;
import io.carillon.interop.plain.PlainNetwork;
import io.carillon.model.Meaning;
import io.carillon.model.Scaling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A whole network as a graph: raw input in its own units → encoder → blocks → pooling → decoder →
 * answers in their own units, for one step or for a sequence.
 */
final class NetworkGraph {
  private final PlainNetwork network;
  private final NetworkConfig config;
  private final Nodes nodes = new Nodes();
  private final RowNodes rows;

  /** Along the sequence, or null in a step. */
  private final String length;

  private NetworkGraph(PlainNetwork network, boolean step) {
    this.network = network;
    this.config = network.config();
    this.rows = new RowNodes(nodes, network);
    this.length = step ? null : LayerNodes.LENGTH;
  }

  /** One step: input and states in, answer and states out. */
  static GraphProto step(PlainNetwork network) {
    NetworkGraph graph = new NetworkGraph(network, true);
    graph.build();
    return graph.nodes.build("carillon_step");
  }

  /** A whole sequence. */
  static GraphProto sequence(PlainNetwork network) {
    NetworkGraph graph = new NetworkGraph(network, false);
    graph.build();
    return graph.nodes.build("carillon_sequence");
  }

  private void build() {
    String x = encoder();
    BlockConfig block = config.block();
    for (int i = 0; i < config.depth(); i++) {
      int index = i;
      String name = "blocks." + i;
      x = residual(name, x, in -> body(name, index, in));
      if (block.feedForward() > 0) {
        String ff = name + ".ff";
        Affine expand = network.map(ff + ".expand");
        Affine contract = network.map(ff + ".contract");
        x = residual(ff, x, in -> rows.feedForward(expand, contract, in));
      }
    }
    if (config.finalNorm() && block.norm() != Norm.NONE) {
      nodes.in("norm");
      x = rows.norm("norm", x);
    }
    nodes.in("pooling");
    String pooled = length == null ? pooledStep(x) : pooled(x);
    nodes.in("decoder");
    String answers = config.pairs() ? pairHead(pooled) : rows.map(network.map("decoder"), pooled);
    answer(answers);
  }

  /** Features of the raw input. */
  private String encoder() {
    Object[] shape =
        length == null ? new Object[] {LayerNodes.BATCH} : new Object[] {batch(), length};
    nodes.in("encoder");
    if (config.vocabulary() > 0) {
      nodes.input("tokens", DataType.INT64, shape);
      int[] table = network.shape("encoder.weight");
      String weight = nodes.constant("weight", network.values("encoder.weight"), table);
      return nodes.add("Gather", List.of(weight, "tokens"), Nodes.attribute("axis", 0));
    }
    nodes.input("input", DataType.FLOAT, with(shape, config.inputSize()));
    String x = "input";
    Scaling scaling = network.model().meaning().inputScaling().orElse(null);
    if (scaling != null) {
      nodes.in("scaling");
      x = scaled(x, scaling);
      nodes.in("encoder");
    }
    return rows.map(network.map("encoder"), x);
  }

  private String batch() {
    return config.pairs() ? "twice_the_pairs" : LayerNodes.BATCH;
  }

  private static Object[] with(Object[] shape, Object last) {
    Object[] all = Arrays.copyOf(shape, shape.length + 1);
    all[shape.length] = last;
    return all;
  }

  /**
   * (x − mean) / std. The mean is given as two numbers: of a large mean the second is what matters
   * beside a small deviation.
   */
  private String scaled(String x, Scaling scaling) {
    double[] mean = scaling.mean();
    double[] rest = new double[mean.length];
    double[] inverse = scaling.std();
    for (int d = 0; d < mean.length; d++) {
      rest[d] = mean[d] - (float) mean[d];
      inverse[d] = 1 / inverse[d];
    }
    String centred = nodes.minus(x, nodes.constant("mean", mean, mean.length));
    String exact = nodes.minus(centred, nodes.constant("mean_rest", rest, mean.length));
    return nodes.times(exact, nodes.constant("inverse_std", inverse, mean.length));
  }

  /** What is around a body, see the settings {@code norm} and {@code prenorm}. */
  private String residual(String name, String x, UnaryOperator<String> body) {
    boolean prenorm = config.block().prenorm();
    nodes.in(name);
    String in = prenorm ? rows.norm(name + ".norm", x) : x;
    String sum = nodes.plus(body.apply(in), x);
    return prenorm ? sum : rows.norm(name + ".norm", sum);
  }

  private String body(String name, int index, String in) {
    PlainLayer layer = network.layers().get(index);
    LayerNodes along = LayerNodes.of(layer);
    String s = length == null ? step(index, along, in) : along.sequence(nodes, in);
    if (!(layer instanceof PlainLayer.Attention attention)) {
      return rows.afterLayer(name, s, null);
    }
    for (PlainLayer.FeedForward block : attention.blocks()) {
      s = rows.feedForward(block, s);
    }
    return rows.afterLayer(name, s, in);
  }

  /** A layer in a step; its memory are inputs and outputs of the graph. */
  private String step(int index, LayerNodes layer, String in) {
    List<String> before = new ArrayList<>();
    for (LayerNodes.Memory memory : layer.memories()) {
      before.add(state("state." + index + "." + memory.name(), memory.withBatch()));
    }
    LayerNodes.Step step = layer.step(nodes, in, before);
    for (int i = 0; i < before.size(); i++) {
      LayerNodes.Memory memory = layer.memories().get(i);
      next("state." + index + "." + memory.name(), step.memories().get(i), memory.withBatch());
    }
    return step.y();
  }

  private String state(String name, Object... shape) {
    nodes.input(name, DataType.FLOAT, shape);
    return name;
  }

  private void next(String name, String value, Object... shape) {
    nodes.output(OnnxExport.NEXT + name, value, DataType.FLOAT, shape);
  }

  private String pooled(String x) {
    return switch (config.pooling()) {
      case MEAN -> nodes.mean(x, 1, false);
      case LAST -> nodes.add("Gather", List.of(x, nodes.whole(-1)), Nodes.attribute("axis", 1));
      case EVERY ->
          config.lastSteps() == 0 ? x : nodes.slice(x, 1, -config.lastSteps(), Long.MAX_VALUE);
    };
  }

  /**
   * The mean so far of what the blocks give, or that itself. The sum keeps in a second number what
   * its rounding has left over, so that a long stream does not wear it out.
   */
  private String pooledStep(String x) {
    if (config.pooling() != Pooling.MEAN) {
      return x;
    }
    Object[] shape = {LayerNodes.BATCH, config.width()};
    String sum = state("state.mean.sum", shape);
    String over = state("state.mean.rounding", shape);
    nodes.input("state.mean.steps", DataType.INT64, LayerNodes.BATCH, 1);
    String added = nodes.minus(x, over);
    String total = nodes.plus(sum, added);
    next("state.mean.sum", total, shape);
    next("state.mean.rounding", nodes.minus(nodes.minus(total, sum), added), shape);
    String steps = nodes.plus("state.mean.steps", nodes.whole(1));
    nodes.output(OnnxExport.NEXT + "state.mean.steps", steps, DataType.INT64, LayerNodes.BATCH, 1);
    return nodes.over(total, nodes.cast(steps, DataType.FLOAT));
  }

  /** The answer for what the network has made of two sequences. */
  private String pairHead(String pooled) {
    String pairs = nodes.reshape(pooled, -1, 2, config.width());
    String a = nodes.add("Gather", List.of(pairs, nodes.whole(0)), Nodes.attribute("axis", 1));
    String b = nodes.add("Gather", List.of(pairs, nodes.whole(1)), Nodes.attribute("axis", 1));
    String joined = nodes.concat(-1, List.of(a, b, nodes.minus(a, b), nodes.times(a, b)));
    return rows.feedForward(network.map("decoder.hidden"), network.map("decoder.output"), joined);
  }

  private void answer(String answers) {
    Meaning meaning = network.model().meaning();
    nodes.in("");
    Object[] shape = {config.pairs() ? "pairs" : LayerNodes.BATCH, config.outputSize()};
    if (config.pooling() == Pooling.EVERY && length != null) {
      Object steps = config.lastSteps() == 0 ? length : config.lastSteps();
      shape = new Object[] {LayerNodes.BATCH, steps, config.outputSize()};
    }
    if (meaning.isClass()) {
      nodes.output("scores", answers, DataType.FLOAT, shape);
      String probabilities = nodes.add("Softmax", List.of(answers), Nodes.attribute("axis", -1));
      nodes.output("probabilities", probabilities, DataType.FLOAT, shape);
      return;
    }
    Scaling scaling = meaning.targetScaling().orElse(null);
    if (scaling != null) {
      nodes.in("scaling");
      answers = unscaled(answers, scaling);
    }
    nodes.in("");
    nodes.output("values", answers, DataType.FLOAT, shape);
  }

  /** x std + mean, the quantities again and again over what is forecast. */
  private String unscaled(String x, Scaling scaling) {
    int n = config.outputSize();
    double[] mean = new double[n];
    double[] std = new double[n];
    for (int i = 0; i < n; i++) {
      mean[i] = scaling.mean()[i % scaling.dims()];
      std[i] = scaling.std()[i % scaling.dims()];
    }
    return nodes.plus(
        nodes.times(x, nodes.constant("std", std, n)), nodes.constant("mean", mean, n));
  }
}
