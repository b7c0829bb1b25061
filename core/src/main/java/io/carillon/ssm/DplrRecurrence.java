package io.carillon.ssm;

/**
 * The discrete system of an S4 layer, ready to step: x ← Ā x + B̄ u, y = 2 Re C x for every
 * channel, with the output weight C = C̃ (I − Ā^l)⁻¹ recovered from the stored one. Immutable.
 *
 * <p>The state of a channel is M complex numbers, (re, im) interleaved: the official state.
 */
public final class DplrRecurrence {
  private final DplrStep[] steps;
  private final DplrSystem[] systems;

  DplrRecurrence(DplrSystem[] systems, DplrStep[] steps) {
    this.systems = systems;
    this.steps = steps;
  }

  /**
   * Steps one channel through a sequence and adds to its outputs.
   *
   * @param u input, step t at {@code uOffset + t * uStride}
   * @param state [M][2], updated, at stateOffset; computed in double between its first and last
   *     value
   * @param y output of set c, added to, step t at {@code yOffset + t * yStride + c * setStride}
   */
  public void run(
      int channel,
      int length,
      float[] u,
      int uOffset,
      int uStride,
      float[] state,
      int stateOffset,
      float[] y,
      int yOffset,
      int yStride,
      int setStride) {
    DplrSystem system = systems[channel];
    double[] re = new double[system.modes];
    double[] im = new double[system.modes];
    for (int n = 0; n < system.modes; n++) {
      re[n] = state[stateOffset + 2 * n];
      im[n] = state[stateOffset + 2 * n + 1];
    }
    for (int t = 0; t < length; t++) {
      steps[channel].forward(re, im, u[uOffset + t * uStride]);
      for (int c = 0; c < system.sets(); c++) {
        y[yOffset + t * yStride + c * setStride] += (float) output(system, c, re, im);
      }
    }
    for (int n = 0; n < system.modes; n++) {
      state[stateOffset + 2 * n] = (float) re[n];
      state[stateOffset + 2 * n + 1] = (float) im[n];
    }
  }

  /** 2 Re C x. */
  static double output(DplrSystem system, int set, double[] re, double[] im) {
    double sum = 0;
    for (int n = 0; n < re.length; n++) {
      sum += system.outRe[set][n] * re[n] - system.outIm[set][n] * im[n];
    }
    return 2 * sum;
  }
}
