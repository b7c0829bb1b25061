package io.carillon.papers.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.data.DataException;
import io.carillon.data.Loaders;
import io.carillon.data.images.GreyPicture;
import io.carillon.data.images.IdxFile;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Reads files in a virtual machine of its own with little memory, where what is not refused by a
 * rule ends in an OutOfMemoryError. One machine reads many files, because starting it takes longer.
 */
final class SmallHeap {
  private static final int PATIENCE_SECONDS = 300;
  private static final String OK = "read";

  private SmallHeap() {}

  /**
   * Reads files as training data.
   *
   * @param heap largest heap, such as 48m
   * @param options set for all of them, as key=value
   * @return for each file the message of its refusal, {@value #OK}, or what else happened
   */
  static Map<Path, String> open(String heap, List<Path> files, String... options) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-Djava.awt.headless=true",
                "-cp",
                System.getProperty("java.class.path"),
                SmallHeap.class.getName(),
                String.join(";", options)));
    files.forEach(file -> command.add(file.toString()));
    Path out = files.get(0).resolveSibling("small-heap.out");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    try {
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("it ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    Map<Path, String> messages = new HashMap<>();
    for (String line : java.nio.file.Files.readAllLines(out)) {
      String[] parts = line.split("\t", 2);
      if (parts.length == 2) {
        messages.put(Path.of(parts[0]), parts[1]);
      }
    }
    assertThat(messages.keySet()).as(java.nio.file.Files.readString(out)).containsAll(files);
    return messages;
  }

  /** Options, then files; prints for each file a line with what came of it. */
  public static void main(String[] arguments) {
    Map<String, String> options = new HashMap<>();
    for (String option : arguments[0].split(";")) {
      if (!option.isEmpty()) {
        options.put(option.substring(0, option.indexOf('=')), option.split("=", 2)[1]);
      }
    }
    for (int i = 1; i < arguments.length; i++) {
      System.out.println(arguments[i] + "\t" + outcome(Path.of(arguments[i]), options));
    }
  }

  private static String outcome(Path file, Map<String, String> options) {
    try {
      if (file.toString().endsWith(".png")) {
        GreyPicture.read(file);
      } else if (file.toString().contains("idx3-ubyte")) {
        IdxFile.read(file, 3, Integer.MAX_VALUE, "Set train-limit");
      } else if (file.toString().contains("data_batch")) {
        CifarFile.read(file);
      } else {
        Loaders.open(file, options, 1);
      }
      return OK;
    } catch (DataException e) {
      return e.getMessage();
    } catch (Throwable e) {
      ByteArrayOutputStream trace = new ByteArrayOutputStream();
      e.printStackTrace(new PrintStream(trace, true, StandardCharsets.UTF_8));
      return "UNEXPECTED " + trace.toString(StandardCharsets.UTF_8).replaceAll("\\s+", " ");
    }
  }
}
