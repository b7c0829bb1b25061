package io.carillon.ssm.diagonal;

import io.carillon.math.Complex;
import io.carillon.ssm.Modes;
import java.util.Arrays;

/**
 * The modes of a layer made ready for steps of any length, see {@link HeldGap}: z = log λ and e^z −
 * 1 in double precision. Immutable.
 *
 * <p>For a whole gap e^{gz} does not depend on the branch of the logarithm, and Im z is taken from
 * (−π, π]: large angles lose digits, and λ near 1 by a full turn would make b the quotient of two
 * rounding errors.
 */
public final class HeldModes {
  /** Below this |gz| the derivative of b is summed as a series: relative error |gz|² = 1e-8. */
  private static final double SERIES = 1e-4;

  private static final double TURN = 2 * Math.PI;

  private final int channels;
  private final int modes;

  /** Channels that have modes of their own: H, or 1 when all share them. */
  private final int rows;

  private final double[] re;
  private final double[] im;
  private final double[] foldedIm;
  private final double[] oneRe;
  private final double[] oneIm;

  /** Takes over the modes of a layer without shifts. */
  public HeldModes(Modes modes) {
    this.channels = modes.channels();
    this.modes = modes.modes();
    this.rows = modes.shared() ? 1 : channels;
    int size = this.modes * rows;
    this.re = new double[size];
    this.im = new double[size];
    this.foldedIm = new double[size];
    this.oneRe = new double[size];
    this.oneIm = new double[size];
    for (int m = 0; m < this.modes; m++) {
      for (int h = 0; h < rows; h++) {
        int from = modes.logRow(h) + m;
        int k = m * rows + h;
        re[k] = modes.logRe()[from];
        im[k] = modes.logIm()[from];
        foldedIm[k] = Math.IEEEremainder(im[k], TURN);
        Complex one = new Complex(re[k], foldedIm[k]).expm1();
        oneRe[k] = one.re();
        oneIm[k] = one.im();
      }
    }
  }

  /**
   * Bound on |b| of a step of length g, divided by g max(1, |λ|)^g: at least 1, infinite if nothing
   * can be said.
   */
  public double largestHold() {
    double largest = 1;
    for (int k = 0; k < re.length; k++) {
      double one = Math.hypot(oneRe[k], oneIm[k]);
      double z = Math.hypot(re[k], im[k]);
      // |e^{gz} − 1| is at most g |z| max(1, |e^z|)^g; of λ = 1, b is g.
      largest = Math.max(largest, one == 0 ? 1 : z / one);
    }
    return largest;
  }

  /** H. */
  public int channels() {
    return channels;
  }

  /** M. */
  public int modes() {
    return modes;
  }

  /**
   * Computes the step of length {@code gap} for channels h0 .. h1-1.
   *
   * @param gap positive and finite
   * @param step overwritten, [M][h1 − h0]; with derivatives if it has room for them
   */
  public void fill(double gap, int h0, int h1, HeldGap step) {
    int width = h1 - h0;
    boolean whole = gap == Math.rint(gap);
    for (int m = 0; m < modes; m++) {
      for (int i = 0; i < (rows == 1 ? 1 : width); i++) {
        set(gap, whole, m * rows + (rows == 1 ? 0 : h0 + i), m * width + i, step);
      }
      if (rows == 1) {
        repeat(step, m * width, width);
      }
    }
    step.setGap(gap);
  }

  private static void repeat(HeldGap step, int from, int width) {
    repeat(step.aRe(), from, width);
    repeat(step.aIm(), from, width);
    repeat(step.bRe(), from, width);
    repeat(step.bIm(), from, width);
    if (step.cRe() != null) {
      repeat(step.cRe(), from, width);
      repeat(step.cIm(), from, width);
    }
  }

  private static void repeat(double[] values, int from, int width) {
    Arrays.fill(values, from, from + width, values[from]);
  }

  private void set(double gap, boolean whole, int k, int to, HeldGap step) {
    double x = gap * re[k];
    double half = 0.5 * gap * (whole ? foldedIm[k] : im[k]);
    // e^{gz} − 1 without cancellation, from which a and b follow.
    double grown = Math.expm1(x);
    double sin = Math.sin(half);
    double cos = Math.cos(half);
    double lessRe = grown * (1 - 2 * sin * sin) - 2 * sin * sin;
    double lessIm = (grown + 1) * 2 * sin * cos;
    double aRe = lessRe + 1;
    double norm = oneRe[k] * oneRe[k] + oneIm[k] * oneIm[k];
    // λ = 1: g inputs are added up.
    double bRe = norm == 0 ? gap : (lessRe * oneRe[k] + lessIm * oneIm[k]) / norm;
    double bIm = norm == 0 ? 0 : (lessIm * oneRe[k] - lessRe * oneIm[k]) / norm;
    step.aRe()[to] = aRe;
    step.aIm()[to] = lessIm;
    step.bRe()[to] = bRe;
    step.bIm()[to] = bIm;
    if (step.cRe() == null) {
      return;
    }
    if (x * x + 4 * half * half < SERIES * SERIES) {
      // b = g (1 + (g − 1) z/2 + (g − 1)(2g − 1) z²/12 + …)
      double slope = gap * (gap - 1) * (2 * gap - 1) / 6;
      step.cRe()[to] = gap * (gap - 1) / 2 + slope * x / gap;
      step.cIm()[to] = slope * 2 * half / gap;
      return;
    }
    // ∂b/∂z = (g e^{gz} − b e^z)/(e^z − 1)
    double lambdaRe = oneRe[k] + 1;
    double numRe = gap * aRe - (bRe * lambdaRe - bIm * oneIm[k]);
    double numIm = gap * lessIm - (bRe * oneIm[k] + bIm * lambdaRe);
    step.cRe()[to] = (numRe * oneRe[k] + numIm * oneIm[k]) / norm;
    step.cIm()[to] = (numIm * oneRe[k] - numRe * oneIm[k]) / norm;
  }
}
