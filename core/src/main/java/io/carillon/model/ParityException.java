package io.carillon.model;

/** A model does not say the same in all its ways, or has no proof of it, see {@link LoadCheck}. */
public class ParityException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With a message that names the model, the difference and the bound. */
  public ParityException(String message) {
    super(message);
  }
}
