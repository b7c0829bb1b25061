package io.carillon.nn.layer;

import io.carillon.ssm.diagonal.HeldGap;

/**
 * What every state-space layer of a network does in a step of a given length, see {@link HeldGap}:
 * for lengths that come again and again. Immutable.
 */
public final class GapModes {
  private final double gap;
  private final HeldGap[] layers;

  GapModes(double gap, HeldGap[] layers) {
    this.gap = gap;
    this.layers = layers;
  }

  /** Length of the step in ordinary steps. */
  public double gap() {
    return gap;
  }

  public HeldGap layer(int index) {
    return layers[index];
  }
}
