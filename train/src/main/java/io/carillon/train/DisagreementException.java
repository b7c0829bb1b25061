package io.carillon.train;

import io.carillon.model.ParityException;

/**
 * Training has ended, but its model does not say the same in all its ways: whole sequences, batches
 * and streams differ by more than rounding. {@link #result()} holds the model, with a certificate
 * that says so, for a look into it; {@link io.carillon.model.SequenceModel#load} refuses it.
 */
public final class DisagreementException extends ParityException {
  private static final long serialVersionUID = 1L;

  private final transient TrainResult result;

  DisagreementException(TrainResult result) {
    super(
        "the trained model disagrees with itself: "
            + result.parity().disagreement()
            + ". Answers that cancel to almost nothing and modes that grow magnify rounding; to see"
            + " whether the fast inner loops are at fault, check again with"
            + " -Dcarillon.kernels=scalar");
    this.result = result;
  }

  /** The model with its certificate, and the history. */
  public TrainResult result() {
    return result;
  }
}
