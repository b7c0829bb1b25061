package io.carillon.examples;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** Lines from a socket that come in time and are not too long. */
final class LineReader {
  private static final int FIRST_SIZE = 1024;

  private final Socket socket;
  private final InputStream in;
  private final LineSettings settings;
  private byte[] buffer = new byte[FIRST_SIZE];

  /** What has come and was not yet taken: from {@code start} up to {@code end}. */
  private int start;

  private int end;

  /** Up to here there is no end of line. */
  private int searched;

  private boolean hadLine;

  LineReader(Socket socket, LineSettings settings) throws IOException {
    this.socket = socket;
    // Asked for now: a socket whose input was shut down says its end here, but gives no stream.
    this.in = socket.getInputStream();
    this.settings = settings;
  }

  /** Whether the next line is here already. */
  boolean ready() {
    while (searched < end && buffer[searched] != '\n') {
      searched++;
    }
    return searched < end;
  }

  /**
   * The next line without its end, or null after the last.
   *
   * @throws SocketTimeoutException if it does not come in time, with words for the client
   * @throws EOFException if the line does not end; it may have been longer and is not to be used
   * @throws LineTooLong if it is longer than allowed
   */
  byte[] next() throws IOException {
    long since = System.nanoTime();
    boolean begun = start < end;
    while (!ready()) {
      if (end - start > settings.get(LineSetting.LINE_BYTES)) {
        throw new LineTooLong(settings.get(LineSetting.LINE_BYTES));
      }
      int n = fill(begun ? LineSetting.LINE_SECONDS : silence(), since);
      if (n < 0 && start == end) {
        return null;
      }
      if (n < 0) {
        throw new EOFException("the last line has no end; it was not used");
      }
      if (!begun) {
        begun = true;
        since = System.nanoTime();
      }
    }
    int to = searched > start && buffer[searched - 1] == '\r' ? searched - 1 : searched;
    byte[] line = Arrays.copyOfRange(buffer, start, to);
    start = ++searched;
    hadLine = true;
    return line;
  }

  private LineSetting silence() {
    return hadLine ? LineSetting.IDLE_SECONDS : LineSetting.FIRST_LINE_SECONDS;
  }

  private int fill(LineSetting limit, long since) throws IOException {
    makeRoom();
    int seconds = settings.get(limit);
    long left = TimeUnit.SECONDS.toNanos(seconds) - (System.nanoTime() - since);
    try {
      if (left <= 0) {
        throw new SocketTimeoutException();
      }
      long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(left));
      socket.setSoTimeout((int) Math.min(Integer.MAX_VALUE, millis));
      int n = in.read(buffer, end, buffer.length - end);
      end += Math.max(0, n);
      return n;
    } catch (SocketTimeoutException e) {
      SocketTimeoutException late =
          new SocketTimeoutException(
              "no whole line within " + seconds + " seconds (" + limit.label() + ")");
      late.initCause(e);
      throw late;
    }
  }

  private void makeRoom() {
    if (start > 0) {
      System.arraycopy(buffer, start, buffer, 0, end - start);
      searched -= start;
      end -= start;
      start = 0;
    }
    if (end == buffer.length) {
      buffer = Arrays.copyOf(buffer, 2 * buffer.length);
    }
  }

  /** A line is longer than allowed. */
  static final class LineTooLong extends IOException {
    private static final long serialVersionUID = 1;

    LineTooLong(int longest) {
      super("a line is longer than " + longest + " bytes (" + LineSetting.LINE_BYTES.label() + ")");
    }
  }
}
