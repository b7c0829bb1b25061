package io.carillon.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Two files of a folder that are old or new together, though a file system renames one at a time.
 *
 * <p>Both new contents are written beside the files and forced to disk, then the first takes its
 * place, then the second. Broken off between the two, the new first file is there and the content
 * that belongs to it still waits: the second file is then read from where it waits, and put in
 * place by the next one who writes.
 */
public final class AtomicPair {
  private final Path first;
  private final Path second;
  private final Complete complete;

  /** Whether content that waits is whole. */
  @FunctionalInterface
  public interface Complete {
    /** Looks into the file. */
    boolean test(Path file) throws IOException;
  }

  /**
   * Two files, which need not exist.
   *
   * @param complete tells content for the second file from what something else left under the name
   *     under which it would wait
   */
  public AtomicPair(Path first, Path second, Complete complete) {
    this.first = first;
    this.second = second;
    this.complete = complete;
  }

  /**
   * Replaces both.
   *
   * @throws IOException if that fails; both are then old, or both new
   */
  public void write(AtomicFile.Writer ofFirst, AtomicFile.Writer ofSecond) throws IOException {
    if (waits()) {
      AtomicFile.commit(second);
    }
    try {
      // As long as the first one waits, what waits for the second does not count.
      AtomicFile.stage(first, ofFirst);
      AtomicFile.stage(second, ofSecond);
      AtomicFile.commit(first);
    } catch (IOException | RuntimeException e) {
      AtomicFile.discard(e, second, first);
      throw e;
    }
    AtomicFile.commit(second);
  }

  /** Where the content of the second file is that belongs to the first; it need not exist. */
  public Path second() throws IOException {
    return waits() ? AtomicFile.part(second) : second;
  }

  private boolean waits() throws IOException {
    Path part = AtomicFile.part(second);
    return Files.isRegularFile(first)
        && !Files.exists(AtomicFile.part(first))
        && Files.isRegularFile(part)
        && complete.test(part);
  }
}
