package io.carillon.config.kernel;

/** Initial Λ of a DSS kernel; the real part is −½. */
public enum DssInit {
  /** Im Λ = the N positive frequencies of HiPPO-LegS of size 2N, largest first. */
  HIPPO_SKEW_POS_IMAG,
  /** Im Λ_n = πn. */
  LIN,
  /** Im Λ_n standard normal. */
  RANDN
}
