package io.carillon.config.kernel;

/** Which parts of Λ and W a DLR kernel has (papers B.1). */
public enum DlrVersion {
  /** Complex Λ and W: the version of all published runs. */
  FULL(true, true, true),
  /** Λ = iθ, |λ| = 1, complex W. */
  LAMBDA_IMAG(false, true, true),
  /** Λ = iθ, |λ| = 1, real W. */
  LAMBDA_IMAG_W_REAL(false, true, false),
  /** Λ = −ρ², real decays, real W. */
  LAMBDA_REAL_W_REAL(true, false, false);

  private final boolean decays;
  private final boolean turns;
  private final boolean complexWeight;

  DlrVersion(boolean decays, boolean turns, boolean complexWeight) {
    this.decays = decays;
    this.turns = turns;
    this.complexWeight = complexWeight;
  }

  /** Whether ρ exists. */
  public boolean decays() {
    return decays;
  }

  /** Whether θ exists. */
  public boolean turns() {
    return turns;
  }

  /** Whether W is complex. */
  public boolean complexWeight() {
    return complexWeight;
  }
}
