package io.carillon.config.kernel;

/**
 * Sign with which the raw imaginary part enters A. It decides only what the raw numbers mean: modes
 * come in conjugate pairs, so the other sign with conjugated B and C gives the same kernel.
 */
public enum ImagSign {
  /** Im A = +f(raw): the minimal S4D code. */
  PLUS(1),
  /** Im A = −f(raw): the full S4 code (HEAD). */
  MINUS(-1);

  private final int factor;

  ImagSign(int factor) {
    this.factor = factor;
  }

  /** +1 or −1. */
  public int factor() {
    return factor;
  }
}
