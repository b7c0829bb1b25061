package io.carillon.config.kernel;

/** Initial angles θ of a DLR kernel; the decays are ρ² = d/2, d log-uniform in [dtMin, dtMax]. */
public enum DlrInit {
  /** θ_n = 2πn/N: the roots of unity. */
  OMEGA,
  /** θ_n standard normal, modulo 2π. */
  RANDN
}
