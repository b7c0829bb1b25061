package io.carillon.ssm.hippo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.carillon.config.kernel.HippoMeasure;
import io.carillon.math.Complex;
import io.carillon.math.HermitianEigen;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The closed form of the LegS spectrum, HiPPO matrices, and the general eigen solver. */
class HippoTest {
  @Test
  void frequenciesHavePublishedValues() {
    close(LegsSpectrum.frequencies(2), 1e-7, .8660254);
    close(LegsSpectrum.frequencies(4), 1e-8, 4.60329301, .55650112);
    close(LegsSpectrum.frequencies(8), 1e-8, 19.85741037, 5.35420852, 1.95779415, .42748871);
    double[] many = LegsSpectrum.frequencies(64);
    close(
        new double[] {many[0], many[1], many[2], many[3], many[29], many[30], many[31]},
        1e-7,
        1303.27384298,
        433.03075654,
        258.15221022,
        182.6204114,
        1.70296817,
        .90585941,
        .26385693);
  }

  @Test
  void largestFrequencyFollowsTheConjecturedLaw() {
    double[] expected = {-0.52345, -0.52359, -0.523598};
    int[] sizes = {64, 256, 1024};
    for (int i = 0; i < sizes.length; i++) {
      double n = sizes[i];
      assertThat(LegsSpectrum.frequencies(sizes[i])[0] - n * n / Math.PI)
          .as("N = %d", sizes[i])
          .isCloseTo(expected[i], within(1e-5));
    }
  }

  @Test
  void inputVectorHasPublishedModuli() {
    close(moduli(Nplr.of(HippoMeasure.LEGS, 4, 1).input()), 1e-8, 2.65801507, .96693117);
    Nplr eight = Nplr.of(HippoMeasure.LEGS, 8, 1);
    close(moduli(eight.input()), 1e-8, 5.15562552, 1.84386891, 1.17495995, .79946359);
    close(moduli(eight.lowRank()[0]), 1e-8, 3.64557777, 1.30381221, .83082215, .56530612);
  }

  @Test
  void closedFormInputEqualsProjection() {
    Nplr nplr = Nplr.of(HippoMeasure.LEGS, 64, 1);
    double[] frequency = LegsSpectrum.frequencies(64);
    for (int m = 0; m < frequency.length; m++) {
      Complex closed = LegsSpectrum.inputComponent(64, frequency[m]);
      double error = Math.sqrt(closed.minus(nplr.input()[m]).absSquared());
      assertThat(error).as("mode %d", m).isLessThan(1e-12 * Math.sqrt(closed.absSquared()));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 16, 64})
  void closedFormEqualsTheGeneralSolver(int size) {
    Nplr closed = Nplr.of(HippoMeasure.LEGS, size, 1);
    HermitianEigen general = HermitianEigen.ofSkew(HippoMatrix.of(HippoMeasure.LEGSD, size).a());
    for (int m = 0; m < size / 2; m++) {
      assertThat(general.values()[m])
          .as("eigenvalue %d", m)
          .isCloseTo(closed.im()[m], within(1e-13 * Math.abs(closed.im()[0])));
      assertThat(overlap(general.vectors()[m], closed.vectors()[m]))
          .as("eigenvector %d", m)
          .isCloseTo(1, within(1e-10));
    }
  }

  @Test
  void eigenvectorsOfALargeMatrixAreExact() {
    int size = 512;
    double[][] a = HippoMatrix.of(HippoMeasure.LEGSD, size).a();
    double[] frequency = LegsSpectrum.frequencies(size);
    for (int m : new int[] {0, 1, 100, 254, 255}) {
      Complex[] x = LegsSpectrum.eigenvector(size, frequency[m]);
      double residual = 0;
      double norm = 0;
      for (int n = 0; n < size; n++) {
        // (A − λ)x with λ = −½ − iω
        Complex sum = x[n].times(new Complex(0.5, frequency[m]));
        for (int k = 0; k < size; k++) {
          sum = sum.plus(x[k].times(a[n][k]));
        }
        residual += sum.absSquared();
        norm += x[n].absSquared();
      }
      assertThat(norm).as("norm %d", m).isCloseTo(1, within(1e-12));
      assertThat(Math.sqrt(residual)).as("residual %d", m).isLessThan(1e-13 * size * size);
    }
  }

  @Test
  void thousandModesOfTheDssInitSatisfyTheirEquation() {
    int size = 2048;
    double[] frequency = LegsSpectrum.frequencies(size);
    for (int m = 0; m < frequency.length; m += 31) {
      double sum = 0;
      for (int n = 0; n < size; n++) {
        sum += Math.atan(2 * frequency[m] / (2 * n + 1));
      }
      double target = (frequency.length - 1 - m + 0.5) * Math.PI;
      // The sum of 2048 angles carries their rounding, 2048 · 1.6 · 1.1e-16.
      assertThat(sum).as("mode %d", m).isCloseTo(target, within(1e-11));
      assertThat(m == 0 || frequency[m] < frequency[m - 1]).as("descending at %d", m).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"LEGS", "LEGT", "FOURIER", "LAGT", "FOURIER_DECAY", "FOURIER2", "FOUD", "LEGSD"})
  void lowRankCorrectionMakesTheMatrixNormal(String name) {
    HippoMatrix matrix = HippoMatrix.of(HippoMeasure.valueOf(name), 10);
    double[][] p = matrix.lowRank(2);
    double diagonal = Double.NaN;
    for (int n = 0; n < 10; n++) {
      for (int k = 0; k < 10; k++) {
        double symmetric = matrix.a()[n][k] + matrix.a()[k][n];
        symmetric += 2 * (p[0][n] * p[0][k] + p[1][n] * p[1][k]);
        if (n == 0 && k == 0) {
          diagonal = symmetric;
        }
        assertThat(symmetric)
            .as("%s: symmetric part at %d, %d", name, n, k)
            .isCloseTo(n == k ? diagonal : 0, within(1e-13));
      }
    }
  }

  @Test
  void refusesWhatDoesNotExist() {
    assertThatThrownBy(() -> LegsSpectrum.frequencies(7)).hasMessageContaining("7 must be even");
    assertThatThrownBy(() -> HippoMatrix.of(HippoMeasure.FOUD, 5)).hasMessageContaining("even");
    assertThatThrownBy(() -> HippoMatrix.of(HippoMeasure.LEGS, 0)).hasMessageContaining("below 1");
    assertThatThrownBy(() -> Nplr.of(HippoMeasure.LMU, 4, 1)).hasMessageContaining("LMU");
    assertThatThrownBy(() -> Nplr.of(HippoMeasure.LEGT, 4, 1)).hasMessageContaining("rank 2");
    assertThatThrownBy(() -> Nplr.of(HippoMeasure.LEGS, 5, 1)).hasMessageContaining("even");
  }

  @Test
  void solverReportsWhatDoesNotConverge() {
    double[][] bad = {{0, Double.NaN}, {1, 0}};
    assertThatThrownBy(() -> HermitianEigen.ofSkew(bad)).hasMessageContaining("finite");
  }

  /** |⟨a, b⟩|. */
  private static double overlap(Complex[] a, Complex[] b) {
    Complex sum = Complex.ZERO;
    for (int n = 0; n < a.length; n++) {
      sum = sum.plus(b[n].timesConj(a[n]));
    }
    return Math.sqrt(sum.absSquared());
  }

  private static double[] moduli(Complex[] values) {
    double[] moduli = new double[values.length];
    for (int i = 0; i < moduli.length; i++) {
      moduli[i] = Math.sqrt(values[i].absSquared());
    }
    return moduli;
  }

  private static void close(double[] actual, double tolerance, double... expected) {
    assertThat(actual).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).as("value %d", i).isCloseTo(expected[i], within(tolerance));
    }
  }
}
