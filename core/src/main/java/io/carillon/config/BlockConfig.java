package io.carillon.config;

import java.util.Objects;

/**
 * Settings of one residual block; all blocks of a network are alike.
 *
 * @param ssm the layer along the sequence: a state-space kernel, as a rule
 * @param bidirectional whether the layer sees the future too (kernels: through a second kernel);
 *     such a model cannot stream
 * @param kernels C, kernels per channel ({@code channels} in the official codes; 1 in the papers)
 * @param activation after that layer
 * @param gate NONE, or doubles the kernels and multiplies one half by gate(other half) ({@code
 *     hyper_act})
 * @param mixer the output map
 * @param weightNorm whether the output map is weight-normalised
 * @param norm normalisation of the residual block
 * @param prenorm norm before the layer (true) or after the addition (false)
 * @param dropout probability of a zero after the activation and on the residual branch, in [0, 1)
 * @param tiedDropout one dropout mask per sequence and channel, shared over time
 * @param feedForward 0, or the expansion k of a feed-forward block after every such block
 */
public record BlockConfig(
    LayerConfig ssm,
    boolean bidirectional,
    int kernels,
    Activation activation,
    Activation gate,
    Mixer mixer,
    boolean weightNorm,
    Norm norm,
    boolean prenorm,
    double dropout,
    boolean tiedDropout,
    int feedForward) {

  /** S4D-Lin, causal, GELU, GLU, layer norm before the layer, no dropout. */
  public static final BlockConfig DEFAULT =
      new BlockConfig(
          S4dConfig.DEFAULT,
          false,
          1,
          Activation.GELU,
          Activation.NONE,
          Mixer.GLU,
          false,
          Norm.LAYER,
          true,
          0,
          true,
          0);

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException naming the setting, its value and the bound
   */
  public BlockConfig {
    Objects.requireNonNull(ssm, "ssm");
    if (kernels < 1) {
      throw new IllegalArgumentException("kernels is " + kernels + "; give at least 1");
    }
    boolean severalKernels = kernels > 1 || gate != Activation.NONE;
    if (severalKernels && !(ssm instanceof KernelConfig)) {
      throw new IllegalArgumentException(
          "kernels is "
              + kernels
              + " and gate is "
              + gate
              + ", but a layer of kind "
              + ssm.kind()
              + " has no kernels; use kernels 1 and gate NONE");
    }
    if (bidirectional && ssm instanceof GruConfig) {
      throw new IllegalArgumentException(
          "bidirectional is true, but a layer of kind gru reads forwards only; use false, or another"
              + " kind");
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException("dropout is " + dropout + "; it must be in [0, 1)");
    }
    if (feedForward < 0) {
      throw new IllegalArgumentException(
          "feed_forward is " + feedForward + "; give 0 for none or an expansion of at least 1");
    }
    if (mixer == Mixer.NONE && kernels > 1) {
      throw new IllegalArgumentException(
          "mixer NONE needs kernels = 1, but kernels is " + kernels + "; use mixer LINEAR or GLU");
    }
  }

  /** With another layer along the sequence. */
  public BlockConfig withSsm(LayerConfig value) {
    return new BlockConfig(
        value,
        bidirectional,
        kernels,
        activation,
        gate,
        mixer,
        weightNorm,
        norm,
        prenorm,
        dropout,
        tiedDropout,
        feedForward);
  }

  /** With or without a backward kernel. */
  public BlockConfig withBidirectional(boolean value) {
    return new BlockConfig(
        ssm,
        value,
        kernels,
        activation,
        gate,
        mixer,
        weightNorm,
        norm,
        prenorm,
        dropout,
        tiedDropout,
        feedForward);
  }

  /** With another output map. */
  public BlockConfig withMixer(Mixer value) {
    return new BlockConfig(
        ssm,
        bidirectional,
        kernels,
        activation,
        gate,
        value,
        weightNorm,
        norm,
        prenorm,
        dropout,
        tiedDropout,
        feedForward);
  }

  /** With another norm, before (true) or after (false) the layer. */
  public BlockConfig withNorm(Norm value, boolean before) {
    return new BlockConfig(
        ssm,
        bidirectional,
        kernels,
        activation,
        gate,
        mixer,
        weightNorm,
        value,
        before,
        dropout,
        tiedDropout,
        feedForward);
  }

  /** With another dropout. */
  public BlockConfig withDropout(double value, boolean tied) {
    return new BlockConfig(
        ssm,
        bidirectional,
        kernels,
        activation,
        gate,
        mixer,
        weightNorm,
        norm,
        prenorm,
        value,
        tied,
        feedForward);
  }

  /** With feed-forward blocks of the given expansion in between. */
  public BlockConfig withFeedForward(int expansion) {
    return new BlockConfig(
        ssm,
        bidirectional,
        kernels,
        activation,
        gate,
        mixer,
        weightNorm,
        norm,
        prenorm,
        dropout,
        tiedDropout,
        expansion);
  }

  /** With several kernels per channel and a gate between two halves of them. */
  public BlockConfig withKernels(int count, Activation gating) {
    return new BlockConfig(
        ssm,
        bidirectional,
        count,
        activation,
        gating,
        mixer,
        weightNorm,
        norm,
        prenorm,
        dropout,
        tiedDropout,
        feedForward);
  }

  /** With another activation and a weight-normalised output map or not. */
  public BlockConfig withActivation(Activation value, boolean normalisedWeight) {
    return new BlockConfig(
        ssm,
        bidirectional,
        kernels,
        value,
        gate,
        mixer,
        normalisedWeight,
        norm,
        prenorm,
        dropout,
        tiedDropout,
        feedForward);
  }
}
