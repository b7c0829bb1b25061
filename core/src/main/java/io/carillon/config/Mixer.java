package io.carillon.config;

/** What follows the activation in a block: the position-wise output map ({@code postact}). */
public enum Mixer {
  /** Nothing; the block's output is the activation. */
  NONE,
  /** Linear(H → H). */
  LINEAR,
  /** Linear(H → 2H), then a · σ(b) with a, b the two halves. The default of the papers. */
  GLU,
  /** Linear(H → 2H), then a · GELU(b). */
  GEGLU;

  /** Outputs of the linear map per output of the block. */
  public int factor() {
    return this == GLU || this == GEGLU ? 2 : 1;
  }
}
