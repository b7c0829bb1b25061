package io.carillon.train;

/** Weights of the classes in the training loss. */
public enum ClassWeights {
  /** All classes count alike per example. */
  NONE,
  /** n / (classes · n_c): a rare class counts as much as a frequent one. */
  BALANCED
}
