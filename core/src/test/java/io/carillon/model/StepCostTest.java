package io.carillon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.carillon.config.NetworkConfig;
import io.carillon.config.S4dConfig;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Estimated time of a step. */
class StepCostTest {
  private static final int[][] SIZES = {
    {16, 8, 1},
    {32, 32, 2},
    {64, 16, 6},
    {64, 256, 2},
    {128, 64, 4},
    {256, 16, 2},
    {128, 64, 9},
    {512, 16, 3}
  };

  private static NetworkConfig network(int width, int stateSize, int depth) {
    return NetworkConfig.sequence(1, 10)
        .withWidth(width)
        .withSsm(S4dConfig.DEFAULT.withStateSize(stateSize))
        .withDepth(depth);
  }

  /** Exact times have one exact fit; the descent stops within a percent of it. */
  @Test
  void theFitFindsTheCostsAndTheCache() {
    StepCost cost = new StepCost(200, 500, 0.7, 0.06, 0.025, 1 << 20, 16);
    List<NetworkConfig> networks = new ArrayList<>();
    double[] micros = new double[SIZES.length];
    for (int i = 0; i < SIZES.length; i++) {
      networks.add(network(SIZES[i][0], SIZES[i][1], SIZES[i][2]));
      micros[i] = cost.micros(networks.get(i));
    }
    StepCost fitted = StepCost.fit(networks, micros, 16);
    assertThat(fitted.cache()).isEqualTo(cost.cache());
    NetworkConfig other = network(256, 64, 4);
    double expected = cost.micros(other);
    assertThat(fitted.micros(other)).isCloseTo(expected, within(0.01 * expected));
  }

  /** Half a cache costs nothing; with two, every byte comes from beyond it. */
  @Test
  void theCacheLosesNothingOrAll() {
    NetworkConfig network = network(128, 64, 4);
    long bytes = new StepCost(0, 0, 0, 0, 0, 1, 16).bytes(network);
    double near = new StepCost(0, 0, 0, 0, 1, 2 * bytes, 16).micros(network);
    double far = new StepCost(0, 0, 0, 0, 1, bytes / 2, 16).micros(network);
    assertThat(near).isZero();
    assertThat(far).isCloseTo(1e-3 * bytes, within(1e-9 * bytes));
  }
}
