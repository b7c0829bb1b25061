package io.carillon.config.kernel;

/** How a continuous mode (A, B, Δ) becomes a discrete one (Ā, B̄), x ← Ā x + B̄ u. */
public enum Discretisation {
  /** Zero-order hold: Ā = exp(ΔA), B̄ = (exp(ΔA) − 1)/A · B. */
  ZOH,
  /** Tustin: Ā = (1 + ΔA/2)/(1 − ΔA/2), B̄ = Δ/(1 − ΔA/2) · B. */
  BILINEAR,
  /** Impulses instead of held values: Ā = exp(ΔA), B̄ = B. */
  DIRAC,
  /**
   * Softmax DSS: each row of powers is divided by its sum over the length L, so the kernel depends
   * on L and there is no recurrence. Real part without the factor 2 of conjugate pairs, as in the
   * official code.
   */
  DSS
}
