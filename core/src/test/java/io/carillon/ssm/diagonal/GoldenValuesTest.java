package io.carillon.ssm.diagonal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.carillon.config.DlrConfig;
import io.carillon.config.DssConfig;
import io.carillon.config.S4dConfig;
import io.carillon.config.SsmConfig;
import io.carillon.config.kernel.Discretisation;
import io.carillon.config.kernel.DssVersion;
import io.carillon.config.kernel.HippoMeasure;
import io.carillon.config.kernel.KernelCast;
import io.carillon.engine.SeededRandom;
import io.carillon.nn.KernelMaps;
import io.carillon.ssm.hippo.Nplr;
import org.junit.jupiter.api.Test;

/** Kernels computed independently from the published formulas, to the ten digits given. */
class GoldenValuesTest {
  private static final double DIGITS = 1e-10;
  private static final double[] ONES = {1, 0, 1, 0};
  private static final double[] MIXED = {1, 2, -0.5, 0.25};
  private static final double[] LIN = {0, Math.PI};
  private static final double[] INV = {3.8197186342054885, 0.42441318157838753};

  @Test
  void s4dLin() {
    check(
        s4d(Discretisation.ZOH, LIN, ONES, ONES),
        0.3870112086,
        0.3503411878,
        0.3009849527,
        0.2440201623,
        0.1848089238);
    check(
        s4d(Discretisation.BILINEAR, LIN, ONES, ONES),
        0.3857665979,
        0.3498772321,
        0.3014449017,
        0.245362496,
        0.1868283871);
  }

  @Test
  void s4dInv() {
    check(
        s4d(Discretisation.ZOH, INV, ONES, ONES),
        0.3854560525,
        0.3403265404,
        0.2770932233,
        0.204990475,
        0.1336383596);
    check(
        s4d(Discretisation.BILINEAR, INV, ONES, ONES),
        0.3836133538,
        0.3398825869,
        0.2783313568,
        0.2077214406,
        0.1372717916);
    check(
        s4d(Discretisation.ZOH, INV, ONES, MIXED),
        0.0188863044,
        -0.1398715927,
        -0.2769461885,
        -0.3748598282,
        -0.4232493544);
    check(
        s4d(Discretisation.BILINEAR, INV, ONES, MIXED),
        0.0197728423,
        -0.1356059778,
        -0.2708391596,
        -0.368907822,
        -0.4194210094);
  }

  @Test
  void s4dLegsReadsOutTheFirstCoordinate() {
    Nplr nplr = Nplr.of(HippoMeasure.LEGS, 4, 1);
    double[] b = new double[4];
    double[] c = new double[4];
    for (int m = 0; m < 2; m++) {
      b[2 * m] = nplr.input()[m].re();
      b[2 * m + 1] = nplr.input()[m].im();
      c[2 * m] = nplr.vectors()[m][0].re();
      c[2 * m + 1] = nplr.vectors()[m][0].im();
    }
    check(
        s4d(Discretisation.ZOH, nplr.im(), b, c),
        0.1326292943,
        0.1847346173,
        0.2113217491,
        0.2094841023,
        0.1822013862);
    check(
        s4d(Discretisation.BILINEAR, nplr.im(), b, c),
        0.1308254153,
        0.1819386438,
        0.2090109402,
        0.2089584943,
        0.1841620482);
  }

  @Test
  void dlr() {
    double[] real = {.75, 2.999985, -.7499925, .9999850001, .7499850001, 2.9999250009};
    double[] imag = {2, .74999625, .9999900001, .24999625, 1.9999600004, .7499812502};
    double[] prod = {1.5, 2.2499775001, -.7499850001, .2499925001, 1.4999400012, 2.2498875028};
    check(dlr(KernelCast.REAL), real);
    check(dlr(KernelCast.IMAG), imag);
    check(dlr(KernelCast.PROD), prod);
    double[] sum = new double[real.length];
    for (int l = 0; l < sum.length; l++) {
      sum[l] = real[l] + imag[l];
    }
    check(dlr(KernelCast.SUM), sum);
  }

  @Test
  void dss() {
    check(dss(DssVersion.EXP), .1935056043, .1751705939, .1504924763, .1220100811, .0924044619);
    check(dss(DssVersion.EXP_NO_SCALE), 2, 1.8559023672, 1.6368662664, 1.3666194315, 1.0717324696);
    check(
        dss(DssVersion.SOFTMAX),
        -.4933934725,
        -.4504574779,
        -.4076495835,
        -.3671405544,
        -.3307679578);
  }

  /** Two stored modes with Re A = −½, Δ = 0.1. */
  private static double[] s4d(Discretisation kind, double[] imag, double[] b, double[] c) {
    S4dConfig config = S4dConfig.DEFAULT.withStateSize(4).withDiscretisation(kind);
    double[][] raw = {{Math.log(0.1)}, {Math.log(0.5), Math.log(0.5)}, imag, b, c};
    return kernel(config, raw, 5);
  }

  private static double[] dlr(KernelCast cast) {
    double rho = Math.sqrt(5e-6);
    double[] theta = {0, Math.PI / 2, Math.PI, 3 * Math.PI / 2};
    double[] w = {1, 1, .5, -.25, -1, .5, .25, .75};
    return kernel(
        DlrConfig.DEFAULT.withStateSize(4).withCast(cast),
        new double[][] {{rho, rho, rho, rho}, theta, w},
        6);
  }

  private static double[] dss(DssVersion version) {
    double[][] exp = {{Math.log(0.1)}, {Math.log(0.5), Math.log(0.5)}, LIN, ONES};
    double[][] complex = {{Math.log(0.1)}, {-0.5, 0, -0.5, Math.PI}, ONES};
    return kernel(
        // The published softmax values have no bound in 1/x; the default 1e-7 changes them by 7e-6.
        DssConfig.DEFAULT.withStateSize(2).withVersion(version).withEpsilon(1e-30),
        version == DssVersion.SOFTMAX ? complex : exp,
        5);
  }

  private static double[] kernel(SsmConfig config, double[][] raw, int length) {
    RawParameterisation map =
        (RawParameterisation) KernelMaps.diagonal(config, "golden", 1, 1, new SeededRandom(1));
    assertThat(raw.length).isEqualTo(map.parameters().size());
    for (int i = 0; i < raw.length; i++) {
      assertThat(raw[i]).as(map.parameters().get(i).name()).hasSize(map.parameters().get(i).size());
    }
    return ModesOracle.kernel(map.modes(raw, length, 1), length);
  }

  private static void check(double[] actual, double... expected) {
    assertThat(actual).hasSize(expected.length);
    for (int l = 0; l < expected.length; l++) {
      assertThat(actual[l]).as("tap %d", l).isCloseTo(expected[l], within(DIGITS));
    }
  }
}
