package io.carillon.bench;

import io.carillon.config.kernel.KernelCast;
import io.carillon.engine.SeededRandom;
import io.carillon.ssm.Modes;

/** Seeded inputs and the check that what is timed is also right. */
final class Inputs {
  private final SeededRandom random;

  Inputs(long seed) {
    random = new SeededRandom(seed);
  }

  /** Uniform in [−1, 1). */
  float[] floats(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.uniform(-1, 1);
    }
    return values;
  }

  /** One set of damped modes: time constants from 10 to 10,000 steps, all frequencies. */
  Modes modes(int channels, int count, boolean shared) {
    int rows = shared ? 1 : channels;
    double[] logRe = new double[rows * count];
    double[] logIm = new double[rows * count];
    for (int i = 0; i < logRe.length; i++) {
      logRe[i] = -random.logUniform(1e-4, 1e-1);
      logIm[i] = random.uniform(0, Math.PI);
    }
    double[] wRe = new double[channels * count];
    double[] wIm = new double[channels * count];
    for (int i = 0; i < wRe.length; i++) {
      wRe[i] = random.normal();
      wIm[i] = random.normal();
    }
    return new Modes(1, channels, count, shared, logRe, logIm, wRe, wIm, null, KernelCast.REAL);
  }

  /** Fails unless the two agree to 1e-4 of the largest expected value. */
  static void requireClose(String what, float[] actual, float[] expected) {
    float largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(actual[i] - expected[i]) <= 1e-4f * largest)) {
        throw new IllegalStateException(
            what + "[" + i + "] is " + actual[i] + " instead of " + expected[i]);
      }
    }
  }
}
