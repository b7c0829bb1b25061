package io.carillon.engine;

/**
 * State of one layer, carried from one chunk of its sequences to the next, and the gradient that
 * flows back the same way.
 *
 * <p>In a diagonal state-space layer the state is that of the recurrence x_t = λ x_{t-1} + u_t with
 * unit input weight: the official state divided by B̄. Layout [sequences][sets][2 = re, im][M][H].
 * In a recurrent unit it is the output of the last step, [sequences][H]; in S4 the coupled modes,
 * [sequences][2 = re, im][M][H]; with a kernel cut at T steps the place of the oldest input and the
 * last T inputs, [sequences](1 + [T][H]).
 */
public final class Carry {
  private final float[] state;
  private float[] gradient;

  /** A zero state (the start of a sequence) with {@code size} numbers. */
  public Carry(int size) {
    this(new float[size]);
  }

  /** A given state; the array is used, and updated, not copied. */
  public Carry(float[] state) {
    this.state = state;
  }

  /**
   * The state: before a forward pass that of the last seen step, afterwards that of its last step.
   */
  public float[] state() {
    return state;
  }

  /**
   * Gradient of the loss: set it to that of the state after the chunk before the backward pass;
   * afterwards it is that of the state before the chunk. Allocated, with zeros, at the first call.
   */
  public float[] gradient() {
    if (gradient == null) {
      gradient = new float[state.length];
    }
    return gradient;
  }
}
