package io.carillon.error;

/** A file is damaged, or is not what it should be. The message names the file and the place. */
public final class FormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a message that is complete for a user. */
  public FormatException(String message) {
    super(message);
  }

  /** With a message that is complete for a user, and what was found underneath. */
  public FormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
