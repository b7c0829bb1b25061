package io.carillon.config;

/**
 * Everything needed to build a network: encoder, a stack of equal blocks, pooling, decoder.
 *
 * @param outputSize numbers per answer: classes, or size of a target vector
 * @param finalNorm one more norm after the last block (used with prenorm; the example model of the
 *     S4 repository has none)
 * @param pairs whether sequences come in pairs, one after the other, with one answer for both: the
 *     same network reads each, and a head of two layers compares what it made of them
 */
public record NetworkConfig(
    int inputSize,
    int vocabulary,
    int outputSize,
    int width,
    int depth,
    BlockConfig block,
    boolean finalNorm,
    Pooling pooling,
    int lastSteps,
    boolean pairs)
    implements Schema.Described {
  private static final Schema<NetworkConfig> SCHEMA = new Schema<>("network", "Network");

  /** What settings that are left out mean: one number per step, one per answer. */
  public static final NetworkConfig DEFAULT = SCHEMA.declare(NetworkConfig::of);

  private static NetworkConfig of(Schema.Values<NetworkConfig> s) {
    return new NetworkConfig(
        s.setting("input_size", "real numbers per step, or 0 for tokens")
            .integer(
                NetworkConfig::inputSize, s.isPositive("vocabulary") ? 0 : 1, Range.NOT_NEGATIVE),
        s.setting("vocabulary", "number of token ids, or 0 for real-valued input")
            .integer(NetworkConfig::vocabulary, 0, Range.NOT_NEGATIVE),
        s.setting("output_size", "numbers per answer")
            .integer(NetworkConfig::outputSize, 1, Range.atLeast(1)),
        s.setting("width", "H, channels of every block")
            .integer(NetworkConfig::width, 64, Range.atLeast(1)),
        s.setting("depth", "number of blocks with a layer along the sequence")
            .integer(NetworkConfig::depth, 4, Range.atLeast(1)),
        s.setting("block", "settings of the blocks")
            .nested(NetworkConfig::block, BlockConfig.DEFAULT),
        s.setting("final_norm", "one more norm after the last block, as goes with prenorm")
            .flag(NetworkConfig::finalNorm, true),
        s.setting(
                "pooling",
                "what the decoder sees: the mean of the steps, the last step, or every step")
            .choice(NetworkConfig::pooling, Pooling.MEAN),
        s.setting("last_steps", "with `every`: answers for that many last steps only; 0 = all")
            .integer(NetworkConfig::lastSteps, 0, Range.NOT_NEGATIVE),
        s.setting("pairs", "sequences come in pairs and get one answer together")
            .flag(NetworkConfig::pairs, false));
  }

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException naming the setting, its value and the bound
   */
  public NetworkConfig {
    SCHEMA.check(
        new Object[] {
          inputSize, vocabulary, outputSize, width, depth,
          block, finalNorm, pooling, lastSteps, pairs
        });
    if ((inputSize > 0) == (vocabulary > 0)) {
      throw new IllegalArgumentException(
          "input_size is "
              + inputSize
              + " and vocabulary is "
              + vocabulary
              + "; exactly one of them must be positive");
    }
    requireArray("width x width of the output map", 2.0 * width * width * block.kernels());
    requireArray(
        "width x width of the feed-forward block", 1.0 * width * width * block.feedForward());
    requireArray(
        "width x size of the " + block.ssm().kind() + " layer",
        1.0 * block.ssm().largestArray(width) * block.kernels());
    requireArray("input_size x width of the encoder", 1.0 * inputSize * width);
    requireArray("vocabulary x width of the encoder", 1.0 * vocabulary * width);
    requireArray("width x output_size of the decoder", 1.0 * width * outputSize);
    requireArray("4 x width x width of the head for pairs", pairs ? 4.0 * width * width : 0);
    if (lastSteps > 0 && pooling != Pooling.EVERY) {
      throw new IllegalArgumentException(
          "last_steps is " + lastSteps + " but pooling is " + pooling + "; it needs pooling EVERY");
    }
    if (width == 1 && block.norm() == Norm.SCALAR_AFFINE) {
      throw new IllegalArgumentException(
          "width is 1 but norm is SCALAR_AFFINE, which divides by the deviation over the channels of a"
              + " step: one channel has none; use width 2 or more, or norm NONE");
    }
    if (pairs && pooling == Pooling.EVERY) {
      throw new IllegalArgumentException(
          "pairs is true but pooling is EVERY; sequences are compared as wholes, so use MEAN or LAST");
    }
  }

  private static void requireArray(String what, double numbers) {
    if (numbers > Integer.MAX_VALUE - 16) {
      throw new IllegalArgumentException(
          "the network is too large: "
              + what
              + " needs "
              + (long) numbers
              + " numbers, an array holds at most 2^31; use a smaller width");
    }
  }

  @Override
  public Schema<NetworkConfig> schema() {
    return SCHEMA;
  }

  /** One answer per sequence of real-valued steps: H = 64, 4 S4D-Lin blocks, mean pooling. */
  public static NetworkConfig sequence(int inputSize, int outputSize) {
    return SCHEMA.with(DEFAULT, "input_size", inputSize, "output_size", outputSize);
  }

  /** One answer per sequence of tokens: H = 64, 4 S4D-Lin blocks, mean pooling. */
  public static NetworkConfig tokens(int vocabulary, int outputSize) {
    return SCHEMA.with(
        DEFAULT, "input_size", 0, "vocabulary", vocabulary, "output_size", outputSize);
  }

  /** With another number of channels H. */
  public NetworkConfig withWidth(int value) {
    return SCHEMA.with(this, "width", value);
  }

  /** With another number of blocks. */
  public NetworkConfig withDepth(int value) {
    return SCHEMA.with(this, "depth", value);
  }

  /** With other blocks. */
  public NetworkConfig withBlock(BlockConfig value) {
    return SCHEMA.with(this, "block", value);
  }

  /** With another layer along the sequence in every block. */
  public NetworkConfig withSsm(LayerConfig value) {
    return withBlock(block.withSsm(value));
  }

  /** With another pooling. */
  public NetworkConfig withPooling(Pooling value) {
    return SCHEMA.with(this, "pooling", value);
  }

  /** With answers for the last steps only; implies EVERY. */
  public NetworkConfig withLastSteps(int value) {
    return SCHEMA.with(this, "pooling", Pooling.EVERY, "last_steps", value);
  }

  /** With or without the norm after the last block. */
  public NetworkConfig withFinalNorm(boolean value) {
    return SCHEMA.with(this, "final_norm", value);
  }

  /** With one answer per sequence, or one for every two. */
  public NetworkConfig withPairs(boolean value) {
    return SCHEMA.with(this, "pairs", value);
  }
}
