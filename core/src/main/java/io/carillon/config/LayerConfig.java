package io.carillon.config;

/**
 * Settings of what a block does along the sequence: a long convolution ({@link KernelConfig}),
 * {@link AttentionConfig attention} or a {@link GruConfig gated recurrent unit}. Which kinds there
 * are is known by those who build them; settings of another class belong to no layer.
 */
public interface LayerConfig extends Schema.Described {
  /** Name in files and on the command line, for example {@code s4d} or {@code attention}. */
  @Override
  default String kind() {
    return schema().name();
  }

  /** With another value of the setting of this name. */
  default LayerConfig with(String setting, Object value) {
    return changed(schema(), this, setting, value);
  }

  @SuppressWarnings("unchecked")
  private static <C> LayerConfig changed(
      Schema<C> schema, LayerConfig config, String setting, Object value) {
    return (LayerConfig) schema.with((C) config, setting, value);
  }

  /** Numbers in the largest array of parameters, for H channels and one kernel per channel. */
  long largestArray(int channels);

  /** What tells one setting of this kind from another, in a few words: {@code 32 modes}. */
  String size();

  /**
   * Why a step of this kind has no other length than 1, or null if it can have one, see {@code
   * HeldGap}.
   */
  String gapObstacle();

  /**
   * Why of the gaps only whole numbers of steps have a meaning, as a predicate of the layers; null
   * if any positive gap has one. Asked where there is no {@link #gapObstacle}.
   */
  default String partialGapObstacle() {
    return null;
  }

  /** Whether a layer can see the future too. */
  default boolean canReadBackwards() {
    return true;
  }

  /** Steps of the longest sequence that a layer can be trained on. */
  default int longestTraining() {
    return Integer.MAX_VALUE;
  }

  /**
   * Whether Δ, A and B learn at most at a rate of 0.001 unless told otherwise (papers A.9): modes
   * that a step size keeps slow have to change slowly.
   */
  default boolean hasSlowModes() {
    return true;
  }

  /** Whether the weight of the output decays like other weights unless told otherwise. */
  default boolean decaysOutput() {
    return false;
  }
}
