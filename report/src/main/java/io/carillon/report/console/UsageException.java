package io.carillon.report.console;

/**
 * The command line asks for something that does not exist or does not fit: an unknown task, preset
 * or setting, or a value of the wrong kind. Ends the command with exit code {@value
 * ExitCode#USAGE}.
 */
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With the message for the user. */
  public UsageException(String message) {
    super(message);
  }

  /** With the message for the user and what led to it. */
  public UsageException(String message, Throwable cause) {
    super(message, cause);
  }
}
