package io.carillon.cli;

import io.carillon.report.console.Console;
import io.carillon.report.console.Errors;
import io.carillon.report.console.ExitCode;
import io.carillon.report.console.UsageException;
import io.carillon.report.folder.Version;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** The {@code carillon} command. */
@Command(
    name = "carillon",
    description = "State-space sequence models: train, evaluate, predict, stream.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Versions.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      TasksCommand.class,
      DownloadCommand.class,
      PresetsCommand.class,
      TrainCommand.class,
      EvaluateCommand.class,
      BaselinesCommand.class,
      BacktestCommand.class,
      PredictCommand.class,
      StreamCommand.class,
      VerifyCommand.class,
      DescribeCommand.class,
      ReportCommand.class,
      GenerateCommand.class,
      ReproduceCommand.class,
      ImportCommand.class,
      ExportCommand.class
    },
    footer = {
      "",
      "Exit code: 0 done, 1 failed, 2 wrong usage, 130 stopped with Ctrl-C, 143 by a termination"
          + " signal.",
      "More memory or other JVM options: CARILLON_OPTS=-Xmx8g carillon ..."
    })
public final class Main implements Runnable {
  @Option(
      names = "--stacktrace",
      hidden = true,
      scope = ScopeType.INHERIT,
      description = "print where an error came from")
  private boolean stackTrace;

  private final CommandLine commandLine;

  private Main(Console console, CommandLine.ITypeConverter<Path> paths) {
    commandLine =
        new CommandLine(this, new Factory(console))
            .setOut(writer(console.out()))
            .setErr(writer(console.err()))
            .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
            .setUsageHelpWidth(Math.max(80, Math.min(100, console.columns())))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setUnmatchedOptionsArePositionalParams(false)
            .registerConverter(Path.class, paths)
            .setParameterExceptionHandler((e, arguments) -> usageError(console, e))
            .setExecutionExceptionHandler(
                (e, command, result) -> executionError(console, command, e));
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }

  /** Runs a command line and ends the virtual machine with its exit code. */
  public static void main(String[] arguments) {
    Console console = Console.system();
    int code = run(console, arguments);
    console.out().flush();
    System.exit(code);
  }

  /** Runs a command line and returns its exit code, see {@link ExitCode}. */
  public static int run(Console console, String... arguments) {
    return run(console, Path::of, arguments);
  }

  /**
   * Runs a command line with files of another file system.
   *
   * @param paths what a path on the command line means
   */
  static int run(Console console, CommandLine.ITypeConverter<Path> paths, String... arguments) {
    Main main = new Main(console, paths);
    try {
      return main.commandLine.execute(arguments);
    } catch (Error e) {
      return main.report(console, e);
    } finally {
      console.out().flush();
      console.err().flush();
    }
  }

  /** Without a command: what there is. */
  @Override
  public void run() {
    throw new ParameterException(commandLine, "give a command");
  }

  private static int usageError(Console console, ParameterException e) {
    console.err().println("error: " + e.getMessage());
    if (!CommandLine.UnmatchedArgumentException.printSuggestions(e, writer(console.err()))) {
      hint(console, e.getCommandLine());
    }
    return ExitCode.USAGE;
  }

  private static void hint(Console console, CommandLine command) {
    console.err().println("'" + command.getCommandSpec().qualifiedName() + " --help' says more");
  }

  private int executionError(Console console, CommandLine command, Exception e) {
    int code = report(console, e);
    if (e instanceof UsageException) {
      hint(console, command);
      return ExitCode.USAGE;
    }
    return code;
  }

  private int report(Console console, Throwable e) {
    console.out().flush();
    if (stackTrace) {
      e.printStackTrace(console.err());
    }
    console.err().println("error: " + Errors.message(e));
    return ExitCode.FAILED;
  }

  /** Answers {@code --version}. */
  static final class Versions implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {
        "carillon " + Version.carillon(), "Java " + Version.java() + ", " + Version.system()
      };
    }
  }

  /** Gives every command the console. */
  private record Factory(Console console) implements CommandLine.IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      if (ConsoleCommand.class.isAssignableFrom(type)) {
        K command = type.getDeclaredConstructor().newInstance();
        ((ConsoleCommand) command).console = console;
        return command;
      }
      return CommandLine.defaultFactory().create(type);
    }
  }
}
