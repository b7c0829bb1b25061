package io.carillon.nn.ssm;

/** A layer cannot be computed in the way that was asked for; the message says which and why. */
public final class ImpossibleAlgorithmException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  ImpossibleAlgorithmException(String message) {
    super(message);
  }
}
