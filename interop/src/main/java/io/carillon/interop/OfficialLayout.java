package io.carillon.interop;

import io.carillon.config.BlockConfig;
import io.carillon.config.Mixer;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Norm;
import io.carillon.config.Pooling;
import io.carillon.config.S4dConfig;
import io.carillon.config.Settings;
import io.carillon.config.kernel.InputWeight;
import io.carillon.error.FormatException;
import io.carillon.model.SequenceModel;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where a state dict of the official code keeps what. An imported model carries its layout in its
 * info, so that it is exported as it came.
 *
 * @param family which code and which of its models
 * @param encoder what stands before {@code weight} of the encoder, e.g. {@code encoder.}
 * @param decoder the same for the decoder, e.g. {@code decoder.output_transform.}
 * @param wrapped whether D and the kernel of a layer lie one level deeper, in {@code layer.}: the
 *     S4Block of the S4 repository
 * @param sequentialOutput whether the output map is {@code output_linear.0.} (an activation
 *     follows) or {@code output_linear.}
 * @param nestedNorm whether norms are {@code norm.norm.ln.} or {@code norm.norm.}
 * @param columnBias whether biases behind a state-space layer have the shape [n][1]
 */
record OfficialLayout(
    Family family,
    String encoder,
    String decoder,
    boolean wrapped,
    boolean sequentialOutput,
    boolean nestedNorm,
    boolean columnBias) {
  /** Key in a model's info. */
  static final String INFO = "official";

  private static final String PREFIX = "(encoder|decoder)\\.([a-z0-9_]{1,30}\\.){0,4}";

  /** The official models. */
  enum Family {
    /** {@code S4Model} of example.py in the S4 repository with the layer of s4d.py. */
    EXAMPLE("s4_layers."),
    /** {@code S4Model} of example.py with an S4Block in mode s4d. */
    EXAMPLE_BLOCK("s4_layers."),
    /** {@code SequenceModel} of the S4 repository, version 4. */
    S4("model.layers."),
    /** {@code SequenceModel} of the DLR repository. */
    DLR("model.layers.");

    private final String layers;

    Family(String layers) {
      this.layers = layers;
    }

    /** What stands before the number of a layer. */
    String layers() {
      return layers;
    }

    /** Whether it is the S4Model of example.py. */
    boolean isExample() {
      return this == EXAMPLE || this == EXAMPLE_BLOCK;
    }

    /** Whether the kernel is the one of s4.py, with B and the minus before Im A. */
    boolean hasFullKernel() {
      return this == EXAMPLE_BLOCK || this == S4;
    }
  }

  /** The layout as it travels in a model's info. */
  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("family", Settings.name(family));
    map.put("encoder", encoder);
    map.put("decoder", decoder);
    map.put("wrapped", wrapped);
    map.put("sequential_output", sequentialOutput);
    map.put("nested_norm", nestedNorm);
    map.put("column_bias", columnBias);
    return map;
  }

  /**
   * The layout of a model: the one it was imported with, or else the one of the official model that
   * fits it best.
   *
   * @throws FormatException if the layout in its info is damaged
   */
  static OfficialLayout of(SequenceModel model) {
    Object info = model.info().get(INFO);
    if (info == null) {
      return natural(model.config());
    }
    try {
      @SuppressWarnings("unchecked")
      Settings s = new Settings(INFO, (Map<String, Object>) info);
      OfficialLayout layout =
          new OfficialLayout(
              s.choice("family", Family.class, Family.S4),
              s.text("encoder", "encoder."),
              s.text("decoder", "decoder."),
              s.flag("wrapped", false),
              s.flag("sequential_output", false),
              s.flag("nested_norm", false),
              s.flag("column_bias", false));
      s.finish();
      if (!layout.encoder.matches(PREFIX) || !layout.decoder.matches(PREFIX)) {
        throw new IllegalArgumentException(
            INFO + " has the prefixes " + layout.encoder + " and " + layout.decoder);
      }
      return layout;
    } catch (IllegalArgumentException | ClassCastException e) {
      throw new FormatException("the info of the model is damaged: " + e.getMessage(), e);
    }
  }

  /** The official model that a network trained here is closest to. */
  private static OfficialLayout natural(NetworkConfig c) {
    BlockConfig block = c.block();
    boolean sequential = block.mixer() != Mixer.LINEAR;
    if (!block.ssm().kind().equals("s4d")) {
      boolean transposed = block.norm() == Norm.SCALAR_AFFINE;
      return new OfficialLayout(
          Family.DLR,
          "encoder.0.",
          "decoder.0.output_transform.",
          false,
          sequential,
          false,
          transposed);
    }
    boolean minimal =
        ((S4dConfig) block.ssm()).inputWeight() == InputWeight.ABSENT
            && c.vocabulary() == 0
            && !c.finalNorm()
            && c.pooling() == Pooling.MEAN
            && block.mixer() == Mixer.GLU
            && block.norm() == Norm.LAYER
            && !block.bidirectional()
            && block.kernels() == 1
            && block.feedForward() == 0;
    return minimal
        ? new OfficialLayout(Family.EXAMPLE, "encoder.", "decoder.", false, true, false, false)
        : new OfficialLayout(
            Family.S4, "encoder.0.", "decoder.0.output_transform.", true, true, false, false);
  }
}
