package io.carillon.config.kernel;

import java.util.List;

/**
 * How the diagonal A of an S4D layer is initialised. With N the full state size and n = 0 .. N/2 −
 * 1 the stored modes (papers: S4D section 4 and table 1), before the scale options:
 *
 * <table>
 *   <caption>Initial A</caption>
 *   <tr><th>constant</th><th>−Re A</th><th>|Im A|</th></tr>
 *   <tr><td>LEGS</td><td>½</td><td>spectrum of the normal part of HiPPO-LegS, largest first</td></tr>
 *   <tr><td>INV</td><td>½</td><td>(N/π)(N/(2n+1) − 1)</td></tr>
 *   <tr><td>LIN</td><td>½</td><td>πn</td></tr>
 *   <tr><td>INV2</td><td>½</td><td>(N/π)(N/(n+1) − 1)</td></tr>
 *   <tr><td>QUAD</td><td>½</td><td>(1+2n)²/π</td></tr>
 *   <tr><td>REAL</td><td>n + 1</td><td>0</td></tr>
 *   <tr><td>RANDOM</td><td>½</td><td>exp of a standard normal</td></tr>
 *   <tr><td>FOURIER</td><td>0 (stored as 1e-4)</td><td>π(N/2 − 1 − n): normal part of HiPPO-FouT</td></tr>
 * </table>
 *
 * <p>The mixed inits give each its share of the copies of A, in this order: DIAG = INV, LIN; HIPPO
 * = LEGS, FOURIER; ALL = LEGS, FOURIER, INV, LIN.
 */
public enum S4dInit {
  /** S4D-LegS. */
  LEGS,
  /** S4D-Inv. */
  INV,
  /** S4D-Lin. */
  LIN,
  /** An inverse law with a wider top, "Inv2". */
  INV2,
  /** Quadratic frequencies. */
  QUAD,
  /** S4D-Real: no oscillation. */
  REAL,
  /** Random frequencies. */
  RANDOM,
  /** The normal part of HiPPO-FouT. */
  FOURIER,
  /** Half INV, half LIN. */
  DIAG,
  /** Half LEGS, half FOURIER. */
  HIPPO,
  /** A quarter each of LEGS, FOURIER, INV, LIN. */
  ALL;

  /** The plain inits that share the copies of A, in order; a plain init is its own only part. */
  public List<S4dInit> parts() {
    return switch (this) {
      case DIAG -> List.of(INV, LIN);
      case HIPPO -> List.of(LEGS, FOURIER);
      case ALL -> List.of(LEGS, FOURIER, INV, LIN);
      default -> List.of(this);
    };
  }

  /** Whether A is (the normal part of) a HiPPO matrix, so that a HiPPO input vector exists. */
  public boolean isHippo() {
    return this == LEGS || this == FOURIER;
  }

  /** Whether the frequencies are a formula of an index n that can be drawn at random. */
  public boolean usesIndex() {
    return this == INV || this == LIN || this == INV2 || this == QUAD || this == FOURIER;
  }
}
