package io.carillon.nn;

/** Which normalisation a block has. */
public enum Norm {
  /** None at all. */
  NONE,
  /** {@link LayerNorm}. */
  LAYER,
  /** {@link BatchNorm}. */
  BATCH,
  /** {@link ScalarAffineNorm}. */
  SCALAR_AFFINE
}
