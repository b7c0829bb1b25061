package io.carillon.nn;

import io.carillon.config.Activation;
import io.carillon.config.AttentionConfig;
import io.carillon.config.BlockConfig;
import io.carillon.config.DlrConfig;
import io.carillon.config.DssConfig;
import io.carillon.config.GruConfig;
import io.carillon.config.KernelConfig;
import io.carillon.config.LayerConfig;
import io.carillon.config.NetworkConfig;
import io.carillon.config.S4Config;
import io.carillon.config.S4dConfig;
import io.carillon.config.Schema;
import io.carillon.config.Settings;
import io.carillon.config.SgConvConfig;
import io.carillon.engine.SeededRandom;
import io.carillon.nn.attention.AttentionLayer;
import io.carillon.nn.gru.GruLayer;
import io.carillon.nn.layer.SequenceLayer;
import io.carillon.nn.ssm.SsmLayer;
import io.carillon.ssm.KernelMap;
import io.carillon.ssm.diagonal.DlrParameterisation;
import io.carillon.ssm.diagonal.DssParameterisation;
import io.carillon.ssm.diagonal.S4dParameterisation;
import io.carillon.ssm.dplr.DplrKernel;
import io.carillon.ssm.sgconv.SgConvKernel;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * All kinds of layers along the sequence: a kind is its settings, its layer, and one entry here.
 * What else differs between kinds its settings and its layer say themselves.
 */
public final class LayerKind {
  private static final List<LayerKind> ALL =
      List.of(
          kernels(S4dConfig.DEFAULT, S4dParameterisation::create),
          kernels(DlrConfig.DEFAULT, DlrParameterisation::create),
          kernels(DssConfig.DEFAULT, DssParameterisation::create),
          kernels(S4Config.DEFAULT, DplrKernel::create),
          kernels(SgConvConfig.DEFAULT, SgConvKernel::create),
          of(
              AttentionConfig.DEFAULT,
              (config, place) ->
                  new AttentionLayer(
                      place.name + ".attention",
                      place.index,
                      place.width,
                      config,
                      place.block.bidirectional(),
                      place.random)),
          of(
              GruConfig.DEFAULT,
              (config, place) ->
                  new GruLayer(place.name + ".gru", place.index, place.width, place.random)));

  private static final List<Schema<?>> SCHEMAS =
      ALL.stream().<Schema<?>>map(kind -> kind.defaults.schema()).toList();

  private static final Map<Class<?>, LayerKind> BY_SETTINGS =
      ALL.stream().collect(Collectors.toMap(kind -> kind.defaults.getClass(), kind -> kind));

  private final LayerConfig defaults;
  private final Function<Place, SequenceLayer> builder;

  /** Null where a layer has no kernels. */
  private final KernelBuilder<KernelConfig> kernels;

  private LayerKind(
      LayerConfig defaults,
      Function<Place, SequenceLayer> builder,
      KernelBuilder<KernelConfig> kernels) {
    this.defaults = defaults;
    this.builder = builder;
    this.kernels = kernels;
  }

  /**
   * Where a layer is built.
   *
   * @param name prefix of the block's parameter names
   * @param index of the layer
   * @param width channels H
   * @param random source of the initial values
   */
  record Place(String name, int index, int width, BlockConfig block, SeededRandom random) {}

  /** Makes a layer of settings; the same seed gives the same weights. */
  private interface Builder<C> {
    SequenceLayer build(C config, Place place);
  }

  /** Makes freshly initialised weights of kernels and their map to kernels. */
  private interface KernelBuilder<C> {
    KernelMap create(C config, String name, int channels, int sets, SeededRandom random);
  }

  @SuppressWarnings("unchecked")
  private static <C extends LayerConfig> LayerKind of(C defaults, Builder<C> builder) {
    return new LayerKind(defaults, place -> builder.build((C) place.block.ssm(), place), null);
  }

  @SuppressWarnings("unchecked")
  private static <C extends KernelConfig> LayerKind kernels(C defaults, KernelBuilder<C> builder) {
    return new LayerKind(
        defaults, LayerKind::withKernels, (KernelBuilder<KernelConfig>) (KernelBuilder<?>) builder);
  }

  private static SequenceLayer withKernels(Place place) {
    BlockConfig block = place.block;
    String name = place.name + ".ssm";
    int kernels = block.kernels() * (block.gate() == Activation.NONE ? 1 : 2);
    int sets = kernels * (block.bidirectional() ? 2 : 1);
    KernelConfig config = (KernelConfig) block.ssm();
    KernelMap map = kernels(config, name, place.width, sets, place.random);
    return new SsmLayer(name, place.index, map, block.bidirectional(), place.random);
  }

  /**
   * Freshly initialised weights of kernels and their map to kernels.
   *
   * @param name prefix of the parameter names, e.g. {@code blocks.0.ssm}
   * @param channels H
   * @param sets C, kernels per channel: twice as many for a bidirectional layer
   * @throws IllegalArgumentException if the settings do not fit the number of channels
   */
  static KernelMap kernels(
      KernelConfig config, String name, int channels, int sets, SeededRandom random) {
    return BY_SETTINGS.get(config.getClass()).kernels.create(config, name, channels, sets, random);
  }

  /** The layer that a block wants. */
  static SequenceLayer build(Place place) {
    LayerKind kind = BY_SETTINGS.get(place.block.ssm().getClass());
    if (kind == null) {
      throw new IllegalArgumentException(
          "there is no kind of layer with settings of " + place.block.ssm().getClass());
    }
    return kind.builder.apply(place);
  }

  /** The settings of every kind, in the order in which kinds are listed. */
  public static List<Schema<?>> schemas() {
    return SCHEMAS;
  }

  /**
   * The settings of the kind of that name.
   *
   * @throws IllegalArgumentException suggesting the nearest
   */
  public static Schema<?> schema(String name) {
    return Schema.named(name, SCHEMAS, "ssm.kind");
  }

  /**
   * The settings of a network, as they stand in {@code config.json}, in presets and on the command
   * line. A key that is left out takes the default; an unknown key is refused.
   *
   * @throws IllegalArgumentException naming the setting that is unknown, of the wrong kind, or out
   *     of range
   */
  public static NetworkConfig network(Settings settings) {
    return NetworkConfig.DEFAULT.schema().read(settings, SCHEMAS, null);
  }
}
