package io.carillon.math;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The exponential differences against a power series in 60 decimal digits. */
class ComplexTest {
  private static final MathContext DIGITS = new MathContext(60);

  /** A few roundings of 1.1e-16; φ₁' loses at most two bits more just above |z| = 1. */
  private static final double TOLERANCE = 2e-15;

  static Stream<Complex> points() {
    return Stream.of(
        new Complex(0, 0),
        new Complex(-1e-17, 3e-17),
        new Complex(-5e-9, 2e-8),
        new Complex(-5e-5, 3e-4),
        new Complex(-0.05, 0.3),
        new Complex(-0.6, 0.79),
        new Complex(-0.999, 0),
        new Complex(-1.001, 0),
        new Complex(0.3, -1.1),
        new Complex(-0.5, 6.2),
        new Complex(-7, 20));
  }

  @ParameterizedTest
  @MethodSource("points")
  void matchTheSeries(Complex z) {
    close("expm1", z.expm1(), series(z, -1));
    close("phi1", of(cell(z).phi1()), series(z, 0));
    close("phi1 derivative", of(cell(z).phi1Derivative()), series(z, 1));
  }

  /**
   * Σ of the series of e^z − 1 (kind −1), φ₁ (0) or φ₁' (1).
   *
   * <p>Coefficients of z^k: 1/k! without k = 0; 1/(k+1)!; (k+1)/(k+2)!.
   */
  private static Complex series(Complex z, int kind) {
    BigDecimal zRe = new BigDecimal(z.re());
    BigDecimal zIm = new BigDecimal(z.im());
    BigDecimal re = BigDecimal.ZERO;
    BigDecimal im = BigDecimal.ZERO;
    BigDecimal powerRe = BigDecimal.ONE;
    BigDecimal powerIm = BigDecimal.ZERO;
    BigDecimal factorial = BigDecimal.ONE;
    for (int i = 2; i <= kind + 1; i++) {
      factorial = factorial.multiply(BigDecimal.valueOf(i));
    }
    for (int k = 0; k < 150; k++) {
      BigDecimal factor = kind == 1 ? BigDecimal.valueOf(k + 1) : BigDecimal.ONE;
      BigDecimal coefficient = factor.divide(factorial, DIGITS);
      if (kind != -1 || k > 0) {
        re = re.add(coefficient.multiply(powerRe, DIGITS), DIGITS);
        im = im.add(coefficient.multiply(powerIm, DIGITS), DIGITS);
      }
      BigDecimal next =
          powerRe.multiply(zRe, DIGITS).subtract(powerIm.multiply(zIm, DIGITS), DIGITS);
      powerIm = powerRe.multiply(zIm, DIGITS).add(powerIm.multiply(zRe, DIGITS), DIGITS);
      powerRe = next;
      factorial = factorial.multiply(BigDecimal.valueOf(Math.max(1, k + kind + 2)));
    }
    return new Complex(re.doubleValue(), im.doubleValue());
  }

  private static void close(String name, Complex actual, Complex expected) {
    double scale = Math.sqrt(expected.absSquared());
    double error = Math.sqrt(actual.minus(expected).absSquared());
    assertThat(error)
        .as("%s: %s, expected %s", name, actual, expected)
        .isLessThanOrEqualTo(TOLERANCE * scale);
  }

  private static MutableComplex cell(Complex z) {
    return new MutableComplex().set(z.re(), z.im());
  }

  private static Complex of(MutableComplex z) {
    return new Complex(z.re, z.im);
  }
}
