package io.carillon.config;

/**
 * Settings of a long convolution: a diagonal state-space kernel ({@link SsmConfig}), or a kernel
 * without a state ({@link SgConvConfig}).
 */
public interface KernelConfig extends LayerConfig {
  /**
   * Longest kernel in steps; a layer computes min(this, sequence length) taps and takes the rest as
   * zero. 0 means no limit.
   */
  int maxKernelLength();

  /** The setting of {@link #maxKernelLength}, for the kinds that have it. */
  static <R extends KernelConfig> int maxKernelLength(Schema.Values<R> s, int otherwise) {
    return s.setting("max_kernel_length", "longest kernel in steps; 0 = no limit")
        .integer(R::maxKernelLength, otherwise, Range.NOT_NEGATIVE);
  }
}
