package io.carillon.nn;

/** What the stages of a {@link Stepper} read anew in every step. */
final class StepContext {
  /** For each stream the state of every layer, updated by a step. */
  final float[][][] states;

  /** Length of the step, or null for an ordinary one. */
  GapModes gap;

  StepContext(int capacity) {
    this.states = new float[capacity][][];
  }
}
