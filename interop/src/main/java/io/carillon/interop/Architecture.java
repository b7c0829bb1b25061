package io.carillon.interop;

import io.carillon.config.BlockConfig;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Norm;
import io.carillon.config.Pooling;
import io.carillon.error.FormatException;
import io.carillon.interop.OfficialLayout.Family;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The network behind a state dict: told from names and shapes, what they cannot tell from {@link
 * Choices}.
 *
 * @param config settings of the network
 * @param layout where the state dict keeps what
 */
record Architecture(NetworkConfig config, OfficialLayout layout) {
  private static final Pattern ENCODER = Pattern.compile("(encoder\\.(?:\\d{1,3}\\.)*)weight");
  private static final Pattern DECODER =
      Pattern.compile("(decoder\\.(?:\\d{1,3}\\.)*(?:output_transform\\.)?)weight");
  private static final String FULL_KERNEL = "layer.kernel.A_real";

  /** Where the official post- or prenorm puts the norm. */
  enum NormPlace {
    /** Before the layer. */
    PRE,
    /** After the residual addition. */
    POST
  }

  /** What the official decoders do with the steps of a sequence. */
  enum Pool {
    /** The mean over time: {@code pool} with one output. */
    MEAN,
    /** The last step: {@code last} with one output. */
    LAST,
    /** Every step: {@code last} without a length. */
    EVERY
  }

  /**
   * Recognises the model.
   *
   * @throws FormatException if it is none of the supported ones, or its tensors contradict
   * @throws IllegalArgumentException for an option that contradicts the tensors
   */
  static Architecture of(StateDict dict, Choices choices) {
    if (dict.hasPrefix("s4_layers.")) {
      return example(dict, choices);
    }
    if (dict.hasPrefix("model.layers.")) {
      return sequenceModel(dict, choices);
    }
    throw new FormatException(
        "is none of the supported models (S4Model of example.py, SequenceModel of the S4 and DLR"
            + " repositories"
            + (dict.has("D") || dict.has("layer.D") ? "; a single layer is no model" : "")
            + "). Its tensors are "
            + dict.names());
  }

  private static Architecture example(StateDict dict, Choices choices) {
    int depth = dict.layers("s4_layers.");
    for (int i = 1; i < depth; i++) {
      dict.requireAlike("s4_layers.0.", "s4_layers." + i + ".");
      dict.requireAlike("norms.0.", "norms." + i + ".");
    }
    String first = "s4_layers.0.";
    Family family = dict.has(first + FULL_KERNEL) ? Family.EXAMPLE_BLOCK : Family.EXAMPLE;
    LayerShapes shapes = new LayerShapes(dict, family, first);
    KernelShapes kernels = new KernelShapes(dict, shapes.kernel(), shapes.width(), choices);
    KernelShapes.Kernel kernel =
        family == Family.EXAMPLE ? kernels.minimalS4d() : kernels.fullS4d();
    NormPlace place = choices.choice("norm", NormPlace.class, NormPlace.POST);
    boolean prenorm = place == NormPlace.PRE;
    BlockConfig block = shapes.block(kernel.config(), kernel.sets(), Norm.LAYER, prenorm, choices);
    OfficialLayout layout =
        new OfficialLayout(
            family,
            "encoder.",
            "decoder.",
            shapes.wrapped(),
            shapes.sequentialOutput(),
            false,
            false);
    NetworkConfig config = ends(dict, layout, shapes.width()).withDepth(depth).withBlock(block);
    return new Architecture(pooled(config.withFinalNorm(false), Pool.MEAN, choices), layout);
  }

  private static Architecture sequenceModel(StateDict dict, Choices choices) {
    String layers = "model.layers.";
    boolean feedForward = dict.hasPrefix(layers + "1.layer.ff.");
    int depth = blocks(dict, layers, feedForward ? 2 : 1);
    String first = layers + "0.layer.";
    if (dict.hasPrefix(first + "kernel.kernel.")) {
      throw new FormatException(
          "is of version 3 of the S4 repository; convert it with its"
              + " checkpoints/convert_v3_to_v4.py");
    }
    boolean s4 = dict.has(first + "kernel.A_real") || dict.has(first + FULL_KERNEL);
    Family family = s4 ? Family.S4 : Family.DLR;
    LayerShapes shapes = new LayerShapes(dict, family, first);
    KernelShapes kernels = new KernelShapes(dict, shapes.kernel(), shapes.width(), choices);
    KernelShapes.Kernel kernel = s4 ? kernels.fullS4d() : kernels.dlrOrDss();
    OfficialLayout layout = layout(dict, family, shapes, layers);
    boolean finalNorm = dict.hasPrefix("model.norm.");
    Norm norm = norm(dict, layers + "0.norm.norm.");
    boolean prenorm = prenorm(norm, finalNorm, choices);
    BlockConfig block =
        shapes
            .block(kernel.config(), kernel.sets(), norm, prenorm, choices)
            .withFeedForward(feedForward ? expansion(dict, layers, shapes.width()) : 0);
    NetworkConfig config =
        ends(dict, layout, shapes.width())
            .withDepth(depth)
            .withBlock(block)
            .withFinalNorm(finalNorm);
    return new Architecture(pooled(config, Pool.EVERY, choices), layout);
  }

  /** Number of blocks of {@code step} layers each; the layers of all blocks must be alike. */
  private static int blocks(StateDict dict, String layers, int step) {
    int count = dict.layers(layers);
    if (count % step != 0) {
      throw new FormatException("its last state-space layer has no feed-forward layer after it");
    }
    for (int i = step; i < count; i++) {
      dict.requireAlike(layers + i % step + ".", layers + i + ".");
    }
    return count / step;
  }

  private static OfficialLayout layout(
      StateDict dict, Family family, LayerShapes shapes, String layers) {
    return new OfficialLayout(
        family,
        prefix(dict, ENCODER, "encoder"),
        prefix(dict, DECODER, "decoder"),
        shapes.wrapped(),
        shapes.sequentialOutput(),
        dict.hasPrefix(layers + "0.norm.norm.ln."),
        shapes.columnBias());
  }

  private static String prefix(StateDict dict, Pattern pattern, String what) {
    Matcher matcher = dict.only(pattern);
    if (matcher == null) {
      throw new FormatException(
          "has no "
              + what
              + ": no tensor is named like "
              + what
              + ".weight or "
              + what
              + ".0.weight");
    }
    return matcher.group(1);
  }

  /** Encoder and decoder, everything between them as by default. */
  private static NetworkConfig ends(StateDict dict, OfficialLayout layout, int width) {
    int[] in = dict.shape(layout.encoder() + "weight", 2, "[H][inputs] or [vocabulary][H]");
    boolean linear = dict.has(layout.encoder() + "bias");
    if (in[linear ? 0 : 1] != width) {
      throw new FormatException(
          "tensor "
              + layout.encoder()
              + "weight has shape "
              + Arrays.toString(in)
              + ", but the layers have "
              + width
              + " channels"
              + (linear ? "" : " (without a bias it is read as an embedding [vocabulary][H])"));
    }
    int[] out = dict.shape(layout.decoder() + "weight", 2, "[outputs][H]");
    if (out[1] != width) {
      throw new FormatException(
          "tensor "
              + layout.decoder()
              + "weight has shape "
              + Arrays.toString(out)
              + ", but the layers have "
              + width
              + " channels");
    }
    NetworkConfig config =
        linear ? NetworkConfig.sequence(in[1], out[0]) : NetworkConfig.tokens(in[0], out[0]);
    return config.withWidth(width);
  }

  private static NetworkConfig pooled(NetworkConfig config, Pool official, Choices choices) {
    if (choices.given("last_steps") && !choices.given("pool")) {
      return config.withLastSteps(choices.integer("last_steps", 0));
    }
    Pool pool = choices.choice("pool", Pool.class, official);
    int lastSteps = pool == Pool.EVERY ? choices.integer("last_steps", 0) : 0;
    return pool == Pool.EVERY
        ? config.withLastSteps(lastSteps)
        : config.withPooling(pool == Pool.MEAN ? Pooling.MEAN : Pooling.LAST);
  }

  private static Norm norm(StateDict dict, String prefix) {
    if (dict.has(prefix + "m") && dict.has(prefix + "s")) {
      return Norm.SCALAR_AFFINE;
    }
    if (dict.has(prefix + "running_mean")) {
      return Norm.BATCH;
    }
    return dict.hasPrefix(prefix) ? Norm.LAYER : Norm.NONE;
  }

  /** The official model has one more norm after the last layer with prenorm, and only then. */
  private static boolean prenorm(Norm norm, boolean finalNorm, Choices choices) {
    if (choices.given("norm") && norm != Norm.NONE) {
      boolean asked = choices.choice("norm", NormPlace.class, NormPlace.POST) == NormPlace.PRE;
      if (asked != finalNorm) {
        throw new IllegalArgumentException(
            "norm is "
                + (asked ? "pre" : "post")
                + ", but the file has "
                + (finalNorm ? "a" : "no")
                + " norm after the last layer, which this model has with prenorm only");
      }
    }
    return finalNorm;
  }

  private static int expansion(StateDict dict, String layers, int width) {
    String name = layers + "1.layer.ff.0.0.weight";
    int[] in = dict.shape(name, 2, "[kH][H]");
    int[] out = dict.shape(layers + "1.layer.ff.2.weight", 2, "[H][kH]");
    if (in[1] != width || in[0] % width != 0 || out[0] != width || out[1] != in[0]) {
      throw new FormatException(
          "tensor "
              + name
              + " has shape "
              + Arrays.toString(in)
              + "; expected a multiple of "
              + width
              + " rows and "
              + width
              + " columns, and the next map the reverse");
    }
    return in[0] / width;
  }
}
