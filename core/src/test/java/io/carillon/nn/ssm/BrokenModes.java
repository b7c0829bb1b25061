package io.carillon.nn.ssm;

import io.carillon.internal.kernel.ScanModes;
import io.carillon.nn.layer.PreparedModes;

/** Breaks a layer on purpose, to see whether it is noticed. */
public final class BrokenModes {
  private BrokenModes() {}

  /** Multiplies λ of one mode and channel of a layer by a factor. */
  public static void scaleLambda(PreparedModes modes, int layer, int index, float factor) {
    ScanModes scan = modes.stream(layer, DiagonalStream.class).scans()[0];
    scan.lambdaRe()[index] *= factor;
    scan.lambdaIm()[index] *= factor;
  }
}
