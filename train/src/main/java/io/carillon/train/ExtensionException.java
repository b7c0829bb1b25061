package io.carillon.train;

/**
 * A loss, metric or schedule of one's own has thrown an exception, or given a number that cannot be
 * used. The message names it; an exception that it has thrown is the cause.
 */
public final class ExtensionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ExtensionException(String message) {
    super(message);
  }

  ExtensionException(String message, RuntimeException cause) {
    super(message + ": " + cause, cause);
  }
}
