package io.carillon.config;

/**
 * Settings of what a block does along the sequence: a long convolution ({@link KernelConfig}),
 * {@link AttentionConfig attention} or a {@link GruConfig gated recurrent unit}.
 */
public sealed interface LayerConfig permits KernelConfig, AttentionConfig, GruConfig {
  /** Name in files and on the command line, for example {@code s4d} or {@code attention}. */
  String kind();

  /** Numbers in the largest array of parameters, for H channels and one kernel per channel. */
  long largestArray(int channels);

  /** What tells one setting of this kind from another, in a few words: {@code 32 modes}. */
  String size();

  /**
   * Why a step of this kind has no other length than 1, or null if it can have one, see {@link
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
}
