package io.carillon.math;

/**
 * A complex number that operations change in place: the arithmetic of {@link Complex} without its
 * objects, for what every training step computes for every mode. Every method but the setters and
 * {@link #absSquared} replaces this number by its result and returns it.
 */
public final class MutableComplex {
  /**
   * Below this modulus φ₁' is summed as a series; above, its cancellation costs at most two bits.
   */
  private static final double SERIES_RADIUS = 1;

  private static final int SERIES_TERMS = 20;

  /** (k+1)/(k+2)!. */
  private static final double[] SERIES = series();

  public double re;
  public double im;

  private static double[] series() {
    double factorial = 1;
    double[] coefficient = new double[SERIES_TERMS];
    for (int k = 0; k < SERIES_TERMS; k++) {
      factorial *= k + 2;
      coefficient[k] = (k + 1) / factorial;
    }
    return coefficient;
  }

  public MutableComplex set(double newRe, double newIm) {
    re = newRe;
    im = newIm;
    return this;
  }

  public MutableComplex set(MutableComplex other) {
    return set(other.re, other.im);
  }

  public double absSquared() {
    return re * re + im * im;
  }

  public MutableComplex plus(MutableComplex other) {
    return set(re + other.re, im + other.im);
  }

  public MutableComplex minus(MutableComplex other) {
    return set(re - other.re, im - other.im);
  }

  public MutableComplex times(double factor) {
    return set(re * factor, im * factor);
  }

  public MutableComplex times(double otherRe, double otherIm) {
    return set(re * otherRe - im * otherIm, re * otherIm + im * otherRe);
  }

  public MutableComplex times(MutableComplex other) {
    return times(other.re, other.im);
  }

  /** this · conj(other). */
  public MutableComplex timesConj(double otherRe, double otherIm) {
    return set(re * otherRe + im * otherIm, im * otherRe - re * otherIm);
  }

  /** this · conj(other). */
  public MutableComplex timesConj(MutableComplex other) {
    return timesConj(other.re, other.im);
  }

  public MutableComplex conj() {
    return set(re, -im);
  }

  public MutableComplex reciprocal() {
    double norm = absSquared();
    return set(re / norm, -im / norm);
  }

  public MutableComplex exp() {
    double scale = Math.exp(re);
    return set(scale * Math.cos(im), scale * Math.sin(im));
  }

  /** e^z − 1 without cancellation at small |z|. */
  public MutableComplex expm1() {
    double half = Math.sin(im / 2);
    return set(Math.expm1(re) * Math.cos(im) - 2 * half * half, Math.exp(re) * Math.sin(im));
  }

  /** φ₁(z) = (e^z − 1)/z, 1 at 0. */
  public MutableComplex phi1() {
    if (re == 0 && im == 0) {
      return set(1, 0);
    }
    double norm = absSquared();
    double inverseRe = re / norm;
    double inverseIm = -im / norm;
    return expm1().times(inverseRe, inverseIm);
  }

  /** φ₁'(z) = (e^z − φ₁(z))/z = Σ_k (k+1)/(k+2)! z^k. */
  public MutableComplex phi1Derivative() {
    double zRe = re;
    double zIm = im;
    double norm = absSquared();
    if (norm >= SERIES_RADIUS * SERIES_RADIUS) {
      exp();
      double expRe = re;
      double expIm = im;
      set(zRe, zIm).phi1();
      return set(expRe - re, expIm - im).times(zRe / norm, -zIm / norm);
    }
    set(0, 0);
    for (int k = SERIES_TERMS - 1; k >= 0; k--) {
      times(zRe, zIm).set(re + SERIES[k], im + 0);
    }
    return this;
  }
}
