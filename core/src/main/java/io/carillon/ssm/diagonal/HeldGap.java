package io.carillon.ssm.diagonal;

/**
 * A step of any length g, in units of ordinary steps, during which the input is held:
 *
 * <pre>
 *   x ← a x + b u,   a = λ^g,   b = (λ^g − 1)/(λ − 1) = 1 + λ + … + λ^{g−1} for whole g
 * </pre>
 *
 * so that g ordinary steps with the same input u give the same x, and the output weight w is that
 * of ordinary steps. With zero-order hold this is exact for every g &gt; 0, because B̄ of the step
 * Δ g is b B̄. Filled by {@link HeldModes}; arrays are [M][some channels], double precision.
 */
public final class HeldGap {
  private final double[] aRe;
  private final double[] aIm;
  private final double[] bRe;
  private final double[] bIm;
  private final double[] cRe;
  private final double[] cIm;
  private double gap = Double.NaN;

  /**
   * Room for a step, not filled.
   *
   * @param size M times the number of channels
   * @param derivatives whether there is room for ∂b/∂z
   */
  public HeldGap(int size, boolean derivatives) {
    this.aRe = new double[size];
    this.aIm = new double[size];
    this.bRe = new double[size];
    this.bIm = new double[size];
    this.cRe = derivatives ? new double[size] : null;
    this.cIm = derivatives ? new double[size] : null;
  }

  /** Length of the step; NaN before it is filled. */
  public double gap() {
    return gap;
  }

  void setGap(double value) {
    gap = value;
  }

  /** Re a. */
  public double[] aRe() {
    return aRe;
  }

  /** Im a. */
  public double[] aIm() {
    return aIm;
  }

  /** Re b. */
  public double[] bRe() {
    return bRe;
  }

  /** Im b. */
  public double[] bIm() {
    return bIm;
  }

  /** Re ∂b/∂z with z = log λ, or null. */
  public double[] cRe() {
    return cRe;
  }

  /** Im ∂b/∂z, or null. */
  public double[] cIm() {
    return cIm;
  }

  /**
   * x ← a x + b u for some channels of one stream.
   *
   * @param x [2 = re, im][M][count]
   * @param u inputs, that of the first channel at {@code uOffset}
   */
  public void advance(double[] x, float[] u, int uOffset, int count) {
    int plane = x.length / 2;
    for (int first = 0; first < plane; first += count) {
      for (int i = 0; i < count; i++) {
        int k = first + i;
        double re = x[k];
        double im = x[plane + k];
        double in = u[uOffset + i];
        x[k] = aRe[k] * re - aIm[k] * im + bRe[k] * in;
        x[plane + k] = aRe[k] * im + aIm[k] * re + bIm[k] * in;
      }
    }
  }
}
