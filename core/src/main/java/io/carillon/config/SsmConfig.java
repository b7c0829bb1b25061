package io.carillon.config;

import io.carillon.config.kernel.KernelCast;

/**
 * Settings of a diagonal state-space kernel, a sum of damped exponentials: {@link S4dConfig},
 * {@link DlrConfig} or {@link DssConfig}.
 */
public interface SsmConfig extends KernelConfig {
  /** Stored complex modes M per channel: N/2 for S4D with conjugate pairs, N for DLR and DSS. */
  int storedModes();

  /** How the complex kernel becomes real; REAL for S4D. */
  default KernelCast cast() {
    return KernelCast.REAL;
  }

  /** Room for M complex numbers, output weights and their gradients, per channel. */
  @Override
  default long largestArray(int channels) {
    return 8L * channels * storedModes();
  }

  /** Whether there is a step size Δ, so that time between steps has a meaning. */
  default boolean hasStepSize() {
    return true;
  }

  /** Without a step size only whole gaps have a meaning: the angle of λ is known modulo 2π. */
  @Override
  default String gapObstacle() {
    return cast().isLinear() || maxKernelLength() > 0
        ? null
        : "its kernel is an endless product (cast " + cast() + "), which has no state to let pass";
  }

  @Override
  default String partialGapObstacle() {
    if (maxKernelLength() > 0) {
      return "have a kernel that is cut at " + maxKernelLength() + " steps and given at whole ones";
    }
    return hasStepSize() ? null : "have no step size";
  }

  @Override
  default String size() {
    return storedModes() + (storedModes() == 1 ? " mode" : " modes") + " a channel";
  }
}
