package io.carillon.config;

import io.carillon.engine.SeededRandom;
import io.carillon.ssm.KernelMap;
import java.util.Map;

/**
 * Settings of a long convolution: a diagonal state-space kernel ({@link SsmConfig}), or a kernel
 * without a state ({@link SgConvConfig}).
 */
public sealed interface KernelConfig extends LayerConfig permits SsmConfig, S4Config, SgConvConfig {
  /**
   * Longest kernel in steps; a layer computes min(this, sequence length) taps and takes the rest as
   * zero. 0 means no limit.
   */
  int maxKernelLength();

  /**
   * Creates freshly initialised weights and their map to kernels.
   *
   * @param name prefix of the parameter names, e.g. {@code blocks.0.ssm}
   * @param channels H
   * @param sets C, kernels per channel: 1, or 2 for a bidirectional layer
   * @param random source of the initial values; the same seed gives the same weights
   * @throws IllegalArgumentException if the settings do not fit the number of channels
   */
  KernelMap kernelMap(String name, int channels, int sets, SeededRandom random);

  /**
   * Wraps existing weights. The arrays become the live values of the parameters, not copies.
   *
   * @param raw the values by local name (the parameter name without the prefix), row-major
   * @throws IllegalArgumentException if a name is missing or unknown, or a length does not fit
   */
  KernelMap kernelMap(String name, int channels, int sets, Map<String, float[]> raw);
}
