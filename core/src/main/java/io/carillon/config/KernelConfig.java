package io.carillon.config;

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
}
