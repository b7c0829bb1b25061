package io.carillon.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.carillon.model.Scaling;
import org.junit.jupiter.api.Test;

class ScalingFitTest {
  @Test
  void meanAndPopulationDeviationPerDimension() {
    ScalingFit statistics = new ScalingFit(2);
    statistics.addAll(new double[] {1, 10, 3, 10, Double.NaN, 10});
    Scaling scaling = statistics.scaling();
    assertThat(scaling.mean()).containsExactly(2, 10);
    assertThat(scaling.std()).containsExactly(1, 1);
    assertThat(scaling.apply(new double[] {4, 11, Double.NaN, 9})).containsExactly(2, 1, 0, -1);
    assertThat(scaling.invert(new float[] {2, 1})).containsExactly(4, 11);
  }

  @Test
  void largeOffsetsKeepTheirDigits() {
    ScalingFit statistics = new ScalingFit(1);
    double[] values = {1e9, 1e9 + 1, 1e9 + 2, 1e9 + 3};
    statistics.addAll(values);
    // Exact: mean 1e9 + 1.5, variance 1.25.
    assertThat(statistics.scaling().std()[0]).isCloseTo(Math.sqrt(1.25), within(1e-9));
    assertThat(statistics.scaling().apply(values)[0])
        .isCloseTo((float) (-1.5 / Math.sqrt(1.25)), within(1e-6f));
  }

  @Test
  void aConstantIsOnlyShifted() {
    ScalingFit statistics = new ScalingFit(1);
    for (int i = 0; i < 1000; i++) {
      statistics.add(0, 0.1);
    }
    assertThat(statistics.scaling().std()[0]).isEqualTo(1);
  }

  @Test
  void refusesWhatIsNoScaling() {
    assertThatThrownBy(() -> new Scaling(new double[1], new double[] {0}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Scaling(new double[1], new double[2]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Scaling(new double[] {Double.NaN}, new double[] {1}))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
