package io.carillon.engine;

/**
 * What a parameter is for. The optimiser groups parameters by role: the state-space roles {@link
 * #DT}, {@link #A} and {@link #B} have their own learning rate and no weight decay (S4D code,
 * {@code setup_optimizer}); all others use the global rate.
 */
public enum Role {
  /** Raw step size Δ, one per channel (S4D, S4, DSS). */
  DT,
  /** Raw state matrix diagonal A, or Λ in DLR and DSS. */
  A,
  /** Input weight B, and the low-rank P of S4. */
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
