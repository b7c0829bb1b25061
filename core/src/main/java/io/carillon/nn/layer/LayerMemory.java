package io.carillon.nn.layer;

/**
 * Floats that a layer needs for a batch in a training step; small arrays that do not grow with the
 * rows are left out.
 *
 * @param kept what it keeps in the workspace for the backward pass, for every layer anew
 * @param shared scratch in the workspace: once for all layers of a class
 * @param keptModes what it keeps of its modes besides, for every layer anew
 * @param sharedModes what the computation of kernels needs besides, once
 */
public record LayerMemory(long kept, long shared, long keptModes, long sharedModes) {
  /** For a layer without modes. */
  public LayerMemory(long kept, long shared) {
    this(kept, shared, 0, 0);
  }
}
