package io.carillon.examples;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Lets clients in that speak lines. When there is no place, the connection that has been silent
 * longest since it came gives its own up; connections that have sent a line are never ended for
 * others.
 */
final class LinePort {
  private static final int FIRST_PAUSE_MILLIS = 10;
  private static final int LONGEST_PAUSE_MILLIS = 1000;

  private final ServerSocket server;
  private final LineSettings settings;
  private final Answers answers;
  private final Deadlines deadlines;
  private final Places places;
  private final ExecutorService workers;
  private final CountDownLatch ended = new CountDownLatch(1);

  /** In order of their coming; guarded by itself. */
  private final Set<LineConnection> open = new LinkedHashSet<>();

  LinePort(ServerSocket server, LineSettings settings, Answers answers, Deadlines deadlines) {
    this.server = server;
    this.settings = settings;
    this.answers = answers;
    this.deadlines = deadlines;
    int most = settings.get(LineSetting.CONNECTIONS);
    this.places = new Places(most, settings.get(LineSetting.CONNECTIONS_PER_CLIENT));
    // One that gave up its place may need its thread for a moment longer.
    this.workers = Workers.upTo(2 * most);
  }

  void start() {
    Thread acceptor = new Thread(this::accept, "lines");
    acceptor.setDaemon(true);
    acceptor.start();
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    int pause = FIRST_PAUSE_MILLIS;
    while (!server.isClosed()) {
      try {
        admit(server.accept());
        pause = FIRST_PAUSE_MILLIS;
      } catch (IOException | RuntimeException e) {
        if (server.isClosed() || !rest(pause, e)) {
          return;
        }
        pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
      }
    }
  }

  /** Too many open files, for example, will pass; asking again at once would only heat. */
  private boolean rest(int millis, Exception why) {
    System.err.println(
        "a connection could not be accepted: " + why.getMessage() + "; again in " + millis + " ms");
    try {
      return !ended.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void admit(Socket socket) {
    InetAddress client = socket.getInetAddress();
    Places.Answer answer = places.enter(client);
    if (answer != Places.Answer.YES && endSilent(answer, client)) {
      answer = places.enter(client);
    }
    if (answer != Places.Answer.YES) {
      LineConnection.refuse(socket, reason(answer));
      return;
    }
    // The connection gives back its own place.
    LineConnection[] connection = new LineConnection[1];
    connection[0] =
        new LineConnection(
            socket, settings, answers, deadlines, () -> release(connection[0], client));
    synchronized (open) {
      open.add(connection[0]);
    }
    try {
      workers.execute(connection[0]);
    } catch (RejectedExecutionException | OutOfMemoryError e) {
      // The error is what a JDK says when the system has no more threads; it will have some again.
      connection[0].endIfSilent("no thread is free");
      release(connection[0], client);
    }
  }

  private String reason(Places.Answer answer) {
    return answer == Places.Answer.CLIENT_HAS_TOO_MANY
        ? "this client has "
            + settings.get(LineSetting.CONNECTIONS_PER_CLIENT)
            + " connections already"
        : "there are " + settings.get(LineSetting.CONNECTIONS) + " connections already; try later";
  }

  private boolean endSilent(Places.Answer why, InetAddress client) {
    List<LineConnection> candidates;
    synchronized (open) {
      candidates = new ArrayList<>(open);
    }
    for (LineConnection connection : candidates) {
      boolean helps = why == Places.Answer.ALL_ARE_TAKEN || connection.client().equals(client);
      if (helps && connection.endIfSilent("silent for too long while others wait")) {
        release(connection, connection.client());
        return true;
      }
    }
    return false;
  }

  private void release(LineConnection connection, InetAddress client) {
    boolean first;
    synchronized (open) {
      first = open.remove(connection);
    }
    if (first) {
      places.leave(client);
    }
  }

  /** Lets nobody in any more, and answers no more than what has come already. */
  void stopTaking() throws IOException {
    server.close();
    ended.countDown();
    everyOpen().forEach(LineConnection::finish);
  }

  /** Waits until all have their answers, or until {@link System#nanoTime} is so far. */
  void drain(long until) throws InterruptedException {
    places.awaitEmpty(until);
  }

  /** Ends what is still open. */
  void end() {
    everyOpen().forEach(LineConnection::cut);
    workers.shutdown();
  }

  /** Waits until no thread is left that could change a stream, or until so far. */
  void awaitEnd(long until) throws InterruptedException {
    workers.awaitTermination(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
  }

  private List<LineConnection> everyOpen() {
    synchronized (open) {
      return new ArrayList<>(open);
    }
  }
}
