package io.carillon.cli;

import io.carillon.report.console.UsageException;
import picocli.CommandLine.Option;

/** The option {@code --limit} of commands that train. */
final class LimitOption {
  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Use at most N sequences of each part, for a quick try.")
  private int limit;

  /**
   * Checks the option before anything is done.
   *
   * @throws UsageException if it is negative
   */
  void check() {
    if (limit < 0) {
      throw new UsageException("--limit is " + limit + "; give at least 1");
    }
  }

  /** Largest number of sequences of each part; 0 for all. */
  int count() {
    return limit;
  }
}
