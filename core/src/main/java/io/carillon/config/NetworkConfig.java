package io.carillon.config;

import java.util.Objects;

/**
 * Everything needed to build a network: encoder, a stack of equal blocks, pooling, decoder.
 *
 * @param inputSize real numbers per step, or 0 for tokens
 * @param vocabulary number of token ids, or 0 for real-valued input
 * @param outputSize numbers per answer: classes, or size of a target vector
 * @param width H, channels of every block
 * @param depth number of blocks with a layer along the sequence
 * @param block settings of the blocks
 * @param finalNorm one more norm after the last block (used with prenorm; the example model of the
 *     S4 repository has none)
 * @param pooling what the decoder sees
 * @param lastSteps with EVERY: answer for that many last steps only; 0 for all
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
    boolean pairs) {

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException naming the setting, its value and the bound
   */
  public NetworkConfig {
    Objects.requireNonNull(block, "block");
    Objects.requireNonNull(pooling, "pooling");
    if ((inputSize > 0) == (vocabulary > 0)) {
      throw new IllegalArgumentException(
          "input_size is "
              + inputSize
              + " and vocabulary is "
              + vocabulary
              + "; exactly one of them must be positive");
    }
    requireAtLeast(1, "output_size", outputSize);
    requireAtLeast(1, "width", width);
    requireAtLeast(1, "depth", depth);
    requireAtLeast(0, "last_steps", lastSteps);
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

  private static void requireAtLeast(int least, String name, int value) {
    if (value < least) {
      throw new IllegalArgumentException(
          name + " is " + value + "; the smallest possible is " + least);
    }
  }

  /** One answer per sequence of real-valued steps: H = 64, 4 S4D-Lin blocks, mean pooling. */
  public static NetworkConfig sequence(int inputSize, int outputSize) {
    return new NetworkConfig(
        inputSize, 0, outputSize, 64, 4, BlockConfig.DEFAULT, true, Pooling.MEAN, 0, false);
  }

  /** One answer per sequence of tokens: H = 64, 4 S4D-Lin blocks, mean pooling. */
  public static NetworkConfig tokens(int vocabulary, int outputSize) {
    return new NetworkConfig(
        0, vocabulary, outputSize, 64, 4, BlockConfig.DEFAULT, true, Pooling.MEAN, 0, false);
  }

  /** With another number of channels H. */
  public NetworkConfig withWidth(int value) {
    return new NetworkConfig(
        inputSize,
        vocabulary,
        outputSize,
        value,
        depth,
        block,
        finalNorm,
        pooling,
        lastSteps,
        pairs);
  }

  /** With another number of blocks. */
  public NetworkConfig withDepth(int value) {
    return new NetworkConfig(
        inputSize,
        vocabulary,
        outputSize,
        width,
        value,
        block,
        finalNorm,
        pooling,
        lastSteps,
        pairs);
  }

  /** With other blocks. */
  public NetworkConfig withBlock(BlockConfig value) {
    return new NetworkConfig(
        inputSize,
        vocabulary,
        outputSize,
        width,
        depth,
        value,
        finalNorm,
        pooling,
        lastSteps,
        pairs);
  }

  /** With another layer along the sequence in every block. */
  public NetworkConfig withSsm(LayerConfig value) {
    return withBlock(block.withSsm(value));
  }

  /** With another pooling. */
  public NetworkConfig withPooling(Pooling value) {
    return new NetworkConfig(
        inputSize, vocabulary, outputSize, width, depth, block, finalNorm, value, lastSteps, pairs);
  }

  /** With answers for the last steps only; implies EVERY. */
  public NetworkConfig withLastSteps(int value) {
    return new NetworkConfig(
        inputSize,
        vocabulary,
        outputSize,
        width,
        depth,
        block,
        finalNorm,
        Pooling.EVERY,
        value,
        pairs);
  }

  /** With or without the norm after the last block. */
  public NetworkConfig withFinalNorm(boolean value) {
    return new NetworkConfig(
        inputSize, vocabulary, outputSize, width, depth, block, value, pooling, lastSteps, pairs);
  }

  /** With one answer per sequence, or one for every two. */
  public NetworkConfig withPairs(boolean value) {
    return new NetworkConfig(
        inputSize,
        vocabulary,
        outputSize,
        width,
        depth,
        block,
        finalNorm,
        pooling,
        lastSteps,
        value);
  }
}
