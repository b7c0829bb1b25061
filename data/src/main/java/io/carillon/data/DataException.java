package io.carillon.data;

/**
 * Data that cannot be used: a file that cannot be read, a value outside its bounds, an unknown
 * option. The message is complete by itself and meant for the person who gave the data.
 */
public final class DataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An error with a message that names the thing, the value, the bound and what to do. */
  public DataException(String message) {
    super(message);
  }

  /** The same, with the exception that revealed the error. */
  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
