package io.carillon.report.console;

/**
 * The command cannot be carried out, for a reason that the message tells completely. Ends the
 * command with exit code {@value ExitCode#FAILED}.
 */
public final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With the message for the user. */
  public CommandFailure(String message) {
    super(message);
  }

  /** With the message for the user and what led to it. */
  public CommandFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
