package io.carillon.examples;

import io.carillon.model.Classification;
import io.carillon.model.LiveStream;
import io.carillon.model.Predictor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A client of a line service, good or bad, with real sockets. */
final class Client implements AutoCloseable {
  private static final int MILLIS = 60_000;
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Socket socket;
  private final BufferedReader in;

  private Client(Socket socket) throws IOException {
    this.socket = socket;
    this.in =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  static Client of(int port) throws IOException {
    return from(null, port);
  }

  /** A client that comes from this address. */
  static Client from(InetAddress address, int port) throws IOException {
    Socket socket = new Socket();
    socket.setSoTimeout(MILLIS);
    // So that whoever does not read soon blocks whoever writes to him.
    socket.setReceiveBufferSize(4096);
    if (address != null) {
      socket.bind(new InetSocketAddress(address, 0));
    }
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), MILLIS);
    return new Client(socket);
  }

  Socket socket() {
    return socket;
  }

  Client send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** The next line of answer; null at the end. */
  String line() throws IOException {
    return in.readLine();
  }

  String ask(String line) throws IOException {
    return send(line + "\n").line();
  }

  /** Everything up to the end. */
  List<String> rest() throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = line(); line != null; line = line()) {
      lines.add(line);
    }
    return lines;
  }

  /** Vanishes as a machine does that loses its power. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** Sends lines, closes its side and reads all answers. */
  static List<String> overSocket(int port, String... lines) throws IOException {
    try (Client client = of(port)) {
      client.send(String.join("\n", lines) + "\n");
      client.socket.shutdownOutput();
      return client.rest();
    }
  }

  static HttpResponse<String> post(int port, HttpRequest.BodyPublisher body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/score"))
            .timeout(Duration.ofMillis(MILLIS))
            .POST(body)
            .build();
    return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
  }

  static HttpResponse<String> post(int port, String body) throws IOException, InterruptedException {
    return post(port, HttpRequest.BodyPublishers.ofString(body));
  }

  /** Sends the beginning of a request whose body has so many bytes. */
  static Client beginPost(int port, int length, String body) throws IOException {
    return of(port)
        .send("POST /score HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + length + "\r\n\r\n")
        .send(body);
  }

  /** What the service should say to the steps of one stream from its beginning. */
  static List<String> expected(String key, float... values) {
    LiveStream live = Predictor.of(TinyModel.trained()).open();
    List<String> answers = new ArrayList<>();
    for (float value : values) {
      Classification answer = live.classify(value).orElseThrow();
      answers.add(key + "," + answer.name() + "," + (float) answer.probability());
    }
    return answers;
  }
}
