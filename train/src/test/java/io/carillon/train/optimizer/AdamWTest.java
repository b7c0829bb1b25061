package io.carillon.train.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.carillon.engine.Parallel;
import io.carillon.engine.Parameter;
import io.carillon.engine.Role;
import io.carillon.engine.SeededRandom;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdamWTest {

  private static Parameter parameter(float... values) {
    return new Parameter("p", Role.WEIGHT, new int[] {values.length}, values, true);
  }

  private static AdamW adam(double rate, double decay, Parameter... parameters) {
    return new AdamW(
        List.of(new ParameterGroup(List.of(parameters), rate, decay)), 0.9, 0.999, 1e-8);
  }

  /**
   * By hand, rate 0.1 and decay 0.1. Step 1, g = 0.5: p = 0.99 - 0.1 · 0.5 / 0.5 = 0.89. Step 2, g
   * = -0.25: p = 0.8811 - 0.1 · (0.02 / 0.19) / √(0.00031225 / 0.001999). Step 3, g = 0.
   */
  @Test
  void threeStepsAsPyTorch() {
    Parameter p = parameter(1);
    AdamW adam = adam(0.1, 0.1, p);
    double[] gradients = {0.5, -0.25, 0};
    double[] expected = {0.89, 0.8544662, 0.8253337};
    for (int t = 0; t < 3; t++) {
      p.gradient()[0] = (float) gradients[t];
      adam.step(1, Parallel.serial());
      assertThat((double) p.value()[0]).as("step " + (t + 1)).isCloseTo(expected[t], offset(3e-7));
    }
    assertThat(adam.steps()).isEqualTo(3);
  }

  @Test
  void epsilonIsAddedOutsideTheRoot() {
    Parameter p = parameter(1);
    p.gradient()[0] = 1e-8f;
    adam(0.1, 0, p).step(1, Parallel.serial());
    // m̂ = √v̂ = ε = 1e-8, so the step is half the rate; inside the root it would be 1e-5 of it.
    assertThat((double) p.value()[0]).isCloseTo(0.95, offset(1e-6));
  }

  @Test
  void decayIsDecoupledAndFollowsTheSchedule() {
    Parameter p = parameter(2);
    p.clearGradient();
    adam(0.1, 0.5, p).step(0.2, Parallel.serial());
    assertThat((double) p.value()[0]).isCloseTo(2 * (1 - 0.1 * 0.2 * 0.5), offset(1e-6));
  }

  @Test
  void rateZeroFreezes() {
    Parameter p = parameter(1.5f, -2);
    p.gradient()[0] = 3;
    adam(0, 0.1, p).step(1, Parallel.serial());
    assertThat(p.value()).containsExactly(1.5f, -2f);
  }

  @Test
  void sameBitsForAnyNumberOfThreads() {
    float[] one = trained(1);
    float[] three = trained(3);
    assertThat(three).containsExactly(one);
  }

  private static float[] trained(int threads) {
    SeededRandom random = new SeededRandom(5);
    Parameter p = parameter(new float[50_000]);
    AdamW adam = adam(0.01, 0.1, p);
    try (Parallel parallel = Parallel.of(threads)) {
      for (int step = 0; step < 3; step++) {
        for (int i = 0; i < p.size(); i++) {
          p.gradient()[i] = (float) random.normal();
        }
        adam.step(1, parallel);
      }
    }
    return p.value();
  }
}
