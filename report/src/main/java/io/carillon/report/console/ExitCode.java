package io.carillon.report.console;

/** What the command returns to the shell. */
public final class ExitCode {
  /** Everything that was asked for is done. */
  public static final int OK = 0;

  /** It could not be done: files, data, memory, diverged training. */
  public static final int FAILED = 1;

  /** The command line is wrong. */
  public static final int USAGE = 2;

  /** Stopped with Ctrl-C: 128 + SIGINT, as shells have it. What was reached by then is saved. */
  public static final int INTERRUPTED = 130;

  private ExitCode() {}
}
