package io.carillon.ssm.diagonal;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.config.kernel.KernelCast;
import io.carillon.math.Complex;
import io.carillon.ssm.Modes;
import java.math.BigDecimal;
import java.math.MathContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps of any length in double: a = λ^g, b = (λ^g − 1)/(λ − 1) and ∂b/∂z. */
class HeldModesTest {
  /** From fast decay and many turns a step to a mode that is nearly, or quite, constant. */
  private static final double[][] LOGS = {
    {-0.5, 2.1}, {-3, 0.2}, {-1e-3, 14.5}, {-1e-6, 1e-5}, {-1e-12, -1e-13}, {0, 0}, {0, 6.2831853}
  };

  private static Modes modes(double re, double im) {
    double[] one = {1};
    double[] zero = {0};
    return new Modes(
        1, 1, 1, false, new double[] {re}, new double[] {im}, one, zero, null, KernelCast.REAL);
  }

  private static HeldGap step(double re, double im, double gap) {
    HeldGap step = new HeldGap(1, true);
    new HeldModes(modes(re, im)).fill(gap, 0, 1, step);
    return step;
  }

  private static double distance(double re, double im, double[] expected) {
    double size = Math.hypot(expected[0], expected[1]);
    return Math.hypot(re - expected[0], im - expected[1]) / size;
  }

  /** g ordinary steps from 0 with input 1 give b, g without input from 1 give a. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 60, 1000})
  void aGapIsHeldSteps(int gap) {
    for (double[] log : LOGS) {
      Complex lambda = new Complex(log[0], log[1]).exp();
      Complex driven = Complex.ZERO;
      Complex free = Complex.ONE;
      for (int k = 0; k < gap; k++) {
        driven = driven.times(lambda).plus(Complex.ONE);
        free = free.times(lambda);
      }
      HeldGap step = step(log[0], log[1], gap);
      double[] b = {driven.re(), driven.im()};
      double[] a = {free.re(), free.im()};
      // A turn of 14.5 and of 2π a step loses its last digits in λ itself, gap times over.
      assertThat(distance(step.bRe()[0], step.bIm()[0], b)).as("%s", log[1]).isLessThan(1e-12);
      double size = Math.hypot(a[0], a[1]);
      assertThat(Math.hypot(step.aRe()[0] - a[0], step.aIm()[0] - a[1]))
          .isLessThan(1e-12 * Math.max(size, 1e-3));
    }
  }

  @ParameterizedTest
  @CsvSource({"0.3, 1.9", "0.01, 2.5", "7.25, 0.5", "1.5, 30.125"})
  void gapsAddUp(double first, double second) {
    for (double[] log : LOGS) {
      HeldGap one = step(log[0], log[1], first);
      HeldGap two = step(log[0], log[1], second);
      HeldGap both = step(log[0], log[1], first + second);
      Complex a = new Complex(two.aRe()[0], two.aIm()[0]);
      Complex b =
          a.times(new Complex(one.bRe()[0], one.bIm()[0]))
              .plus(new Complex(two.bRe()[0], two.bIm()[0]));
      boolean turns = log[0] == 0 && log[1] > 6;
      if (!turns) {
        // λ = 1 by a full turn: parts of a step turn, whole ones do not; b is then without meaning.
        assertThat(distance(both.bRe()[0], both.bIm()[0], new double[] {b.re(), b.im()}))
            .as("%s %s", log[0], log[1])
            .isLessThan(1e-11);
      }
    }
  }

  /** The series and the closed form meet; five-point differences in between. */
  @ParameterizedTest
  @ValueSource(doubles = {0.25, 1, 2, 3.7, 40, 1000})
  void theDerivativeIsTheDerivative(double gap) {
    double[][] logs = {{-0.5, 2.1}, {-0.02, 0.7}, {-1e-3, 3e-3}, {-2e-5, 1e-5}, {-1e-7, 0}};
    for (double[] log : logs) {
      double h = 1e-4 * Math.max(1e-2, Math.hypot(log[0], log[1])) / Math.max(1, gap);
      double[] d = new double[2];
      double[] weights = {1.0 / 12, -8.0 / 12, 8.0 / 12, -1.0 / 12};
      int[] places = {-2, -1, 1, 2};
      for (int i = 0; i < 4; i++) {
        HeldGap moved = step(log[0] + places[i] * h, log[1], gap);
        d[0] += weights[i] * moved.bRe()[0] / h;
        d[1] += weights[i] * moved.bIm()[0] / h;
      }
      HeldGap step = step(log[0], log[1], gap);
      double error = Math.hypot(step.cRe()[0] - d[0], step.cIm()[0] - d[1]);
      // Differences lose the digits of b, of size gap, divided by h.
      double bound = 1e-6 * Math.hypot(d[0], d[1]) + 1e-15 * gap / h;
      assertThat(error).as("gap %s, z %s %s", gap, log[0], log[1]).isLessThanOrEqualTo(bound);
    }
  }

  /** A slow real mode over a long gap against 40 digits: (e^{gz} − 1)/(e^z − 1). */
  @Test
  void slowModesKeepTheirDigits() {
    MathContext digits = new MathContext(40);
    double z = -1e-9;
    double gap = 12345.5;
    BigDecimal exact =
        expm1(BigDecimal.valueOf(z).multiply(BigDecimal.valueOf(gap)), digits)
            .divide(expm1(BigDecimal.valueOf(z), digits), digits);
    HeldGap step = step(z, 0, gap);
    assertThat(Math.abs(step.bRe()[0] / exact.doubleValue() - 1)).isLessThan(1e-14);
    assertThat(step.bIm()[0]).isZero();
  }

  private static BigDecimal expm1(BigDecimal x, MathContext digits) {
    BigDecimal sum = BigDecimal.ZERO;
    BigDecimal term = BigDecimal.ONE;
    for (int k = 1; k < 30; k++) {
      term = term.multiply(x, digits).divide(BigDecimal.valueOf(k), digits);
      sum = sum.add(term, digits);
    }
    return sum;
  }
}
