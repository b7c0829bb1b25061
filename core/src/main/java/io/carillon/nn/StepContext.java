package io.carillon.nn;

/** What the stages of a {@link Stepper} read anew in every step. */
final class StepContext {
  /** For each stream the state of every layer, updated by a step. */
  final float[][][] states;

  /** Length of the step of every stream, or null when all are ordinary ones. */
  double[] gaps;

  /** For each stream its step if that is kept ready, else null; read when there are gaps. */
  final GapModes[] prepared;

  StepContext(int capacity) {
    this.states = new float[capacity][][];
    this.prepared = new GapModes[capacity];
  }
}
