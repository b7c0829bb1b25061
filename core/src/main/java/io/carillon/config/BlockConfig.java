package io.carillon.config;

/**
 * Settings of one residual block; all blocks of a network are alike.
 *
 * @param bidirectional whether the layer sees the future too (kernels: through a second kernel);
 *     such a model cannot stream
 * @param kernels C, kernels per channel ({@code channels} in the official codes; 1 in the papers)
 * @param gate NONE, or doubles the kernels and multiplies one half by gate(other half) ({@code
 *     hyper_act})
 * @param dropout probability of a zero after the activation and on the residual branch, in [0, 1)
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
    int feedForward)
    implements Schema.Described {

  private static final Schema<BlockConfig> SCHEMA = new Schema<>("block", "Block");

  /** S4D-Lin, causal, GELU, GLU, layer norm before the layer, no dropout. */
  public static final BlockConfig DEFAULT = SCHEMA.declare(BlockConfig::of);

  private static BlockConfig of(Schema.Values<BlockConfig> s) {
    return new BlockConfig(
        s.setting("ssm", "the layer along the sequence")
            .nested(BlockConfig::ssm, S4dConfig.DEFAULT),
        s.setting("bidirectional", "the layer sees the future too; such a model cannot stream")
            .flag(BlockConfig::bidirectional, false),
        s.setting("kernels", "kernels per channel (`channels` in the official codes)")
            .integer(BlockConfig::kernels, 1, Range.atLeast(1)),
        s.setting("activation", "after the layer").choice(BlockConfig::activation, Activation.GELU),
        s.setting(
                "gate",
                "if not `none`: twice the kernels, one half gated by the other (`hyper_act`)")
            .choice(BlockConfig::gate, Activation.NONE),
        s.setting("mixer", "output map").choice(BlockConfig::mixer, Mixer.GLU),
        s.setting("weight_norm", "the output map is weight-normalised")
            .flag(BlockConfig::weightNorm, false),
        s.setting("norm", "of the residual block").choice(BlockConfig::norm, Norm.LAYER),
        s.setting("prenorm", "norm before the layer, else after the addition")
            .flag(BlockConfig::prenorm, true),
        s.setting("dropout", "probability of a zero")
            .number(BlockConfig::dropout, 0, Range.BELOW_ONE),
        s.setting("tied_dropout", "one dropout mask for all steps of a sequence")
            .flag(BlockConfig::tiedDropout, true),
        s.setting("feed_forward", "0, or the expansion of a feed-forward block after every block")
            .integer(BlockConfig::feedForward, 0, Range.NOT_NEGATIVE));
  }

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException naming the setting, its value and the bound
   */
  public BlockConfig {
    SCHEMA.check(
        new Object[] {
          ssm, bidirectional, kernels, activation, gate, mixer,
          weightNorm, norm, prenorm, dropout, tiedDropout, feedForward
        });
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
    if (bidirectional && !ssm.canReadBackwards()) {
      throw new IllegalArgumentException(
          "bidirectional is true, but a layer of kind "
              + ssm.kind()
              + " reads forwards only; use false, or another kind");
    }
    if (mixer == Mixer.NONE && kernels > 1) {
      throw new IllegalArgumentException(
          "mixer NONE needs kernels = 1, but kernels is " + kernels + "; use mixer LINEAR or GLU");
    }
  }

  @Override
  public Schema<BlockConfig> schema() {
    return SCHEMA;
  }

  /** With another layer along the sequence. */
  public BlockConfig withSsm(LayerConfig value) {
    return SCHEMA.with(this, "ssm", value);
  }

  /** With or without a backward kernel. */
  public BlockConfig withBidirectional(boolean value) {
    return SCHEMA.with(this, "bidirectional", value);
  }

  /** With another output map. */
  public BlockConfig withMixer(Mixer value) {
    return SCHEMA.with(this, "mixer", value);
  }

  /** With another norm, before (true) or after (false) the layer. */
  public BlockConfig withNorm(Norm value, boolean before) {
    return SCHEMA.with(this, "norm", value, "prenorm", before);
  }

  /** With another dropout. */
  public BlockConfig withDropout(double value, boolean tied) {
    return SCHEMA.with(this, "dropout", value, "tied_dropout", tied);
  }

  /** With feed-forward blocks of the given expansion in between. */
  public BlockConfig withFeedForward(int expansion) {
    return SCHEMA.with(this, "feed_forward", expansion);
  }

  /** With several kernels per channel and a gate between two halves of them. */
  public BlockConfig withKernels(int count, Activation gating) {
    return SCHEMA.with(this, "kernels", count, "gate", gating);
  }

  /** With another activation and a weight-normalised output map or not. */
  public BlockConfig withActivation(Activation value, boolean normalisedWeight) {
    return SCHEMA.with(this, "activation", value, "weight_norm", normalisedWeight);
  }
}
