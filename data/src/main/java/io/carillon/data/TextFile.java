package io.carillon.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Reads text line by line and knows where it is. The text is UTF-8; bytes that are not (as in the
 * comments of some archives) become replacement characters, and a byte order mark is dropped.
 */
final class TextFile implements AutoCloseable {
  private final Path file;
  private final BufferedReader reader;
  private int number;

  private TextFile(Path file, BufferedReader reader) {
    this.file = file;
    this.reader = reader;
  }

  /**
   * Opens a file.
   *
   * @throws DataException if it cannot be read
   */
  static TextFile open(Path file) {
    try {
      return new TextFile(
          file,
          new BufferedReader(
              new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /**
   * The next line that is not blank, or null at the end.
   *
   * @throws DataException if it cannot be read or is not text
   */
  String next() {
    try {
      String line;
      do {
        line = reader.readLine();
        number++;
        if (number == 1 && line != null && line.startsWith("\uFEFF")) {
          line = line.substring(1);
        }
      } while (line != null && line.isBlank());
      if (line != null && line.indexOf('\0') >= 0) {
        throw new DataException(at() + ": holds a zero byte, so this is not a text file");
      }
      return line;
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** Number of the line that {@link #next()} gave last, counted from 1. */
  int number() {
    return number;
  }

  /** "FILE:LINE", the beginning of a message about the last line. */
  String at() {
    return file + ":" + number;
  }

  @Override
  public void close() {
    try {
      reader.close();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** The error for a file that the system does not let us read. */
  static DataException unreadable(Path file, IOException cause) {
    String reason;
    if (cause instanceof NoSuchFileException) {
      reason = "there is no such file; check the path";
    } else if (cause instanceof AccessDeniedException) {
      reason = "reading it is not permitted; check its access rights";
    } else {
      reason = "it cannot be read (" + cause.getMessage() + ")";
    }
    return new DataException(file + ": " + reason, cause);
  }
}
