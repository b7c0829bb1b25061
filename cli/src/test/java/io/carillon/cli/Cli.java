package io.carillon.cli;

import io.carillon.report.console.Console;
import io.carillon.report.console.ExitCode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/**
 * Runs command lines in this virtual machine and keeps what they print.
 *
 * @param code exit code
 * @param out standard output
 * @param err standard error
 */
record Cli(int code, String out, String err) {

  /** Runs a command line without input. */
  static Cli run(Object... words) {
    return runWithInput("", words);
  }

  /** Runs a command line. */
  static Cli runWithInput(String input, Object... words) {
    return run(input, Path::of, words);
  }

  /**
   * Runs a command line in a folder of another file system.
   *
   * @param folder paths that begin with its name are in its file system, others in the usual one
   */
  static Cli runIn(Path folder, Object... words) {
    return run(
        "",
        text -> text.startsWith(folder.toString()) ? folder.resolve(text) : Path.of(text),
        words);
  }

  private static Cli run(String input, CommandLine.ITypeConverter<Path> paths, Object... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            Console.utf8(out),
            Console.utf8(err),
            false,
            100);
    List<String> arguments = new ArrayList<>();
    for (Object word : words) {
      if (word instanceof List<?> more) {
        more.forEach(item -> arguments.add(item.toString()));
      } else {
        arguments.add(word.toString());
      }
    }
    int code = Main.run(console, paths, arguments.toArray(String[]::new));
    return new Cli(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** Settings that make every training take well under a second. */
  static List<String> tiny() {
    return List.of(
        "--set", "network.width=4",
        "--set", "network.depth=1",
        "--set", "ssm.state_size=4",
        "--set", "train.epochs=1",
        "--set", "train.batch_size=4",
        "--threads", "1",
        "--limit", "8");
  }

  /** Trains a tiny model of a task into a folder. */
  static Path model(Path folder, String task, String... more) {
    Cli result = run("train", task, tiny(), "--out", folder, "--quiet", List.of(more));
    if (result.code() != ExitCode.OK) {
      throw new AssertionError("training of " + task + " failed: " + result);
    }
    return folder;
  }
}
