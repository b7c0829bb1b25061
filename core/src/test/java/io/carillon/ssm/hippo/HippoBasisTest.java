package io.carillon.ssm.hippo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.carillon.config.kernel.Discretisation;
import io.carillon.config.kernel.HippoMeasure;
import io.carillon.engine.SeededRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dense bases against closed forms, and the counter-examples of theorem 3. */
class HippoBasisTest {
  private static final double DT = 0.01;
  private static final int LENGTH = 401;

  @Test
  void withItsOwnLowRankTermLegsIsItsNormalPart() {
    double[] p = HippoBasis.lowRank(HippoMeasure.LEGS, 16);
    double[][] dense = HippoBasis.of(HippoMeasure.LEGS, p, 0.5, 3, DT, 50);
    double[][] spectral = LegsBasis.normalPart(Discretisation.BILINEAR, 16, 0.5, 3, DT, 50);
    for (int n = 0; n < 3; n++) {
      assertThat(dense[n]).containsExactly(spectral[n], within(1e-10));
    }
  }

  /** FouT forgets what is older than its window; without the low-rank term nothing is forgotten. */
  @ParameterizedTest
  @ValueSource(ints = {16, 64})
  void theFourierBasisIsAWindowAndItsNormalPartIsPeriodic(int size) {
    double[] p = HippoBasis.lowRank(HippoMeasure.FOURIER, size);
    double[] full = HippoBasis.of(HippoMeasure.FOURIER, new double[size], 1, 1, DT, LENGTH)[0];
    double[] normal = HippoBasis.of(HippoMeasure.FOURIER, p, 1, 3, DT, LENGTH)[2];
    assertThat(rms(full, 300, 400)).isLessThan(0.05 * rms(full, 0, 100));
    assertThat(rms(normal, 300, 400) / rms(normal, 0, 100)).isCloseTo(1, within(1e-3));
  }

  /** Rank one of this size makes some mode grow, whatever is drawn; the functions mean nothing. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void anotherRankOneTermMakesLegsUnstable(long seed) {
    double[] q = new double[256];
    SeededRandom random = new SeededRandom(seed);
    Arrays.setAll(q, n -> 0.5 * random.normal());
    double[] taps = HippoBasis.of(HippoMeasure.LEGS, q, 0.5, 1, DT, LENGTH)[0];
    assertThat(rms(taps, 300, 400)).isGreaterThan(100 * rms(taps, 0, 100));
  }

  @Test
  void moreFunctionsThanStatesAreRefused() {
    assertThatThrownBy(() -> HippoBasis.of(HippoMeasure.LEGS, new double[4], 1, 5, DT, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("count");
  }

  private static double rms(double[] taps, int from, int to) {
    double sum = 0;
    for (int l = from; l < to; l++) {
      sum += taps[l] * taps[l];
    }
    return Math.sqrt(sum / (to - from));
  }
}
