package io.carillon.ssm.dplr;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.config.S4Config;
import io.carillon.config.kernel.S4Init;
import io.carillon.engine.SeededRandom;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many held steps of S4 at once are the same steps one after another, in double. */
class DplrPowersTest {
  /** Of LegS with its fastest modes beyond the step size, and of the wave of Fourier. */
  @ParameterizedTest
  @CsvSource({"LEGS, 64, 0.1", "LEGS, 8, 0.001", "FOURIER, 16, 0.02"})
  void areHeldSteps(S4Init init, int stateSize, double dt) {
    S4Config config =
        S4Config.DEFAULT
            .withStateSize(stateSize)
            .withInit(init, init.rank())
            .withDtRange(dt, dt * 1.01);
    DplrKernel kernel = DplrKernel.create(config, "x", 1, 1, new SeededRandom(1));
    int modes = stateSize / 2;
    DplrStep step = new DplrStep(kernel.system(kernel.rawValues(), 0, 1));
    DplrPowers powers = new DplrPowers(step, modes);
    SeededRandom random = new SeededRandom(2);
    double[] start = new double[2 * modes];
    for (int n = 0; n < start.length; n++) {
      start[n] = random.normal();
    }
    double[] re = Arrays.copyOf(start, modes);
    double[] im = Arrays.copyOfRange(start, modes, 2 * modes);
    int done = 0;
    for (int gap : new int[] {8, 24, 1000, 300_000}) {
      for (; done < gap; done++) {
        step.forward(re, im, 0.7);
      }
      double[] x = start.clone();
      powers.apply(x, 0.7, gap, new double[2 * modes]);
      double largest = 0;
      double difference = 0;
      for (int n = 0; n < modes; n++) {
        largest = Math.max(largest, Math.max(Math.abs(re[n]), Math.abs(im[n])));
        difference = Math.max(difference, Math.abs(x[n] - re[n]));
        difference = Math.max(difference, Math.abs(x[modes + n] - im[n]));
      }
      // A rounding of 1e-16 a step on both sides, which decays with the state.
      assertThat(difference / largest).as("gap %d", gap).isLessThan(1e-11);
    }
  }
}
