package io.carillon.examples;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;

/** One client of the line port: answers its lines until one of the two has had enough. */
final class LineConnection implements Runnable {
  static final String STOPPING = "the service is stopping";

  private static final int PIECE = 1 << 16;
  private static final int LINGER_SECONDS = 2;
  private static final int LINGER_BYTES = 1 << 26;

  private enum Phase {
    /** No whole line has come yet. */
    SILENT,
    TALKING,
    /** Only what is here already is still answered. */
    FINISHING,
    /** Nothing is read or written any more. */
    ENDED
  }

  private final Socket socket;
  private final LineSettings settings;
  private final Answers answers;
  private final Deadlines deadlines;
  private final Runnable atEnd;
  private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();
  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.SILENT);

  /**
   * A connection that is not served yet.
   *
   * @param atEnd run when it has been served
   */
  LineConnection(
      Socket socket, LineSettings settings, Answers answers, Deadlines deadlines, Runnable atEnd) {
    this.socket = socket;
    this.settings = settings;
    this.answers = answers;
    this.deadlines = deadlines;
    this.atEnd = atEnd;
  }

  /** Who is at the other end. */
  InetAddress client() {
    return socket.getInetAddress();
  }

  @Override
  public void run() {
    try (socket) {
      try {
        answerLines(new LineReader(socket, settings));
      } catch (SocketTimeoutException | EOFException | LineReader.LineTooLong e) {
        waiting.writeBytes(error(e.getMessage()));
      }
      phase.compareAndSet(Phase.SILENT, Phase.FINISHING);
      if (phase.get() != Phase.ENDED) {
        flush();
        linger();
      }
    } catch (IOException e) {
      if (phase.get() != Phase.ENDED) {
        System.err.println("connection of " + client() + " ended: " + e.getMessage());
      }
    } finally {
      atEnd.run();
    }
  }

  private void answerLines(LineReader reader) throws IOException {
    while (true) {
      // What has come together is answered together.
      if (!reader.ready() || waiting.size() >= PIECE) {
        flush();
      }
      byte[] line = reader.next();
      if (line == null) {
        return;
      }
      phase.compareAndSet(Phase.SILENT, Phase.TALKING);
      if (phase.get() == Phase.ENDED) {
        return;
      }
      waiting.writeBytes(answers.to(line, 0, line.length, client()));
    }
  }

  private void flush() throws IOException {
    if (waiting.size() > 0) {
      deadlines.within(settings.get(LineSetting.ANSWER_SECONDS), this::write, this::cut);
    }
  }

  private Void write() throws IOException {
    waiting.writeTo(socket.getOutputStream());
    waiting.reset();
    return null;
  }

  /**
   * Reads what is still being sent. To close before would reset the connection, and the client
   * might lose the last answers.
   */
  private void linger() throws IOException {
    socket.shutdownOutput();
    if (!socket.isInputShutdown()) {
      deadlines.within(LINGER_SECONDS, this::discard, this::cut);
    }
  }

  private Void discard() throws IOException {
    socket.setSoTimeout(0);
    InputStream in = socket.getInputStream();
    byte[] scratch = new byte[PIECE];
    int left = LINGER_BYTES;
    for (int n = 0; n >= 0 && left > 0; left -= n) {
      n = in.read(scratch);
    }
    return null;
  }

  /**
   * Ends the connection if it has not sent a line yet.
   *
   * @return whether it had not
   */
  boolean endIfSilent(String message) {
    if (!phase.compareAndSet(Phase.SILENT, Phase.ENDED)) {
      return false;
    }
    refuse(socket, message);
    return true;
  }

  /** Takes no more bytes; lines that are here already are still answered. */
  void finish() {
    if (!endIfSilent(STOPPING) && phase.compareAndSet(Phase.TALKING, Phase.FINISHING)) {
      try {
        socket.shutdownInput();
      } catch (IOException e) {
        cut();
      }
    }
  }

  /** Ends the connection at once. */
  void cut() {
    phase.set(Phase.ENDED);
    try {
      socket.close();
    } catch (IOException e) {
      System.err.println("connection of " + client() + ": " + e.getMessage());
    }
  }

  /** Tells somebody why the connection ends, and ends it. Does not wait. */
  static void refuse(Socket socket, String message) {
    try (socket) {
      socket.getOutputStream().write(error(message));
      socket.shutdownOutput();
      // Closing with bytes unread would reset the connection before the message is read.
      socket.getInputStream().skipNBytes(socket.getInputStream().available());
    } catch (IOException e) {
      System.err.println("a client that was refused had gone: " + e.getMessage());
    }
  }

  private static byte[] error(String message) {
    return ("error: " + message + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
