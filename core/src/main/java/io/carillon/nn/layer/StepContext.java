package io.carillon.nn.layer;

/** What the stages of a {@code Stepper} read anew in every step. */
public final class StepContext {
  /** For each stream the state of every layer, updated by a step. */
  public final float[][][] states;

  /** Length of the step of every stream, or null when all are ordinary ones. */
  public double[] gaps;

  /** For each stream its step if that is kept ready, else null; read when there are gaps. */
  public final GapModes[] prepared;

  public StepContext(int capacity) {
    this.states = new float[capacity][][];
    this.prepared = new GapModes[capacity];
  }
}
