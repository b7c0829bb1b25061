package io.carillon.report.folder;

import io.carillon.report.console.CommandFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/**
 * Keeps a second training out of the folder of a run as long as the first one lives. The operating
 * system holds the lock, so that it ends with the process, however that ends; a file that a killed
 * process has left locks nothing. Where the file system has no locks, there is none.
 */
public final class RunLock implements AutoCloseable {
  /** Name of the file, which holds the id of the process. */
  static final String FILE = "run.lock";

  /** Behind all content: where locks are mandatory, the content must stay readable. */
  private static final long PLACE = Long.MAX_VALUE - 1;

  private static final RunLock NONE = new RunLock(null, null, null);

  private final Path file;
  private final FileChannel channel;
  private final Object key;

  private RunLock(Path file, FileChannel channel, Object key) {
    this.file = file;
    this.channel = channel;
    this.key = key;
  }

  /**
   * Takes the lock.
   *
   * @param folder of the run; if it is not there, nothing is locked
   * @throws CommandFailure if another training has it
   */
  public static RunLock of(Path folder) {
    // Other file systems than that of the machine are not shared between processes.
    if (!folder.getFileSystem().equals(FileSystems.getDefault())) {
      return NONE;
    }
    Path file = folder.resolve(FILE);
    try {
      RunLock lock = null;
      while (lock == null) {
        lock = attempt(file);
      }
      return lock;
    } catch (IOException | UnsupportedOperationException e) {
      // What cannot be written here is said by the training, which has more to say about it.
      return NONE;
    }
  }

  /**
   * Null if the last owner has removed the file meanwhile. That is seen by the identity of the file
   * before it is opened and after it is locked; where files have none, open ones cannot be removed.
   */
  private static RunLock attempt(Path file) throws IOException {
    FileChannel channel = null;
    RunLock lock = null;
    try {
      if (!Files.exists(file)) {
        Files.createFile(file);
      }
      Object before = key(file);
      channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (channel.tryLock(PLACE, 1, false) == null) {
        throw refused(file, text(channel));
      }
      if (Objects.equals(before, key(file))) {
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(thisProcess().getBytes(StandardCharsets.UTF_8)), 0);
        lock = new RunLock(file, channel, before);
      }
      return lock;
    } catch (OverlappingFileLockException e) {
      throw refused(file, thisProcess());
    } catch (FileAlreadyExistsException e) {
      return null;
    } catch (NoSuchFileException e) {
      if (Files.isDirectory(file.toAbsolutePath().getParent())) {
        return null;
      }
      throw e;
    } finally {
      if (lock == null && channel != null) {
        channel.close();
      }
    }
  }

  private static Object key(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  private static String thisProcess() {
    return Long.toString(ProcessHandle.current().pid());
  }

  private static String text(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(20);
    channel.read(bytes, 0);
    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
  }

  private static CommandFailure refused(Path file, String process) {
    return new CommandFailure(
        file.toAbsolutePath().getParent()
            + ": a training is going on in this folder"
            + (process.isEmpty() ? "" : " (process " + process + ")")
            + ", and a second one would write over it. Wait until it ends or stop it, then try again");
  }

  /** Gives the folder free and leaves nothing in it. */
  @Override
  public void close() {
    if (channel == null) {
      return;
    }
    try (FileChannel last = channel) {
      // The folder may have been removed meanwhile, and another training may be at its place.
      if (last.isOpen() && Files.exists(file) && Objects.equals(key, key(file))) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // A file that stays locks nothing.
      return;
    }
  }
}
