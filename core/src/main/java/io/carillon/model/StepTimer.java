package io.carillon.model;

import io.carillon.core.SeededRandom;
import io.carillon.nn.Network;
import io.carillon.nn.NetworkConfig;
import io.carillon.nn.StepCost;
import io.carillon.ssm.S4dConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Times steps of a live stream on this machine. The compiler needs a second or two before a step
 * runs at its speed; the numbers are the medians of what comes after.
 */
public final class StepTimer {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double NANOS_PER_MICRO = 1e3;
  private static final int SLICES = 32;

  /** Width, state size, depth: small, large, and each of the terms of the cost alone. */
  private static final int[][] SIZES = {
    {16, 8, 1}, {32, 32, 2}, {64, 16, 6}, {64, 256, 2}, {128, 64, 4}, {256, 16, 2}
  };

  private StepTimer() {}

  /**
   * Median microseconds of a step of a model with the given sizes and fresh weights.
   *
   * @param seconds how long to run; the first half warms up
   * @throws UnsupportedOperationException if such a model cannot stream
   */
  public static double micros(NetworkConfig config, double seconds) {
    SequenceModel model = SequenceModel.of(new Network(config, new SeededRandom(1)), Map.of());
    State state = model.newState();
    float[] x = new float[config.inputSize()];
    float[] y = new float[config.outputSize()];
    long begin = System.nanoTime();
    long count = 0;
    while (System.nanoTime() - begin < seconds / 2 * NANOS_PER_SECOND) {
      step(model, x, state, y, count++);
    }
    // So many that a slice lasts long against the reading of the clock.
    long slice = Math.max(1, count / SLICES);
    double[] times = new double[SLICES];
    for (int i = 0; i < SLICES; i++) {
      long start = System.nanoTime();
      for (long k = 0; k < slice; k++) {
        step(model, x, state, y, count++);
      }
      times[i] = (System.nanoTime() - start) / NANOS_PER_MICRO / slice;
    }
    Arrays.sort(times);
    return times[SLICES / 2];
  }

  private static void step(SequenceModel model, float[] x, State state, float[] y, long count) {
    if (model.config().vocabulary() > 0) {
      model.stepToken((int) (count % model.config().vocabulary()), state, y);
      return;
    }
    if (x.length > 0) {
      x[0] = (count & 1) == 0 ? 1f : -0.5f;
    }
    model.step(x, state, y);
  }

  /**
   * The cost of a step on this machine, from models of six sizes.
   *
   * @param seconds how long to run for each size
   */
  public static StepCost calibrate(double seconds) {
    List<NetworkConfig> networks = new ArrayList<>();
    double[] micros = new double[SIZES.length];
    for (int i = 0; i < SIZES.length; i++) {
      int[] size = SIZES[i];
      networks.add(
          NetworkConfig.sequence(1, 10)
              .withWidth(size[0])
              .withSsm(S4dConfig.DEFAULT.withStateSize(size[1]))
              .withDepth(size[2]));
      micros[i] = micros(networks.get(i), seconds);
    }
    return StepCost.fit(networks, micros);
  }
}
