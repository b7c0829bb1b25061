package io.carillon.nn.layer;

import io.carillon.engine.Pass;
import io.carillon.engine.RowStage;
import io.carillon.ssm.diagonal.HeldGap;

/**
 * What one layer does when its sequence comes step by step: made once for the weights of that
 * moment, shared by threads. The memory of a stream is an array of {@link
 * SequenceLayer#stateSize(int)} numbers.
 */
public interface LayerStream {
  /**
   * One step of many streams as a stage that adds to y [streams][C H] what the layer makes of u
   * [streams][H] and of its memory.
   *
   * @param pass whose workspace nobody else uses
   * @param context read when the stage runs
   */
  RowStage stage(Pass pass, StepContext context, float[] u, float[] y);

  /**
   * Lets the memory of a stream pass steps without input.
   *
   * @param steps at least 0
   * @throws IllegalArgumentException if there are too many for this kind of layer; the memory is
   *     then as before
   */
  void rest(float[] state, long steps);

  /**
   * Lets the memory of a stream pass a time without input.
   *
   * @param gap in ordinary steps, one that the layer takes, see {@code EventTime}
   */
  default void rest(float[] state, double gap) {
    rest(state, (long) gap);
  }

  /**
   * Bound on what {@link #stage} adds to y during some steps, and on all that it computes on the
   * way; infinity if the memory might become too large. A step of another length counts as many
   * ordinary ones, rounded up. See {@link StepBounds}.
   *
   * @param input bound on u
   * @param state bound on the memory before the first of the steps
   */
  double bound(double input, double state, int steps);

  /**
   * A step of a given length made ready, where the layer is a diagonal recurrence; null where it
   * keeps what it needs itself.
   *
   * @param gap positive and finite
   */
  default HeldGap held(double gap) {
    return null;
  }

  /** What is wrong with the memory of a stream that was read from outside, or null. */
  default String fault(float[] state) {
    return null;
  }
}
