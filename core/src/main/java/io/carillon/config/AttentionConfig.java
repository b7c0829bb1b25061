package io.carillon.config;

/**
 * Settings of softmax attention with rotary positions (papers B.3). In a bidirectional block every
 * step sees the whole sequence, otherwise only itself and what came before.
 *
 * @param chunk 0 for attention over the whole sequence; otherwise the sequence is cut into chunks
 *     of this many steps, and a step sees its own chunk and the one before (bidirectional: and the
 *     one after)
 * @param ropeBase base of the rotary frequencies: pair m of a head of size d turns by base^(−2m/d)
 *     radians per step
 * @param feedForward 0, or the expansion k of two residual position-wise blocks LayerNorm →
 *     Linear(H → kH) → GELU → Linear(kH → H) inside the layer ({@code attn_ff})
 */
public record AttentionConfig(int heads, int headSize, int chunk, double ropeBase, int feedForward)
    implements LayerConfig {

  private static final Schema<AttentionConfig> SCHEMA = new Schema<>("attention", "Attention");

  /** 4 heads that share the channels, whole sequence, base 10000. */
  public static final AttentionConfig DEFAULT = SCHEMA.declare(AttentionConfig::of);

  private static AttentionConfig of(Schema.Values<AttentionConfig> s) {
    return new AttentionConfig(
        s.setting("heads", "attentions side by side")
            .integer(AttentionConfig::heads, 4, Range.atLeast(1)),
        s.setting("head_size", "channels of each head, even; 0 = channels / heads")
            .integer(AttentionConfig::headSize, 0, Range.NOT_NEGATIVE),
        s.setting(
                "chunk", "0 = the whole sequence; else local attention in chunks of so many steps")
            .integer(AttentionConfig::chunk, 0, Range.NOT_NEGATIVE),
        s.setting("rope_base", "base of the rotary frequencies")
            .number(AttentionConfig::ropeBase, 10_000, Range.POSITIVE),
        s.setting(
                "attention_feed_forward",
                "0, or the expansion of two feed-forward parts inside the layer")
            .integer(AttentionConfig::feedForward, 0, Range.NOT_NEGATIVE));
  }

  /** Checks every value. */
  public AttentionConfig {
    SCHEMA.check(heads, headSize, chunk, ropeBase, feedForward);
    if ((long) heads * headSize > 1 << 24) {
      throw new IllegalArgumentException(
          "heads is "
              + heads
              + " and head_size is "
              + headSize
              + "; together they must have at most 2^24 channels");
    }
    if (headSize % 2 != 0) {
      throw new IllegalArgumentException(
          "head_size is "
              + headSize
              + "; rotary positions turn pairs of channels, so it must be even");
    }
  }

  @Override
  public Schema<AttentionConfig> schema() {
    return SCHEMA;
  }

  @Override
  public String gapObstacle() {
    return "attention knows the positions of steps, not the time between them";
  }

  /** Width of a map to queries, keys or values, or of the wider map of a feed-forward block. */
  @Override
  public long largestArray(int channels) {
    long inner = headSize > 0 ? (long) heads * headSize : channels;
    return channels * Math.max(inner, (long) feedForward * channels);
  }

  @Override
  public String size() {
    return heads
        + (heads == 1 ? " head" : " heads")
        + (chunk == 0 ? "" : " over chunks of " + chunk + " steps");
  }

  /**
   * Channels of one head in a layer of H channels.
   *
   * @throws IllegalArgumentException if the heads do not divide H, or into odd parts
   */
  public int headSize(int channels) {
    if (headSize > 0) {
      return headSize;
    }
    int size = channels / heads;
    if (size * heads != channels || size % 2 != 0) {
      throw new IllegalArgumentException(
          "attention: "
              + heads
              + " heads do not divide "
              + channels
              + " channels into even parts; use a width that is a multiple of "
              + 2L * heads
              + ", or set head_size");
    }
    return size;
  }

  /** Number of heads. */
  public AttentionConfig withHeads(int value) {
    return SCHEMA.with(this, "heads", value);
  }

  /** Channels of a head; 0 = channels / heads. */
  public AttentionConfig withHeadSize(int value) {
    return SCHEMA.with(this, "head_size", value);
  }

  /** Steps of a chunk; 0 = the whole sequence. */
  public AttentionConfig withChunk(int value) {
    return SCHEMA.with(this, "chunk", value);
  }

  /** Base of the rotary frequencies. */
  public AttentionConfig withRopeBase(double value) {
    return SCHEMA.with(this, "rope_base", value);
  }

  /** Expansion of the feed-forward blocks inside the layer; 0 = none. */
  public AttentionConfig withFeedForward(int value) {
    return SCHEMA.with(this, "attention_feed_forward", value);
  }
}
