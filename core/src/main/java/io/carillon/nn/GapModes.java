package io.carillon.nn;

import io.carillon.internal.kernel.ScanModes;
import io.carillon.ssm.HeldGap;
import java.util.List;

/**
 * What every state-space layer of a network does in a step of a given length, see {@link HeldGap}.
 * Immutable.
 */
public final class GapModes {
  private final double gap;
  private final HeldGap[] layers;

  private GapModes(double gap, HeldGap[] layers) {
    this.gap = gap;
    this.layers = layers;
  }

  /**
   * Prepares a step of {@code gap} ordinary steps.
   *
   * @param gap positive and finite
   */
  public static GapModes of(Network network, double gap) {
    List<SsmLayer> layers = network.ssmLayers();
    HeldGap[] held = new HeldGap[layers.size()];
    for (int i = 0; i < held.length; i++) {
      held[i] = HeldGap.of(layers.get(i).parameterisation().modes(1, 1), gap);
    }
    return new GapModes(gap, held);
  }

  /** Length of the step in ordinary steps. */
  public double gap() {
    return gap;
  }

  /**
   * x ← a x + b u, y[h] += Re Σ_m w[m,h] x[m,h] for one stream; arguments as in {@link
   * io.carillon.internal.kernel.Kernels#scanStep}. In double, so that the rounding of a does not
   * add up over many equal gaps.
   */
  void step(
      int layer,
      ScanModes scan,
      float[] u,
      int uOffset,
      float[] y,
      int yOffset,
      float[] state,
      int stateOffset) {
    HeldGap held = layers[layer];
    int channels = held.channels();
    int plane = held.modes() * channels;
    for (int k = 0; k < plane; k++) {
      int h = k % channels;
      int re = stateOffset + k;
      int im = re + plane;
      double in = u[uOffset + h];
      double ar = held.aRe()[k];
      double ai = held.aIm()[k];
      float xr = (float) (ar * state[re] - ai * state[im] + held.bRe()[k] * in);
      float xi = (float) (ar * state[im] + ai * state[re] + held.bIm()[k] * in);
      state[re] = xr;
      state[im] = xi;
      y[yOffset + h] += scan.wRe()[k] * xr - scan.wIm()[k] * xi;
    }
  }
}
