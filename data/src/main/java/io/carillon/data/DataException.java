package io.carillon.data;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

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

  /** The error for a file that the system does not let us read. */
  public static DataException unreadable(Path file, IOException cause) {
    String reason;
    if (cause instanceof NoSuchFileException) {
      reason = "there is no such file; check the path";
    } else if (cause instanceof AccessDeniedException) {
      reason = "reading it is not permitted; check its access rights";
    } else {
      reason = "it cannot be read (" + cause.getMessage() + ")";
    }
    return new DataException(file + ": " + reason, cause);
  }
}
