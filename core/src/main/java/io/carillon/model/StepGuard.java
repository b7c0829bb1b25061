package io.carillon.model;

import io.carillon.engine.SequenceChecks;
import io.carillon.model.stream.Pool;
import io.carillon.model.stream.PreparedNetwork;
import io.carillon.nn.Network;
import io.carillon.nn.layer.StepBounds;

/**
 * Sees to it that a stream goes on with finite numbers or not at all. Steps of a stream that is far
 * from overflow are certain beforehand, for thousands of steps at once, see {@link StepBounds};
 * anything else is done on trial: the state is kept, the result looked at, and the state put back
 * if something in it is not finite.
 */
final class StepGuard {
  private final Network network;
  private final StepBounds bounds;
  private final Pool<double[]> sizes;

  StepGuard(PreparedNetwork prepared) {
    this.network = prepared.network();
    this.bounds = network.bounds(prepared.modes());
    int layers = prepared.shape().layers().length;
    this.sizes = new Pool<>(Streaming.THREADS, () -> new double[layers]);
  }

  /**
   * Whether a step has a finite result for certain. Allocates nothing.
   *
   * @param gap its length
   * @param input largest magnitude of its inputs
   */
  boolean certain(State state, double gap, float input) {
    if (gap > StepBounds.MOST_STEPS) {
      return false;
    }
    int length = (int) Math.ceil(gap);
    if (state.takeCertainSteps(length, input)) {
      return true;
    }
    float room = Math.max(1, 2 * input);
    double[] numbers = sizes.take();
    int steps = bounds.certainSteps(room, state.layers(), state.largestMean(), numbers);
    sizes.giveBack(numbers);
    state.setCertain(Math.max(0, steps - length), room);
    return steps >= length;
  }

  /**
   * Ends a call on trial whose result is not finite.
   *
   * @param y answers, one row for each state
   * @throws ArithmeticException with the first number that is not; all states are then as before
   */
  void settle(State[] states, float[] y) {
    String fault = fault(y, states.length);
    for (int i = 0; i < states.length && fault == null; i++) {
      String inside = states[i].fault();
      fault = inside == null ? null : "state " + i + ", " + inside;
    }
    if (fault != null) {
      undo(states);
      throw refusal(fault);
    }
  }

  /**
   * {@link #settle(State[], float[])} of one state.
   *
   * @param answers rows of y; 0 for none
   */
  void settle(State state, float[] y, int answers) {
    String fault = answers == 0 ? null : fault(y, answers);
    fault = fault == null ? state.fault() : fault;
    if (fault != null) {
      state.undo();
      throw refusal(fault);
    }
  }

  /** Puts all states back. */
  static void undo(State... states) {
    for (State state : states) {
      state.undo();
    }
  }

  private String fault(float[] y, int answers) {
    int n = network.config().outputSize();
    int i = SequenceChecks.firstNotFinite(y, answers * n);
    return i < 0 ? null : "answer " + i / n + ", output " + i % n + " is " + y[i];
  }

  private ArithmeticException refusal(String fault) {
    return new ArithmeticException(
        fault
            + ": "
            + InputChecks.overflow(
                network,
                "; the state is as before",
                "Scale the inputs as in training, leave this one out, or begin with a new state"));
  }
}
