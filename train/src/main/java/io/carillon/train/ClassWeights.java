package io.carillon.train;

/** Weights of the classes in the training loss. */
public enum ClassWeights {
  /** All classes count alike per example. */
  NONE,
  /** n / (classes · n_c): a rare class counts as much as a frequent one. */
  BALANCED,
  /**
   * 1 / n_c with the counts of each training batch, the rule of Pathfinder-Segmentation (papers
   * B.7): all classes that occur in the batch weigh the same in its loss.
   */
  BATCH
}
