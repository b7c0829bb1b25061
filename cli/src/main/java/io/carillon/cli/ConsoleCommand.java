package io.carillon.cli;

import io.carillon.report.console.Console;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command with a console; its result is the exit code. */
abstract class ConsoleCommand implements Callable<Integer> {
  /** Set by the factory before the command is called. */
  Console console;

  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this and exit.")
  @SuppressWarnings("UnusedVariable") // read by picocli
  private boolean help;

  /** The words of the command line as they were given, for the record. */
  String commandText() {
    StringBuilder text = new StringBuilder(spec.root().name());
    for (String word : spec.root().commandLine().getParseResult().originalArgs()) {
      boolean plain = word.matches("[A-Za-z0-9_@%+=:,./-]+");
      text.append(' ').append(plain ? word : "'" + word.replace("'", "'\\''") + "'");
    }
    return text.toString();
  }
}
