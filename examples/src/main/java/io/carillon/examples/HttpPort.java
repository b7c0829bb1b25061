package io.carillon.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** Lines in the body of a POST to {@code /score}; the answer has one line for each. */
final class HttpPort {
  private static final int BACKLOG = 128;
  private static final int MOST_CONNECTIONS = 2048;
  private static final int PIECE = 1 << 16;
  private static final int LINGER_BYTES = 1 << 26;

  private static final int METHOD_NOT_ALLOWED = 405;
  private static final int TIMEOUT = 408;
  private static final int TOO_LARGE = 413;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int UNAVAILABLE = 503;

  private final HttpServer server;
  private final Answers answers;
  private final LineSettings settings;
  private final Deadlines deadlines;
  private final Places places;
  private final ExecutorService workers = Workers.upTo(MOST_CONNECTIONS);
  private volatile boolean stopping;

  HttpPort(InetSocketAddress address, LineSettings settings, Answers answers, Deadlines deadlines)
      throws IOException {
    boundTheServer(settings.get(LineSetting.REQUEST_SECONDS));
    this.settings = settings;
    this.answers = answers;
    this.deadlines = deadlines;
    this.places =
        new Places(
            settings.get(LineSetting.REQUESTS), settings.get(LineSetting.REQUESTS_PER_CLIENT));
    this.server = HttpServer.create(address, BACKLOG);
    server.createContext("/score", this::handle);
    server.setExecutor(workers);
  }

  /**
   * What happens before a request has a body is the server's own business, and it has no limits but
   * those of system properties, which it reads once per JVM. What the command line says goes first.
   */
  private static void boundTheServer(int requestSeconds) {
    setIfAbsent("jdk.httpserver.maxConnections", MOST_CONNECTIONS);
    // A little more than our own limit: until then a late client is told why.
    setIfAbsent("sun.net.httpserver.maxReqTime", requestSeconds + 5L);
  }

  private static void setIfAbsent(String property, long value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, Long.toString(value));
    }
  }

  void start() {
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    InetAddress client = exchange.getRemoteAddress().getAddress();
    try (exchange) {
      if (!exchange.getRequestMethod().equals("POST")) {
        exchange.getResponseHeaders().set("Allow", "POST");
        refuse(exchange, METHOD_NOT_ALLOWED, "lines come in the body of a POST");
        return;
      }
      if (stopping) {
        refuse(exchange, UNAVAILABLE, LineConnection.STOPPING);
        return;
      }
      switch (places.enter(client)) {
        case CLIENT_HAS_TOO_MANY ->
            tryLater(exchange, TOO_MANY_REQUESTS, LineSetting.REQUESTS_PER_CLIENT);
        case ALL_ARE_TAKEN -> tryLater(exchange, UNAVAILABLE, LineSetting.REQUESTS);
        case YES -> {
          try {
            score(exchange, client);
          } finally {
            places.leave(client);
          }
        }
      }
    }
  }

  private void tryLater(HttpExchange exchange, int status, LineSetting limit) throws IOException {
    exchange.getResponseHeaders().set("Retry-After", "1");
    refuse(
        exchange,
        status,
        "too many requests at once; at most "
            + settings.get(limit)
            + " are served ("
            + limit.label()
            + ")");
  }

  private void score(HttpExchange exchange, InetAddress client) throws IOException {
    int longest = settings.get(LineSetting.BODY_BYTES);
    byte[] body = body(exchange, longest);
    if (body.length > longest) {
      tooLarge(exchange, "the body has more than " + longest + " bytes", LineSetting.BODY_BYTES);
      return;
    }
    // Counted before the first step, so that a refused request has changed no stream.
    int lines = lines(body);
    if (lines > settings.get(LineSetting.REQUEST_LINES)) {
      tooLarge(
          exchange,
          lines + " lines; at most " + settings.get(LineSetting.REQUEST_LINES) + " are taken",
          LineSetting.REQUEST_LINES);
      return;
    }
    exchange.getResponseHeaders().set("Content-Type", "text/csv; charset=utf-8");
    exchange.sendResponseHeaders(200, 0);
    answer(exchange, body, client);
  }

  private byte[] body(HttpExchange exchange, int longest) throws IOException {
    Thread reader = Thread.currentThread();
    int seconds = settings.get(LineSetting.REQUEST_SECONDS);
    return deadlines.within(
        seconds,
        () -> exchange.getRequestBody().readNBytes(longest + 1),
        () -> {
          tell(exchange, TIMEOUT, "the body did not come within " + seconds + " seconds");
          reader.interrupt();
        });
  }

  private static int lines(byte[] body) {
    int lines = body.length > 0 && body[body.length - 1] != '\n' ? 1 : 0;
    for (byte b : body) {
      lines += b == '\n' ? 1 : 0;
    }
    return lines;
  }

  private void answer(HttpExchange exchange, byte[] body, InetAddress client) throws IOException {
    OutputStream out = exchange.getResponseBody();
    ByteArrayOutputStream piece = new ByteArrayOutputStream();
    for (int from = 0; from < body.length; ) {
      int end = from;
      while (end < body.length && body[end] != '\n') {
        end++;
      }
      int to = end > from && body[end - 1] == '\r' ? end - 1 : end;
      piece.writeBytes(answers.to(body, from, to, client));
      from = end + 1;
      if (piece.size() >= PIECE) {
        write(piece, out);
      }
    }
    write(piece, out);
    inTime(LineSetting.ANSWER_SECONDS, out::close);
  }

  private void write(ByteArrayOutputStream piece, OutputStream out) throws IOException {
    inTime(LineSetting.ANSWER_SECONDS, () -> piece.writeTo(out));
    piece.reset();
  }

  private void tooLarge(HttpExchange exchange, String message, LineSetting limit)
      throws IOException {
    refuse(exchange, TOO_LARGE, message + " (" + limit.label() + "); send it in several requests");
  }

  /**
   * Says no, and then reads what is still being sent: to close before would reset the connection,
   * and the client might never read why.
   */
  private void refuse(HttpExchange exchange, int status, String message) throws IOException {
    exchange.getResponseHeaders().set("Connection", "close");
    inTime(LineSetting.ANSWER_SECONDS, () -> tell(exchange, status, message));
    inTime(LineSetting.REQUEST_SECONDS, () -> discard(exchange.getRequestBody()));
  }

  private static void tell(HttpExchange exchange, int status, String message) {
    byte[] text = ("error: " + message + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
      exchange.sendResponseHeaders(status, text.length);
      exchange.getResponseBody().write(text);
      exchange.getResponseBody().flush();
    } catch (IOException e) {
      System.err.println("a client that was refused had gone: " + e.getMessage());
    }
  }

  private static void discard(InputStream in) throws IOException {
    byte[] scratch = new byte[PIECE];
    int left = LINGER_BYTES;
    for (int n = 0; n >= 0 && left > 0; left -= n) {
      n = in.read(scratch);
    }
  }

  /** Reads or writes; a client that lets it last longer loses its connection. */
  private void inTime(LineSetting limit, Exchanged work) throws IOException {
    deadlines.within(
        settings.get(limit),
        () -> {
          work.run();
          return null;
        },
        // Interrupting a thread that waits for a channel closes the channel.
        Thread.currentThread()::interrupt);
  }

  private interface Exchanged {
    void run() throws IOException;
  }

  /** Answers no requests but those that have begun. */
  void stopTaking() {
    stopping = true;
  }

  /** Waits until these have their answers, or until {@link System#nanoTime} is so far. */
  void drain(long until) throws InterruptedException {
    places.awaitEmpty(until);
  }

  /** Ends what is still open. */
  void end() {
    server.stop(0);
    workers.shutdown();
  }

  /** Waits until no thread is left that could change a stream, or until so far. */
  void awaitEnd(long until) throws InterruptedException {
    workers.awaitTermination(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
  }
}
