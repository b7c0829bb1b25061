package io.carillon.config.kernel;

/** How the complex sum k of a DLR or DSS kernel becomes real ({@code kernel_to_real}). */
public enum KernelCast {
  /** Re k. The only cast of S4D (with the factor 2 of conjugate pairs). */
  REAL,
  /** Im k. */
  IMAG,
  /** Re k + Im k. */
  SUM,
  /**
   * Re k · Im k, "DLR-prod". Not a sum of exponentials with M modes: no recurrence, no streaming.
   */
  PROD,
  /** Re k for the first half of the channels, Re k · Im k for the rest. No streaming. */
  REAL_PROD;

  /**
   * Whether the kernel is a linear function of w, so that the recurrence computes the same thing.
   */
  public boolean isLinear() {
    return this == REAL || this == IMAG || this == SUM;
  }
}
