package io.carillon.error;

/** A layer cannot be computed in the way that was asked for; the message says which and why. */
public final class ImpossibleAlgorithmException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** With a message that is complete for a user. */
  public ImpossibleAlgorithmException(String message) {
    super(message);
  }
}
