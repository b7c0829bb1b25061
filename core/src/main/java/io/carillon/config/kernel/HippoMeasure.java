package io.carillon.config.kernel;

/**
 * Measures of the HiPPO framework: what the state of the continuous system remembers (papers A.4).
 */
public enum HippoMeasure {
  /** Laguerre, translated. */
  LAGT,
  /** Laguerre, tilted with β = 1. */
  TLAGT,
  /** Generalised Laguerre with α = 0, β = 0.01. */
  GLAGT,
  /** Legendre, translated: a sliding window. */
  LEGT,
  /** LegT in the normalisation of the Legendre memory unit. */
  LMU,
  /** Legendre, scaled: the whole past. */
  LEGS,
  /** The normal part of LEGS with half its input vector (S4D, theorem 3). */
  LEGSD,
  /** Damped Fourier blocks, already normal. */
  FOUD,
  /** Fourier: a window in sines and cosines. */
  FOURIER,
  /** FOURIER with half its rank-one term and input vector. */
  FOURIER_DECAY,
  /** FOURIER at twice the rate. */
  FOURIER2
}
