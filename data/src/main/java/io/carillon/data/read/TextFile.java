package io.carillon.data.read;

import io.carillon.data.DataException;
import io.carillon.data.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads text line by line and knows where it is. The text is UTF-8; bytes that are not (as in the
 * comments of some archives) become replacement characters, and a byte order mark is dropped. A
 * line ends with a line feed, a carriage return, or both.
 */
public final class TextFile implements AutoCloseable {
  private final Path file;
  private final Reader reader;
  private final long longest = Limits.LINE.most();
  private final char[] buffer = new char[1 << 14];
  private int from;
  private int to;
  private boolean afterReturn;
  private int number;

  private TextFile(Path file, Reader reader) {
    this.file = file;
    this.reader = reader;
  }

  /**
   * Opens a file.
   *
   * @throws DataException if it cannot be read
   */
  public static TextFile open(Path file) {
    try {
      return new TextFile(
          file, new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw DataException.unreadable(file, e);
    }
  }

  /**
   * The next line that is not blank, or null at the end.
   *
   * @throws DataException if it cannot be read, is not text, or longer than {@link Limits#LINE}
   */
  public String next() {
    try {
      String line;
      do {
        number++;
        line = readLine();
        if (number == 1 && line != null && line.startsWith("\uFEFF")) {
          line = line.substring(1);
        }
      } while (line != null && line.isBlank());
      if (line != null && line.indexOf('\0') >= 0) {
        throw new DataException(at() + ": holds a zero byte, so this is not a text file");
      }
      return line;
    } catch (IOException e) {
      throw DataException.unreadable(file, e);
    }
  }

  /** A line without its end, or null. Unlike that of the JDK it ends somewhere. */
  private String readLine() throws IOException {
    StringBuilder begun = null;
    while (from < to || fill()) {
      if (afterReturn && buffer[from] == '\n') {
        from++;
        afterReturn = false;
        continue;
      }
      afterReturn = false;
      int end = from;
      while (end < to && buffer[end] != '\n' && buffer[end] != '\r') {
        end++;
      }
      int start = from;
      boolean complete = end < to;
      from = complete ? end + 1 : end;
      if ((begun == null ? 0 : begun.length()) + (long) (end - start) > longest) {
        throw Limits.LINE.exceeded(at());
      }
      if (complete) {
        afterReturn = buffer[end] == '\r';
        return begun == null
            ? new String(buffer, start, end - start)
            : begun.append(buffer, start, end - start).toString();
      }
      begun = begun == null ? new StringBuilder(2 * buffer.length) : begun;
      begun.append(buffer, start, end - start);
    }
    return begun == null ? null : begun.toString();
  }

  private boolean fill() throws IOException {
    from = 0;
    to = Math.max(0, reader.read(buffer, 0, buffer.length));
    return to > 0;
  }

  /** Bytes of a file. */
  public static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw DataException.unreadable(file, e);
    }
  }

  /** Number of line feeds in a file, which is not read as text. */
  public static long lines(Path file) {
    byte[] buffer = new byte[1 << 16];
    long lines = 0;
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        for (int i = 0; i < n; i++) {
          lines += buffer[i] == '\n' ? 1 : 0;
        }
      }
    } catch (IOException e) {
      throw DataException.unreadable(file, e);
    }
    return lines;
  }

  /** Number of the line that {@link #next()} gave last, counted from 1. */
  public int number() {
    return number;
  }

  /** "FILE:LINE", the beginning of a message about the last line. */
  public String at() {
    return file + ":" + number;
  }

  @Override
  public void close() {
    try {
      reader.close();
    } catch (IOException e) {
      throw DataException.unreadable(file, e);
    }
  }
}
