package io.carillon.config;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Network settings as maps of plain values, as they stand in {@code config.json}, in presets and on
 * the command line. A key that is left out takes the default; an unknown key is refused.
 */
public final class ConfigMaps {
  private static final NetworkConfig DEFAULT = NetworkConfig.sequence(1, 1);

  private ConfigMaps() {}

  /** All settings of a network. */
  public static Map<String, Object> toMap(NetworkConfig c) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("input_size", c.inputSize());
    map.put("vocabulary", c.vocabulary());
    map.put("output_size", c.outputSize());
    map.put("width", c.width());
    map.put("depth", c.depth());
    map.put("final_norm", c.finalNorm());
    map.put("pooling", Settings.name(c.pooling()));
    map.put("last_steps", c.lastSteps());
    map.put("pairs", c.pairs());
    map.put("block", block(c.block()));
    return map;
  }

  private static Map<String, Object> block(BlockConfig c) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("bidirectional", c.bidirectional());
    map.put("kernels", c.kernels());
    map.put("activation", Settings.name(c.activation()));
    map.put("gate", Settings.name(c.gate()));
    map.put("mixer", Settings.name(c.mixer()));
    map.put("weight_norm", c.weightNorm());
    map.put("norm", Settings.name(c.norm()));
    map.put("prenorm", c.prenorm());
    map.put("dropout", c.dropout());
    map.put("tied_dropout", c.tiedDropout());
    map.put("feed_forward", c.feedForward());
    map.put("ssm", LayerConfigMaps.toMap(c.ssm()));
    return map;
  }

  /**
   * A network from its settings.
   *
   * @throws IllegalArgumentException naming the setting that is unknown, of the wrong kind, or out
   *     of range
   */
  public static NetworkConfig network(Settings s) {
    int vocabulary = s.integer("vocabulary", 0);
    NetworkConfig config =
        new NetworkConfig(
            s.integer("input_size", vocabulary > 0 ? 0 : DEFAULT.inputSize()),
            vocabulary,
            s.integer("output_size", DEFAULT.outputSize()),
            s.integer("width", DEFAULT.width()),
            s.integer("depth", DEFAULT.depth()),
            block(s.nested("block")),
            s.flag("final_norm", DEFAULT.finalNorm()),
            s.choice("pooling", io.carillon.config.Pooling.class, DEFAULT.pooling()),
            s.integer("last_steps", DEFAULT.lastSteps()),
            s.flag("pairs", DEFAULT.pairs()));
    s.finish();
    return config;
  }

  private static BlockConfig block(Settings s) {
    BlockConfig d = BlockConfig.DEFAULT;
    BlockConfig config =
        new BlockConfig(
            LayerConfigMaps.layer(s.nested("ssm")),
            s.flag("bidirectional", d.bidirectional()),
            s.integer("kernels", d.kernels()),
            s.choice("activation", io.carillon.config.Activation.class, d.activation()),
            s.choice("gate", io.carillon.config.Activation.class, d.gate()),
            s.choice("mixer", io.carillon.config.Mixer.class, d.mixer()),
            s.flag("weight_norm", d.weightNorm()),
            s.choice("norm", io.carillon.config.Norm.class, d.norm()),
            s.flag("prenorm", d.prenorm()),
            s.number("dropout", d.dropout()),
            s.flag("tied_dropout", d.tiedDropout()),
            s.integer("feed_forward", d.feedForward()));
    s.finish();
    return config;
  }
}
