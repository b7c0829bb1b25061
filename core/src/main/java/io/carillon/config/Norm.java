package io.carillon.config;

/** Which normalisation a block has. */
public enum Norm {
  /** None at all. */
  NONE,
  /** {@code LayerNorm}. */
  LAYER,
  /** {@code BatchNorm}. */
  BATCH,
  /** {@code ScalarAffineNorm}. */
  SCALAR_AFFINE
}
