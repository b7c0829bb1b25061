package io.carillon.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.carillon.model.SequenceModel;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Scores live lines {@code key,value,…} of many streams, over a socket or by HTTP:
 *
 * <pre>
 *   printf 'pump-7,0.31\npump-8,0.12\n' | nc localhost 7070
 *   curl --data-binary 'pump-7,0.29' http://localhost:8080/score
 * </pre>
 *
 * One line of answer for a line: {@code key,answer,…}, or {@code error: …} for a wrong line, which
 * changes no stream. All states go to a file every few seconds and at the end, and come back from
 * it at the next start. Listens on this machine only; put what you trust in front of it.
 */
public final class LineService implements AutoCloseable {
  private static final int LONGEST_LINE = 1 << 16;
  private static final int LONGEST_BODY = 1 << 24;
  private static final int CONNECTIONS = 64;
  private static final int CHECKPOINT_SECONDS = 10;

  private final Streams streams;
  private final Path checkpoint;
  private final ServerSocket socket;
  private final HttpServer http;
  private final ExecutorService connections = Executors.newFixedThreadPool(CONNECTIONS);
  private final ScheduledExecutorService saving = Executors.newSingleThreadScheduledExecutor();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  /**
   * Starts the service.
   *
   * @param most streams to remember
   * @param checkpoint file of the states; read when it is there
   * @param linePort port for lines, 0 for any
   * @param httpPort port for HTTP, 0 for any
   * @throws IOException if a port is taken or the checkpoint cannot be read
   */
  public LineService(SequenceModel model, int most, Path checkpoint, int linePort, int httpPort)
      throws IOException {
    this.streams = new Streams(model, most);
    this.checkpoint = checkpoint;
    if (Files.exists(checkpoint)) {
      streams.restore(checkpoint);
    }
    InetAddress here = InetAddress.getLoopbackAddress();
    this.socket = new ServerSocket(linePort, CONNECTIONS, here);
    this.http = HttpServer.create(new InetSocketAddress(here, httpPort), CONNECTIONS);
    http.createContext("/score", this::score);
    http.setExecutor(connections);
    http.start();
    Thread acceptor = new Thread(this::accept, "lines");
    acceptor.setDaemon(true);
    acceptor.start();
    saving.scheduleWithFixedDelay(
        this::saveAndTell, CHECKPOINT_SECONDS, CHECKPOINT_SECONDS, TimeUnit.SECONDS);
  }

  /** Port for lines. */
  public int linePort() {
    return socket.getLocalPort();
  }

  /** Port for HTTP. */
  public int httpPort() {
    return http.getAddress().getPort();
  }

  /** The streams. */
  public Streams streams() {
    return streams;
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        open.add(client);
        connections.execute(() -> serve(client));
      } catch (IOException e) {
        // The socket was closed: the service ends.
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        BufferedReader in = reader(client.getInputStream());
        BufferedWriter out =
            new BufferedWriter(
                new OutputStreamWriter(client.getOutputStream(), StandardCharsets.UTF_8))) {
      for (String line = line(in); line != null; line = line(in)) {
        out.append(answer(line)).append('\n');
        // What has come together is answered together.
        if (!in.ready()) {
          out.flush();
        }
      }
    } catch (IOException e) {
      System.err.println("connection ended: " + e.getMessage());
    } finally {
      open.remove(client);
    }
  }

  /** Lines in the body, one line of answer for each. */
  private void score(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!exchange.getRequestMethod().equals("POST")) {
        exchange.sendResponseHeaders(405, -1);
        return;
      }
      byte[] body = exchange.getRequestBody().readNBytes(LONGEST_BODY + 1);
      if (body.length > LONGEST_BODY) {
        exchange.sendResponseHeaders(413, -1);
        return;
      }
      StringBuilder answers = new StringBuilder();
      new String(body, StandardCharsets.UTF_8)
          .lines()
          .forEach(line -> answers.append(answer(line)).append('\n'));
      exchange.getResponseHeaders().set("Content-Type", "text/csv; charset=utf-8");
      exchange.sendResponseHeaders(200, 0);
      try (Writer out =
          new OutputStreamWriter(exchange.getResponseBody(), StandardCharsets.UTF_8)) {
        out.append(answers);
      }
    }
  }

  private String answer(String line) {
    try {
      return streams.answer(line);
    } catch (IllegalArgumentException | ArithmeticException e) {
      return "error: " + e.getMessage();
    }
  }

  private static BufferedReader reader(InputStream in) {
    return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
  }

  /**
   * The next line, or null at the end; a client cannot fill the memory with one that never ends.
   */
  private static String line(BufferedReader in) throws IOException {
    StringBuilder line = new StringBuilder();
    int c = in.read();
    if (c < 0) {
      return null;
    }
    for (; c >= 0 && c != '\n'; c = in.read()) {
      if (line.length() == LONGEST_LINE) {
        throw new IOException("a line is longer than " + LONGEST_LINE + " characters");
      }
      line.append((char) c);
    }
    return line.toString();
  }

  private void saveAndTell() {
    try {
      streams.save(checkpoint);
    } catch (IOException e) {
      System.err.println("the states could not be saved: " + e.getMessage());
    }
  }

  /** Ends the connections and writes the last checkpoint. */
  @Override
  public void close() throws IOException {
    saving.shutdownNow();
    socket.close();
    http.stop(0);
    for (Socket client : open) {
      client.close();
    }
    connections.shutdown();
    try {
      connections.awaitTermination(5, TimeUnit.SECONDS);
      saving.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    streams.save(checkpoint);
  }

  /**
   * Runs until it is stopped.
   *
   * @param arguments model folder, checkpoint file, and if wanted the port for lines (7070), the
   *     port for HTTP (8080) and the number of streams (100000)
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length < 2) {
      System.err.println("usage: LineService MODEL CHECKPOINT [LINE-PORT [HTTP-PORT [STREAMS]]]");
      System.exit(2);
    }
    SequenceModel model = SequenceModel.load(Path.of(arguments[0]));
    LineService service =
        new LineService(
            model,
            number(arguments, 4, 100_000),
            Path.of(arguments[1]),
            number(arguments, 2, 7070),
            number(arguments, 3, 8080));
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    service.close();
                  } catch (IOException e) {
                    System.err.println("the states could not be saved: " + e.getMessage());
                  }
                }));
    System.out.println(
        "lines on port " + service.linePort() + ", HTTP on port " + service.httpPort());
  }

  private static int number(String[] arguments, int at, int otherwise) {
    return arguments.length > at ? Integer.parseInt(arguments[at]) : otherwise;
  }
}
