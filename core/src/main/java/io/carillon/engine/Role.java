package io.carillon.engine;

/**
 * What a parameter is for. The optimiser groups parameters by role: the state-space roles {@link
 * #DT}, {@link #A}, {@link #A_REAL} and {@link #B} have their own learning rate and no weight decay
 * (S4D code, {@code setup_optimizer}); all others use the global rate.
 */
public enum Role {
  /** Raw step size Δ, one per channel (S4D, S4, DSS). */
  DT,
  /**
   * Raw state matrix diagonal A, or Λ in DLR and DSS; its imaginary part alone where the real part
   * is stored apart. Also the low-rank P of S4, which is part of its state matrix.
   */
  A,
  /** Raw real part of A or Λ, where it is stored apart. */
  A_REAL,
  /** Input weight B. */
  B,
  /** Output weight C, or W in DLR and DSS; taps and decays of SGConv. */
  C,
  /** Skip weight D. */
  D,
  /** Matrix of a linear map. */
  WEIGHT,
  /** Additive vector of a linear map. */
  BIAS,
  /** Scale or shift of a normalisation. */
  NORM,
  /** Embedding table. */
  EMBEDDING
}
