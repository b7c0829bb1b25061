package io.carillon.ssm.hippo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.carillon.config.kernel.Discretisation;
import io.carillon.config.kernel.HippoMeasure;
import io.carillon.math.Complex;
import io.carillon.ssm.dplr.DplrStep;
import io.carillon.ssm.dplr.DplrSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The basis of LegS against dense matrices, DPLR steps, and numbers computed elsewhere. */
class LegsBasisTest {
  private static final double DT = 0.01;

  @Test
  void normalPartHasPublishedKernels() {
    double[][] published = {
      {.1326292943, .1847346173, .2113217491, .2094841023, .1822013862},
      {.1308254153, .1819386438, .2090109402, .2089584943, .1841620482}
    };
    Discretisation[] kinds = {Discretisation.ZOH, Discretisation.BILINEAR};
    for (int k = 0; k < kinds.length; k++) {
      double[] taps = LegsBasis.normalPart(kinds[k], 4, 1, 1, 0.1, 5)[0];
      for (int l = 0; l < taps.length; l++) {
        // Ten digits are given, and the kernels here are divided by Δ = 0.1.
        assertThat(taps[l])
            .as("%s tap %d", kinds[k], l)
            .isCloseTo(10 * published[k][l], within(1e-9));
      }
    }
  }

  @Test
  void normalPartEqualsDensePowers() {
    int size = 16;
    double[][] dense = dense(HippoMeasure.LEGSD, size, 40);
    double[][] taps = LegsBasis.normalPart(Discretisation.BILINEAR, size, 0.5, 4, DT, 40);
    assertClose(taps, dense, 1e-11);
  }

  @Test
  void fullBasisEqualsDensePowersOfAnySize() {
    double[][] taps = LegsBasis.full(Discretisation.BILINEAR, 4, DT, 40);
    assertClose(taps, dense(HippoMeasure.LEGS, 4, 40), 1e-12);
    assertClose(taps, dense(HippoMeasure.LEGS, 32, 40), 1e-11);
  }

  @Test
  void fullBasisIsThatOfTheDiagonalPlusLowRankSystem() {
    int size = 64;
    int length = 100;
    Nplr nplr = Nplr.of(HippoMeasure.LEGS, size, 1);
    DplrSystem system = new DplrSystem(size / 2, 1, 3);
    system.dt = DT;
    for (int m = 0; m < size / 2; m++) {
      system.lambdaRe[m] = nplr.re();
      system.lambdaIm[m] = nplr.im()[m];
      set(system.leftRe[0], system.leftIm[0], m, nplr.input()[m]);
      set(system.leftRe[1], system.leftIm[1], m, nplr.lowRank()[0][m]);
      for (int n = 0; n < 3; n++) {
        set(system.outRe[n], system.outIm[n], m, nplr.vectors()[m][n]);
      }
    }
    double[][] taps = new double[3][length];
    DplrStep step = new DplrStep(system);
    double[] re = new double[size / 2];
    double[] im = new double[size / 2];
    for (int l = 0; l < length; l++) {
      step.forward(re, im, l == 0 ? 1 : 0);
      for (int n = 0; n < 3; n++) {
        taps[n][l] = system.output(n, re, im) / DT;
      }
    }
    assertClose(taps, LegsBasis.full(Discretisation.BILINEAR, 3, DT, length), 1e-9);
  }

  @Test
  void heldKernelIsTheMeanOfTheContinuousFunctionOverEachStep() {
    double[][] taps = LegsBasis.full(Discretisation.ZOH, 5, DT, 300);
    for (int n = 0; n < 5; n++) {
      for (int l = 0; l < 300; l += 37) {
        double a = LegsBasis.continuous(n, l * DT);
        double b = LegsBasis.continuous(n, (l + 0.5) * DT);
        double c = LegsBasis.continuous(n, (l + 1) * DT);
        // Simpson's rule: its error is Δ⁴/2880 times a fourth derivative of at most about 1e5.
        assertThat(taps[n][l]).as("n %d tap %d", n, l).isCloseTo((a + 4 * b + c) / 6, within(1e-6));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Discretisation.class,
      names = {"ZOH", "BILINEAR"})
  void normalPartApproachesTheFullBasis(Discretisation kind) {
    int length = 401;
    double[] full = LegsBasis.full(kind, 1, DT, length)[0];
    int[] sizes = {16, 64, 256};
    double[] known =
        kind == Discretisation.ZOH
            ? new double[] {.230, .071, .0175}
            : new double[] {.235, .112, .026};
    for (int i = 0; i < sizes.length; i++) {
      double[] taps = LegsBasis.normalPart(kind, sizes[i], 0.5, 1, DT, length)[0];
      double sum = 0;
      for (int l = 21; l < length; l++) {
        sum += (taps[l] - full[l]) * (taps[l] - full[l]);
      }
      // The known values have two or three digits, and their last step is not said.
      assertThat(Math.sqrt(sum / (length - 21)))
          .as("N = %d", sizes[i])
          .isCloseTo(known[i], within(0.03 * known[i]));
    }
  }

  @Test
  void sizesAreChecked() {
    assertThatThrownBy(() -> LegsBasis.full(Discretisation.DSS, 1, DT, 1))
        .hasMessageContaining("DSS");
    assertThatThrownBy(() -> LegsBasis.normalPart(Discretisation.ZOH, 4, 1, 5, DT, 1))
        .hasMessageContaining("count is 5");
  }

  private static double[][] dense(HippoMeasure measure, int size, int length) {
    return HippoBasis.of(measure, new double[size], 1, 4, DT, length);
  }

  private static void set(double[] re, double[] im, int at, Complex value) {
    re[at] = value.re();
    im[at] = value.im();
  }

  private static void assertClose(double[][] actual, double[][] expected, double tolerance) {
    for (int n = 0; n < actual.length; n++) {
      for (int l = 0; l < actual[n].length; l++) {
        assertThat(actual[n][l])
            .as("function %d tap %d", n, l)
            .isCloseTo(expected[n][l], within(tolerance * (1 + Math.abs(expected[n][l]))));
      }
    }
  }
}
