package io.carillon.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * Files that are either the old or the new content, never half of one; what was told to be written
 * stays so when the power fails.
 */
public final class AtomicFile {
  private AtomicFile() {}

  /** Writes the content to an open channel. */
  public interface Writer {
    /** Writes everything to the channel. */
    void write(FileChannel channel) throws IOException;
  }

  /**
   * Writes to a temporary neighbour, forces it to disk, and renames it to {@code file}.
   *
   * @throws IOException if that fails; the temporary file is removed and {@code file} is as before
   */
  public static void write(Path file, Writer writer) throws IOException {
    writeAll(Map.of(file, writer));
  }

  /**
   * Writes several files in the same way, none of which is replaced before all are on disk.
   *
   * @throws IOException if that fails; then all are as before, unless a rename has failed after
   *     another
   */
  public static void writeAll(Map<Path, Writer> files) throws IOException {
    try {
      for (Map.Entry<Path, Writer> file : files.entrySet()) {
        stage(file.getKey(), file.getValue());
      }
      for (Path file : files.keySet()) {
        commit(file);
      }
    } catch (IOException | RuntimeException | Error e) {
      discard(e, files.keySet().toArray(Path[]::new));
      throw e;
    }
  }

  /** Where the new content waits. */
  static Path part(Path file) {
    return file.resolveSibling(file.getFileName() + ".part");
  }

  /** Writes the new content beside the file and forces it to disk. */
  static void stage(Path file, Writer writer) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            part(file),
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      writer.write(channel);
      channel.force(true);
    }
  }

  /** Puts what is staged in place of the file. */
  static void commit(Path file) throws IOException {
    move(part(file), file);
  }

  /**
   * Removes what is staged, in this order and up to the first that cannot be removed.
   *
   * @param failure that led here, which is the one to tell
   */
  static void discard(Throwable failure, Path... files) {
    try {
      for (Path file : files) {
        Files.deleteIfExists(part(file));
      }
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /** Writes text as UTF-8 in the same way. */
  public static void writeText(Path file, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    write(
        file,
        channel -> {
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
        });
  }

  /**
   * Gives a file that something else has written the name under which it is complete: forces it to
   * disk, then {@link #move}.
   *
   * @throws IOException if that fails; both files are then as before
   */
  public static void complete(Path from, Path to) throws IOException {
    try (FileChannel channel = FileChannel.open(from, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    move(from, to);
  }

  /**
   * Puts a complete file in the place of another, in one moment where the file system can, or a
   * folder where none is. Both are in the same folder.
   *
   * @throws IOException if that fails; both files are then as before
   */
  public static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
    forceNames(to.toAbsolutePath().getParent());
  }

  /**
   * Creates a folder and those above it that are missing, if there is none.
   *
   * @throws IOException if that fails
   */
  public static void createFolders(Path folder) throws IOException {
    Path present = folder.toAbsolutePath();
    while (present != null && !Files.exists(present)) {
      present = present.getParent();
    }
    Files.createDirectories(folder);
    Path made = folder.toAbsolutePath();
    while (present != null && !made.equals(present)) {
      made = made.getParent();
      forceNames(made);
    }
  }

  /**
   * Sees to it that what has changed in a folder outlasts the power. Windows cannot open folders
   * and keeps their changes in a journal of its own; some network file systems refuse to force
   * them. Both are no error: the change has been made, and who was told that it had not would be
   * told wrong.
   */
  private static void forceNames(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      return;
    }
  }
}
