package io.carillon.config;

/** Elementwise non-linearities. */
public enum Activation {
  /** x Φ(x), the erf form of GELU. */
  GELU,
  /** max(x, 0). */
  RELU,
  /** x σ(x). */
  SILU,
  /** x for x &gt; 0, e^x − 1 otherwise. */
  ELU,
  /** tanh x. */
  TANH,
  /** σ(x) = 1 / (1 + e^{−x}). */
  SIGMOID,
  /** x. */
  NONE
}
