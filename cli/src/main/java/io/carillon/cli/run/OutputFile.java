package io.carillon.cli.run;

import io.carillon.io.AtomicFile;
import io.carillon.report.console.CommandFailure;
import io.carillon.report.console.Errors;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a command puts its result. A file is replaced as a whole or left as it was; what exists and
 * is no file, such as a pipe or {@code /dev/stdout}, is written to directly.
 */
public final class OutputFile {
  private OutputFile() {}

  /** Writes the result to a path. */
  @FunctionalInterface
  public interface Writer {
    /** Writes all of it. */
    void write(Path path) throws IOException;
  }

  /**
   * Refuses early what cannot be written.
   *
   * @throws CommandFailure if the path is a folder, or lies in no existing folder
   */
  public static void check(Path path) {
    if (Files.isDirectory(path)) {
      throw new CommandFailure(path + ": is a folder; give a file");
    }
    Path folder = path.toAbsolutePath().getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      throw new CommandFailure(
          "cannot write "
              + path
              + ": "
              + folder
              + (Files.exists(folder) ? " is a file, not a folder" : " does not exist"));
    }
  }

  /** Writes text as UTF-8. */
  public static void writeText(Path path, String text) throws IOException {
    write(path, file -> AtomicFile.writeText(file, text));
  }

  /**
   * Writes the result.
   *
   * @param writer writes a file atomically
   * @throws CommandFailure naming the path and the reason if that fails
   */
  public static void write(Path path, Writer writer) throws IOException {
    check(path);
    try {
      if (Files.exists(path) && !Files.isRegularFile(path)) {
        writeThrough(path, writer);
      } else {
        writer.write(path);
      }
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  /** Writes bytes to where they go. */
  @FunctionalInterface
  public interface ByteWriter {
    /** Writes all of them; the stream is closed by the caller. */
    void write(OutputStream out) throws IOException;
  }

  /**
   * Writes a result that need not be held as a whole. What is no file has it as it comes.
   *
   * @throws CommandFailure naming the path and the reason if that fails
   */
  public static void stream(Path path, ByteWriter writer) throws IOException {
    check(path);
    try {
      if (Files.exists(path) && !Files.isRegularFile(path)) {
        try (OutputStream out = Files.newOutputStream(path)) {
          writer.write(out);
        }
      } else {
        AtomicFile.write(path, channel -> writer.write(Channels.newOutputStream(channel)));
      }
    } catch (IOException e) {
      throw failure(path, e);
    } catch (UncheckedIOException e) {
      throw failure(path, e.getCause());
    }
  }

  private static CommandFailure failure(Path path, IOException e) {
    return new CommandFailure("cannot write " + path + ": " + Errors.message(e), e);
  }

  private static void writeThrough(Path path, Writer writer) throws IOException {
    Path file = Files.createTempFile("carillon-", ".out");
    try (OutputStream out = Files.newOutputStream(path)) {
      writer.write(file);
      Files.copy(file, out);
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
