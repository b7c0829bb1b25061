package io.carillon.config.kernel;

/** Initial input weight B of an S4D layer, n = 0 .. N/2 − 1. */
public enum InputWeightInit {
  /** B = 1. */
  ONES,
  /** Complex standard normal, total variance 1. */
  RANDOM,
  /** 1, −1, 1, −1, … */
  ALTERNATING,
  /** exp(−2πi n/N): clockwise on the unit circle. */
  UNIT_CW,
  /** exp(+2πi n/N): counter-clockwise. */
  UNIT_CCW,
  /**
   * The HiPPO input vector in the eigenbasis of A (phase: first component of each eigenvector
   * real), imaginary part clipped to ±2: what the official code (HEAD) uses for LegS and FouT
   * whatever its B option says. Copies that are not HiPPO matrices (in a mixed init) get ones.
   */
  HIPPO,
  /** Half of the HiPPO vector, not clipped: what theory asks for (S4D, theorem 3). */
  HALF_HIPPO;

  /** Whether the choice needs a HiPPO matrix. */
  public boolean isHippo() {
    return this == HIPPO || this == HALF_HIPPO;
  }
}
