package io.carillon.nn.norm;

import io.carillon.config.Norm;

/** Makes normalisations. */
public final class Norms {
  private Norms() {}

  /** Creates the normalisation of the given kind, or null for NONE. */
  public static NormLayer of(Norm kind, String name, int width) {
    return switch (kind) {
      case NONE -> null;
      case LAYER -> new LayerNorm(name, width);
      case BATCH -> new BatchNorm(name, width);
      case SCALAR_AFFINE -> new ScalarAffineNorm(name, width);
    };
  }
}
