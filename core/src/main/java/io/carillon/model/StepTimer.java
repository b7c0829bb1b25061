package io.carillon.model;

import io.carillon.config.Computing;
import io.carillon.config.NetworkConfig;
import io.carillon.config.S4dConfig;
import io.carillon.engine.KernelChoice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Times steps of a live stream on this machine. The compiler needs a second or two before a step
 * runs at its speed; the numbers are the medians of what comes after.
 */
public final class StepTimer {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double NANOS_PER_MICRO = 1e3;
  private static final double SLICE_NANOS = 1e5;
  private static final int MOST_STEPS = 1 << 16;

  /**
   * Width, state size, depth: small, large, each of the terms of the cost alone, and two that touch
   * 2.4 and 6.7 MB in a step.
   */
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

  private StepTimer() {}

  /**
   * Microseconds of a step of a model with the given sizes and fresh weights.
   *
   * @param seconds how long to run; the first half warms up
   * @throws UnsupportedOperationException if such a model cannot stream
   */
  public static double micros(NetworkConfig config, double seconds, Computing computing) {
    SequenceModel model = SequenceModel.fresh(config, 1, Map.of(), computing);
    Clock clock = new Clock(model);
    long begin = System.nanoTime();
    int steps = 1;
    while (System.nanoTime() - begin < seconds / 2 * NANOS_PER_SECOND) {
      steps = clock.nanos(steps) < SLICE_NANOS ? Math.min(MOST_STEPS, 2 * steps) : steps;
    }
    List<Double> times = new ArrayList<>();
    while (times.isEmpty() || System.nanoTime() - begin < seconds * NANOS_PER_SECOND) {
      times.add(clock.nanos(steps) / NANOS_PER_MICRO / steps);
    }
    Collections.sort(times);
    return times.get(times.size() / 10);
  }

  /** One stream that is stepped on and on. */
  private static final class Clock {
    private final SequenceModel model;
    private final State state;
    private final float[] x;
    private final float[] y;
    private int count;

    Clock(SequenceModel model) {
      this.model = model;
      this.state = model.newState();
      this.x = new float[model.config().inputSize()];
      this.y = new float[model.config().outputSize()];
    }

    /** Duration of some steps. */
    double nanos(int steps) {
      int vocabulary = model.config().vocabulary();
      long start = System.nanoTime();
      for (int i = 0; i < steps; i++) {
        count = count + 1 & Integer.MAX_VALUE;
        if (vocabulary > 0) {
          model.stepToken(count % vocabulary, state, y);
        } else {
          x[0] = (count & 1) == 0 ? 1f : -0.5f;
          model.step(x, state, y);
        }
      }
      return System.nanoTime() - start;
    }
  }

  /**
   * The cost of a step on this machine, from models of eight sizes, each timed twice: the second
   * time with everything compiled.
   *
   * @param seconds how long to run for each size
   */
  public static StepCost calibrate(double seconds, Computing computing) {
    List<NetworkConfig> networks = new ArrayList<>();
    double[] micros = new double[SIZES.length];
    for (int i = 0; i < SIZES.length; i++) {
      int[] size = SIZES[i];
      networks.add(
          NetworkConfig.sequence(1, 10)
              .withWidth(size[0])
              .withSsm(S4dConfig.DEFAULT.withStateSize(size[1]))
              .withDepth(size[2]));
      micros[i] = micros(networks.get(i), seconds / 2, computing);
    }
    for (int i = 0; i < SIZES.length; i++) {
      micros[i] = Math.min(micros[i], micros(networks.get(i), seconds / 2, computing));
    }
    int lanes = KernelChoice.select(computing.kernels()).lanes();
    return StepCost.fit(networks, micros, lanes);
  }
}
