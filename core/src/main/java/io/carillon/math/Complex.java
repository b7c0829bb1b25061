package io.carillon.math;

/** A complex number in double precision, for the parameter maps only (a few per mode). */
public record Complex(double re, double im) {
  public static final Complex ZERO = new Complex(0, 0);
  public static final Complex ONE = new Complex(1, 0);

  public Complex plus(Complex other) {
    return new Complex(re + other.re, im + other.im);
  }

  public Complex minus(Complex other) {
    return new Complex(re - other.re, im - other.im);
  }

  public Complex times(Complex other) {
    return new Complex(re * other.re - im * other.im, re * other.im + im * other.re);
  }

  /** this · conj(other): the step of a gradient through a multiplication by {@code other}. */
  public Complex timesConj(Complex other) {
    return new Complex(re * other.re + im * other.im, im * other.re - re * other.im);
  }

  public Complex times(double factor) {
    return new Complex(re * factor, im * factor);
  }

  public Complex conj() {
    return new Complex(re, -im);
  }

  public double absSquared() {
    return re * re + im * im;
  }

  public Complex reciprocal() {
    double norm = absSquared();
    return new Complex(re / norm, -im / norm);
  }

  public Complex exp() {
    double scale = Math.exp(re);
    return new Complex(scale * Math.cos(im), scale * Math.sin(im));
  }

  /** e^z − 1 without cancellation at small |z|. */
  public Complex expm1() {
    double half = Math.sin(im / 2);
    return new Complex(
        Math.expm1(re) * Math.cos(im) - 2 * half * half, Math.exp(re) * Math.sin(im));
  }
}
