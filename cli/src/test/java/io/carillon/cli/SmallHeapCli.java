package io.carillon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs command lines in a virtual machine of their own, with a heap or a disk that is too small.
 */
final class SmallHeapCli {
  private static final int PATIENCE_SECONDS = 300;

  private SmallHeapCli() {}

  /**
   * Runs a command line.
   *
   * @param folder for what it prints
   * @param heap largest heap, such as 64m
   */
  static Cli run(Path folder, String heap, Object... words)
      throws IOException, InterruptedException {
    return run(folder, List.of(), "", heap, words);
  }

  /** {@link #run} with more on the class path: folders, each with a separator after it. */
  static Cli runWithClasses(Path folder, String more, Object... words)
      throws IOException, InterruptedException {
    return run(folder, List.of(), more, "256m", words);
  }

  /** {@link #run} where no file may grow beyond so many blocks of 512 bytes, as on a full disk. */
  static Cli runWithSmallDisk(Path folder, int blocks, Object... words)
      throws IOException, InterruptedException {
    List<String> shell = List.of("sh", "-c", "ulimit -f " + blocks + "; exec \"$@\"", "sh");
    return run(folder, shell, "", "256m", words);
  }

  private static Cli run(
      Path folder, List<String> before, String classes, String heap, Object... words)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx" + heap, "-XX:+UseSerialGC", "-XX:-UsePerfData", "-cp"));
    command.add(classes + System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    for (Object word : words) {
      if (word instanceof List<?> several) {
        several.forEach(one -> command.add(one.toString()));
      } else {
        command.add(word.toString());
      }
    }
    Path out = Files.createTempFile(folder, "cli", ".out");
    Path err = Files.createTempFile(folder, "cli", ".err");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("it ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Cli(process.exitValue(), Files.readString(out), Files.readString(err));
  }
}
