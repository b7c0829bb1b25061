package io.carillon.interop.plain;

import io.carillon.config.AttentionConfig;
import io.carillon.config.DssConfig;
import io.carillon.config.GruConfig;
import io.carillon.config.NetworkConfig;
import io.carillon.config.SgConvConfig;
import io.carillon.engine.Engine;
import io.carillon.engine.Parameter;
import io.carillon.interop.plain.PlainLayer.FeedForward;
import io.carillon.model.SequenceModel;
import io.carillon.model.inside.Inside;
import io.carillon.nn.layer.SequenceLayer;
import io.carillon.nn.ssm.SsmLayer;
import io.carillon.ssm.Modes;
import io.carillon.ssm.dplr.DplrKernel;
import io.carillon.ssm.dplr.DplrUpdate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A network in plain numbers: its layers along the sequence ({@link PlainLayer}), and by name the
 * weights of everything else, which works on every step alone.
 */
public final class PlainNetwork {
  private final SequenceModel model;
  private final Map<String, Parameter> parameters = new HashMap<>();
  private final List<PlainLayer> layers = new ArrayList<>();

  private PlainNetwork(SequenceModel model) {
    this.model = model;
    Inside.network(model).parameters().forEach(p -> parameters.put(p.name(), p));
    for (SequenceLayer layer : Inside.network(model).layers()) {
      layers.add(layer(layer));
    }
  }

  /**
   * The network of a model.
   *
   * @throws UnsupportedOperationException if a layer cannot be written down for sequences of any
   *     length, with the reason
   */
  public static PlainNetwork of(SequenceModel model) {
    return new PlainNetwork(model);
  }

  /** The model. */
  public SequenceModel model() {
    return model;
  }

  /** Its settings. */
  public NetworkConfig config() {
    return model.config();
  }

  /** Whether it can go step by step. */
  public boolean streams() {
    return model.streamingObstacle().isEmpty();
  }

  /** The layers along the sequence, in order. */
  public List<PlainLayer> layers() {
    return List.copyOf(layers);
  }

  /** Shape of a parameter or buffer. */
  public int[] shape(String name) {
    return parameter(name).shape();
  }

  /** Values of a parameter or buffer, not to be changed. */
  public float[] values(String name) {
    return parameter(name).value();
  }

  private Parameter parameter(String name) {
    Parameter parameter = parameters.get(name);
    if (parameter == null) {
      throw new IllegalArgumentException("the network has no parameter " + name);
    }
    return parameter;
  }

  /** The map with parameters {@code name.weight}, or gain and direction, and {@code name.bias}. */
  public Affine map(String name) {
    float[] bias = values(name + ".bias");
    if (parameters.containsKey(name + ".weight")) {
      int[] shape = shape(name + ".weight");
      return new Affine(shape[1], shape[0], values(name + ".weight"), bias);
    }
    float[] direction = values(name + ".weight_v");
    float[] gain = values(name + ".weight_g");
    int in = direction.length / gain.length;
    float[] weight = new float[direction.length];
    for (int o = 0; o < gain.length; o++) {
      double sum = 0;
      for (int i = o * in; i < (o + 1) * in; i++) {
        sum += (double) direction[i] * direction[i];
      }
      double scale = gain[o] / Math.sqrt(sum);
      for (int i = o * in; i < (o + 1) * in; i++) {
        weight[i] = (float) (scale * direction[i]);
      }
    }
    return new Affine(in, gain.length, weight, bias);
  }

  private PlainLayer layer(SequenceLayer layer) {
    if (layer instanceof SsmLayer ssm) {
      return convolution(ssm);
    }
    String name = "blocks." + layer.index();
    if (config().block().ssm() instanceof GruConfig) {
      return new PlainLayer.Gru(map(name + ".gru.input"), map(name + ".gru.hidden"));
    }
    if (config().block().ssm() instanceof AttentionConfig attention) {
      return attention(name + ".attention", attention);
    }
    throw new UnsupportedOperationException(
        "layers of kind " + config().block().ssm().kind() + " are not written for other programs");
  }

  private PlainLayer convolution(SsmLayer layer) {
    if (layer.kernelMap() instanceof DplrKernel kernel) {
      DplrUpdate s = kernel.recurrence(1).update();
      return new PlainLayer.Coupled(
          layer.kernels(),
          s.sets(),
          s.channels(),
          s.modes(),
          s.rank(),
          s.eRe(),
          s.eIm(),
          s.bRe(),
          s.bIm(),
          s.fRe(),
          s.fIm(),
          s.aRe(),
          s.aIm(),
          s.cRe(),
          s.cIm(),
          layer.direct());
    }
    if (layer.kernelMap().dependsOnLength()) {
      throw new UnsupportedOperationException(
          "the kernels of this model are another for every length of a sequence ("
              + layer.kernelMap().recurrenceObstacle()
              + "); train with "
              + (config().block().ssm() instanceof DssConfig
                  ? "version exp instead of softmax"
                  : "discretisation zoh instead of dss"));
    }
    int taps = taps(layer);
    if (taps > 0) {
      Engine engine = Inside.engine(model);
      return new PlainLayer.Taps(
          layer.kernels(),
          layer.kernelMap().sets(),
          layer.channels(),
          taps,
          layer.kernel(engine, taps),
          layer.direct());
    }
    if (layer.kernelMap().recurrenceObstacle() != null) {
      throw new UnsupportedOperationException(
          "the kernels of this model have no end and no state ("
              + layer.kernelMap().recurrenceObstacle()
              + "); train with cast real, imag or sum, or with a max_kernel_length");
    }
    Modes modes = layer.parameterisation().modes(1, 1);
    return new PlainLayer.Recurrence(
        layer.kernels(),
        modes.sets(),
        modes.channels(),
        modes.modes(),
        modes.shared() ? 1 : modes.channels(),
        modes.logRe(),
        modes.logIm(),
        modes.wRe(),
        modes.wIm(),
        layer.direct());
  }

  /** Taps after which a kernel is zero, 0 if it has no end. */
  private static int taps(SsmLayer layer) {
    int longest = layer.kernelMap().config().maxKernelLength();
    if (layer.kernelMap().config() instanceof SgConvConfig config) {
      int generated = config.stateSize() << (config.scaleCount() - 1);
      return longest > 0 ? Math.min(longest, generated) : generated;
    }
    return longest;
  }

  private PlainLayer attention(String name, AttentionConfig config) {
    int size = config.headSize(config().width());
    double[] frequency = new double[size / 2];
    for (int m = 0; m < frequency.length; m++) {
      frequency[m] = Math.pow(config.ropeBase(), -2.0 * m / size);
    }
    List<FeedForward> blocks = new ArrayList<>();
    if (config.feedForward() > 0) {
      blocks.add(feedForward(name + ".ff"));
      blocks.add(feedForward(name + ".ff2"));
    }
    return new PlainLayer.Attention(
        config.heads(),
        size,
        config.chunk(),
        !config().block().bidirectional(),
        values(name + ".scale")[0],
        frequency,
        map(name + ".Q"),
        map(name + ".K"),
        map(name + ".V"),
        map(name + ".O"),
        blocks);
  }

  private FeedForward feedForward(String name) {
    return new FeedForward(
        values(name + ".norm.weight"),
        values(name + ".norm.bias"),
        map(name + ".expand"),
        map(name + ".contract"));
  }
}
