package io.carillon.nn.ssm;

import io.carillon.config.SsmAlgorithm;
import io.carillon.engine.Footprint;
import io.carillon.engine.Pass;

/**
 * A manner of computing a state-space layer over the rows of a pass, D u included. {@link Ways}
 * chooses one.
 */
sealed interface Way permits Recurrence, GapRecurrence, Convolution, HeldRows, SingleSteps {
  /** What it is called in settings and shown as. */
  SsmAlgorithm algorithm();

  /** Why the rows of this pass cannot be computed this way; null if they can. */
  String obstacle(Pass pass);

  /** Overwrites y [rows][C H] with the output for u [rows][H]. */
  void forward(Pass pass, float[] u, float[] y);

  /**
   * Overwrites gu [rows][H] with the input gradient, and adds those of the raw parameters and of D.
   * Follows a forward pass with the same u and workspace.
   */
  void backward(Pass pass, float[] u, float[] g, float[] gu);

  /** What it takes from its workspace for a training step with the rows of this pass. */
  Footprint memory(Pass pass);
}
