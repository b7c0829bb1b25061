package io.carillon.cli;

import io.carillon.report.console.UsageException;
import picocli.CommandLine.Option;

/** The option {@code --threads} of commands that use a model. */
final class ThreadsOption {
  @Option(names = "--threads", paramLabel = "N", description = "Threads; else all cores.")
  private int threads = Runtime.getRuntime().availableProcessors();

  /**
   * Number of threads, at least 1.
   *
   * @throws UsageException if another number is asked for
   */
  int count() {
    if (threads < 1) {
      throw new UsageException("--threads is " + threads + "; give at least 1");
    }
    return threads;
  }
}
