package io.carillon.config;

/**
 * Settings of a gated recurrent unit with as many states as channels; there is nothing to choose.
 */
public record GruConfig() implements LayerConfig {
  private static final Schema<GruConfig> SCHEMA = new Schema<>("gru", "GRU");

  /** The only value. */
  public static final GruConfig DEFAULT = SCHEMA.declare(s -> new GruConfig());

  @Override
  public boolean canReadBackwards() {
    return false;
  }

  @Override
  public Schema<GruConfig> schema() {
    return SCHEMA;
  }

  /** Three H × H maps. */
  @Override
  public long largestArray(int channels) {
    return 3L * channels * channels;
  }

  @Override
  public String size() {
    return "one state a channel";
  }

  @Override
  public String gapObstacle() {
    return "a GRU has no step size; its steps count, whatever time is between them";
  }
}
