package io.carillon.examples;

import static io.carillon.examples.Client.expected;
import static io.carillon.examples.Client.overSocket;
import static io.carillon.examples.Client.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.model.SequenceModel;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The service with real sockets: good clients get right answers whatever bad ones do. */
@Timeout(120)
class LineServiceTest {
  private static final LineSettings ANY_PORTS =
      LineSettings.DEFAULT.with(LineSetting.LINE_PORT, 0).with(LineSetting.HTTP_PORT, 0);

  private final SequenceModel model = TinyModel.trained();
  private final List<Client> clients = new ArrayList<>();

  @TempDir Path folder;

  @AfterEach
  void goAway() throws IOException {
    for (Client client : clients) {
      client.close();
    }
  }

  private LineService start(LineSettings settings) throws IOException {
    return new LineService(model, folder.resolve("states"), settings);
  }

  private Client remember(Client client) {
    clients.add(client);
    return client;
  }

  /** A new stream is answered on both ports. */
  private static void assertServes(LineService service, String key) throws Exception {
    List<String> answers = expected(key, 0.25f, -0.5f);
    assertThat(overSocket(service.linePort(), key + ",0.25")).containsExactly(answers.get(0));
    HttpResponse<String> response = post(service.httpPort(), key + ",-0.5\n");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo(answers.get(1) + "\n");
  }

  @Test
  void streamsAreKeptApartAndOverARestart() throws Exception {
    List<String> a = expected("a", 0.1f, 0.2f, 0.3f, 0.4f);
    List<String> b = expected("b", -0.5f, 0.5f);
    try (LineService service = start(ANY_PORTS)) {
      assertThat(overSocket(service.linePort(), "a,0.1", "b,-0.5", "a, 0.2\r"))
          .containsExactly(a.get(0), b.get(0), a.get(1));
      assertThat(post(service.httpPort(), "a,0.3").body()).isEqualTo(a.get(2) + "\n");
    }
    try (LineService service = start(ANY_PORTS)) {
      assertThat(service.losses()).isEmpty();
      assertThat(service.streams().size()).isEqualTo(2);
      assertThat(overSocket(service.linePort(), "b,0.5", "a,0.4"))
          .containsExactly(b.get(1), a.get(3));
    }
  }

  @Test
  void wrongLinesAreAnsweredAndChangeNothing() throws Exception {
    String[] wrong = {"a,1,2", "a,NaN", ",1", "a,x", "", "k".repeat(300) + ",1"};
    try (LineService service = start(ANY_PORTS)) {
      assertThat(overSocket(service.linePort(), wrong))
          .hasSize(wrong.length)
          .allMatch(line -> line.startsWith("error: "));
      assertThat(post(service.httpPort(), String.join("\r\n", wrong)).body().lines())
          .hasSize(wrong.length)
          .allMatch(line -> line.startsWith("error: "));
      byte[] latin = "caf\u00e9,1\n".getBytes(StandardCharsets.ISO_8859_1);
      assertThat(post(service.httpPort(), HttpRequest.BodyPublishers.ofByteArray(latin)).body())
          .isEqualTo("error: the line is not UTF-8\n");
      assertThat(service.streams().size()).isZero();
      assertServes(service, "a");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 500})
  void silentConnectionsKeepNobodyOut(int silent) throws Exception {
    try (LineService service = start(ANY_PORTS)) {
      for (int i = 0; i < silent; i++) {
        remember(Client.of(service.linePort()));
        remember(Client.of(service.httpPort()));
      }
      assertServes(service, "a");
    }
  }

  @Test
  void unfinishedRequestsKeepNobodyOutOfTheLines() throws Exception {
    try (LineService service = start(ANY_PORTS)) {
      for (int i = 0; i < 200; i++) {
        remember(Client.of(service.httpPort())).send("POST /score HTTP/1.1\r\nContent-");
      }
      assertServes(service, "a");
    }
  }

  @Test
  void aConnectionThatHasSentALineIsNotEndedForOthers() throws Exception {
    List<String> a = expected("a", 1, 2);
    LineSettings two = ANY_PORTS.with(LineSetting.CONNECTIONS, 2);
    try (LineService service = start(two)) {
      Client first = remember(Client.of(service.linePort()));
      Client second = remember(Client.of(service.linePort()));
      assertThat(first.ask("a,1")).isEqualTo(a.get(0));
      assertThat(second.ask("b,1")).isEqualTo(expected("b", 1).get(0));
      Client third = remember(Client.of(service.linePort()));
      assertThat(third.rest()).containsExactly("error: there are 2 connections already; try later");
      assertThat(first.ask("a,2")).isEqualTo(a.get(1));
      second.close();
      assertThat(untilServed(service, "c,1")).isEqualTo(expected("c", 1).get(0));
    }
  }

  /** A place is free again a moment after its client has gone. */
  private static String untilServed(LineService service, String line) throws IOException {
    String answer = askOnce(service, line);
    while (answer == null || answer.endsWith("try later")) {
      answer = askOnce(service, line);
    }
    return answer;
  }

  private static String askOnce(LineService service, String line) throws IOException {
    try (Client client = Client.of(service.linePort())) {
      return client.ask(line);
    } catch (SocketException e) {
      // Refused, and ended before the line was sent.
      return null;
    }
  }

  @Test
  void theOldestSilentConnectionGivesUpItsPlace() throws Exception {
    try (LineService service = start(ANY_PORTS.with(LineSetting.CONNECTIONS, 2))) {
      Client oldest = remember(Client.of(service.linePort()));
      Client younger = remember(Client.of(service.linePort()));
      Client third = remember(Client.of(service.linePort()));
      assertThat(third.ask("a,1")).isEqualTo(expected("a", 1).get(0));
      assertThat(oldest.rest()).containsExactly("error: silent for too long while others wait");
      assertThat(younger.ask("b,1")).isEqualTo(expected("b", 1).get(0));
    }
  }

  @Test
  void oneClientCannotTakeThePlacesOfAnother() throws Exception {
    InetAddress other = InetAddress.getByName("127.0.0.2");
    try (LineService service =
        start(
            ANY_PORTS
                .with(LineSetting.CONNECTIONS_PER_CLIENT, 1)
                .with(LineSetting.STREAMS, 4)
                .with(LineSetting.STREAMS_PER_CLIENT, 2))) {
      Client first = remember(Client.of(service.linePort()));
      assertThat(first.ask("a,1")).isEqualTo(expected("a", 1).get(0));
      assertThat(first.ask("b,1")).isEqualTo(expected("b", 1).get(0));
      assertThat(first.ask("c,1"))
          .isEqualTo("error: this client has begun 2 streams already; 'c' is one more");
      assertThat(remember(Client.of(service.linePort())).rest())
          .containsExactly("error: this client has 1 connections already");
      Client elsewhere;
      try {
        elsewhere = remember(Client.from(other, service.linePort()));
      } catch (IOException e) {
        Assumptions.abort("this system has no second loopback address: " + e.getMessage());
        return;
      }
      assertThat(elsewhere.ask("c,1")).isEqualTo(expected("c", 1).get(0));
    }
  }

  @Test
  void sixteenMegabytesOfShortLinesAreRefusedWhole() throws Exception {
    try (LineService service = start(ANY_PORTS)) {
      byte[] body = "a,1\n".repeat(1 << 22).getBytes(StandardCharsets.US_ASCII);
      HttpResponse<String> response =
          post(service.httpPort(), HttpRequest.BodyPublishers.ofByteArray(body));
      assertThat(response.statusCode()).isEqualTo(413);
      assertThat(response.body()).contains("body-bytes").contains("4194304");
      String lines = "\n".repeat(1 << 22);
      response = post(service.httpPort(), lines);
      assertThat(response.statusCode()).isEqualTo(413);
      assertThat(response.body()).contains("4194304 lines").contains("request-lines");
      assertThat(service.streams().size()).isZero();
      assertServes(service, "a");
    }
  }

  @Test
  void asManyLinesAsAreAllowedAreAnswered() throws Exception {
    LineSettings settings = ANY_PORTS.with(LineSetting.REQUEST_LINES, 5000);
    float[] ones = new float[5000];
    Arrays.fill(ones, 1);
    String body = "a,1\n".repeat(5000);
    try (LineService service = start(settings)) {
      assertThat(post(service.httpPort(), body).body().lines())
          .containsExactlyElementsOf(expected("a", ones));
      assertThat(post(service.httpPort(), body + "a,1").statusCode()).isEqualTo(413);
    }
  }

  @Test
  void manyShortLinesOverTheSocketAreAnsweredAsTheyCome() throws Exception {
    int count = 1 << 20;
    try (LineService service = start(ANY_PORTS)) {
      Client client = remember(Client.of(service.linePort()));
      ExecutorService writer = Executors.newSingleThreadExecutor();
      Future<?> sent =
          writer.submit(
              () -> {
                client.send("x\n".repeat(count));
                client.socket().shutdownOutput();
                return null;
              });
      int answers = 0;
      while (client.line() != null) {
        answers++;
      }
      sent.get();
      writer.shutdown();
      assertThat(answers).isEqualTo(count);
      assertServes(service, "a");
    }
  }

  @Test
  void aLineWithoutEndIsRefused() throws Exception {
    LineSettings settings = ANY_PORTS.with(LineSetting.LINE_BYTES, 100);
    try (LineService service = start(settings)) {
      Client client = remember(Client.of(service.linePort()));
      assertThat(client.ask("a,1")).isEqualTo(expected("a", 1).get(0));
      client.send("a".repeat(1 << 20));
      assertThat(client.rest())
          .containsExactly("error: a line is longer than 100 bytes (line-bytes)");
      assertThat(post(service.httpPort(), "a".repeat(101) + "\nb,1\n").body())
          .isEqualTo(
              "error: the line has 101 bytes; at most 100 are allowed\n"
                  + expected("b", 1).get(0)
                  + "\n");
    }
  }

  @Test
  void whoIsSilentOrSlowIsToldSo() throws Exception {
    // One short limit at a time: on a busy machine a client may be slower than all of them.
    try (LineService service = start(ANY_PORTS.with(LineSetting.FIRST_LINE_SECONDS, 1))) {
      Client silent = remember(Client.of(service.linePort()));
      assertThat(silent.rest())
          .containsExactly("error: no whole line within 1 seconds (first-line-seconds)");
    }
    try (LineService service = start(ANY_PORTS.with(LineSetting.IDLE_SECONDS, 1))) {
      Client idle = remember(Client.of(service.linePort()));
      assertThat(idle.ask("a,1")).isEqualTo(expected("a", 1).get(0));
      assertThat(idle.rest())
          .containsExactly("error: no whole line within 1 seconds (idle-seconds)");
    }
    try (LineService service = start(ANY_PORTS.with(LineSetting.LINE_SECONDS, 1))) {
      Client slow = remember(Client.of(service.linePort()));
      String said = drip(slow, "b,0.123456789");
      assertThat(said).isEqualTo("error: no whole line within 1 seconds (line-seconds)");
      assertThat(service.streams().size()).as("only a").isEqualTo(1);
    }
  }

  /** Sends a byte now and then, without end, until the service says something. */
  private static String drip(Client client, String text) throws Exception {
    client.send(text);
    ExecutorService reader = Executors.newSingleThreadExecutor();
    try {
      Future<String> said = reader.submit(client::line);
      while (!said.isDone()) {
        try {
          client.send("0");
        } catch (SocketException e) {
          // The service has ended it; what it said is still to be read.
          break;
        }
        Thread.sleep(50);
      }
      return said.get();
    } finally {
      reader.shutdown();
    }
  }

  @Test
  void aBodyThatDoesNotComeInTimeIsAnsweredBy408() throws Exception {
    try (LineService service = start(ANY_PORTS.with(LineSetting.REQUEST_SECONDS, 1))) {
      Client stuck = remember(Client.beginPost(service.httpPort(), 100, "a,1\n"));
      Client dripping = remember(Client.beginPost(service.httpPort(), 1 << 20, "a,1\n"));
      assertThat(drip(dripping, "a,1\n")).startsWith("HTTP/1.1 408 ");
      List<String> said = stuck.rest();
      assertThat(said.get(0)).startsWith("HTTP/1.1 408 ");
      assertThat(said.get(said.size() - 1))
          .isEqualTo("error: the body did not come within 1 seconds");
      assertThat(service.streams().size()).isZero();
      HttpResponse<String> good = post(service.httpPort(), "a,1");
      while (good.statusCode() == 408) {
        // On a busy machine a good client may be too slow for one second, too.
        good = post(service.httpPort(), "a,1");
      }
      assertThat(good.body()).isEqualTo(expected("a", 1).get(0) + "\n");
    }
  }

  @Test
  void tooManyRequestsOfOneClientAreAnsweredBy429() throws Exception {
    assertRefuses(ANY_PORTS.with(LineSetting.REQUESTS_PER_CLIENT, 1), 429, "requests-per-client");
  }

  @Test
  void tooManyRequestsOfAllAreAnsweredBy503() throws Exception {
    assertRefuses(ANY_PORTS.with(LineSetting.REQUESTS, 1), 503, "requests");
  }

  private void assertRefuses(LineSettings settings, int status, String limit) throws Exception {
    try (LineService service = start(settings)) {
      // Whether the first request has begun is seen by the second.
      Client first = remember(Client.beginPost(service.httpPort(), 4, "a,"));
      HttpResponse<String> second = post(service.httpPort(), "b,1");
      while (second.statusCode() == 200) {
        second = post(service.httpPort(), "b,1");
      }
      assertThat(second.statusCode()).isEqualTo(status);
      assertThat(second.headers().firstValue("Retry-After")).contains("1");
      assertThat(second.body()).contains("(" + limit + ")");
      assertThat(first.send("1\n").line()).startsWith("HTTP/1.1 200 ");
      HttpResponse<String> third = post(service.httpPort(), "c,1");
      while (third.statusCode() == status) {
        third = post(service.httpPort(), "c,1");
      }
      assertThat(third.body()).isEqualTo(expected("c", 1).get(0) + "\n");
    }
  }

  @Test
  void onlyPostIsTaken() throws Exception {
    try (LineService service = start(ANY_PORTS)) {
      HttpURLConnection get =
          (HttpURLConnection)
              URI.create("http://127.0.0.1:" + service.httpPort() + "/score")
                  .toURL()
                  .openConnection();
      assertThat(get.getResponseCode()).isEqualTo(405);
      assertThat(get.getHeaderField("Allow")).isEqualTo("POST");
    }
  }

  @Test
  void whoDoesNotReadItsAnswersLosesItsConnection() throws Exception {
    LineSettings settings =
        ANY_PORTS
            .with(LineSetting.ANSWER_SECONDS, 1)
            .with(LineSetting.REQUESTS, 1)
            .with(LineSetting.CONNECTIONS, 1)
            .with(LineSetting.REQUEST_LINES, 1 << 20);
    try (LineService service = start(settings)) {
      Client deaf = remember(Client.of(service.linePort()));
      assertThatThrownBy(
              () -> {
                while (true) {
                  deaf.send("x\n".repeat(1 << 16));
                }
              })
          .isInstanceOf(SocketException.class);
      String body = "x\n".repeat(1 << 20);
      remember(Client.beginPost(service.httpPort(), body.length(), body));
      assertThat(untilServed(service, "a,0.25")).isEqualTo(expected("a", 0.25f).get(0));
      HttpResponse<String> response = post(service.httpPort(), "b,1");
      while (response.statusCode() == 503) {
        response = post(service.httpPort(), "b,1");
      }
      assertThat(response.body()).isEqualTo(expected("b", 1).get(0) + "\n");
    }
  }

  @Test
  void aLineThatWasCutOffIsNotUsed() throws Exception {
    List<String> a = expected("a", 1, 0.25f);
    try (LineService service = start(ANY_PORTS)) {
      Client reset = remember(Client.of(service.linePort()));
      assertThat(reset.ask("a,1")).isEqualTo(a.get(0));
      reset.send("a,0.2").reset();
      Client ended = remember(Client.of(service.linePort())).send("a,0.2");
      ended.socket().shutdownOutput();
      assertThat(ended.rest()).containsExactly("error: the last line has no end; it was not used");
      Client.beginPost(service.httpPort(), 10, "a,0.2").reset();
      Client halfBody = remember(Client.beginPost(service.httpPort(), 10, "a,0.2"));
      halfBody.socket().shutdownOutput();
      assertThat(halfBody.rest()).noneMatch(line -> line.startsWith("a,"));
      assertThat(overSocket(service.linePort(), "a,0.25")).containsExactly(a.get(1));
    }
  }

  @Test
  void resetsInTheMiddleOfAnswersDoNoHarm() throws Exception {
    try (LineService service = start(ANY_PORTS)) {
      for (int i = 0; i < 50; i++) {
        Client.of(service.linePort()).send("x\n".repeat(1000)).reset();
        String body = "x\n".repeat(1000);
        Client.beginPost(service.httpPort(), body.length(), body).reset();
      }
      assertServes(service, "a");
    }
  }

  /** A socket whose first accepts fail. */
  private static final class FailingSocket extends ServerSocket {
    private final AtomicInteger calls = new AtomicInteger();

    FailingSocket() throws IOException {
      super(0, 50, InetAddress.getLoopbackAddress());
    }

    @Override
    public Socket accept() throws IOException {
      int call = calls.incrementAndGet();
      if (call == 3) {
        throw new IllegalStateException("a fault");
      }
      if (call <= 5) {
        throw new SocketException("Too many open files");
      }
      return super.accept();
    }
  }

  @Test
  void failedAcceptsDoNotEndTheService() throws Exception {
    FailingSocket socket = new FailingSocket();
    try (LineService service =
        new LineService(model, folder.resolve("states"), ANY_PORTS, socket)) {
      assertServes(service, "a");
      assertThat(socket.calls).hasValueGreaterThan(5);
    }
    assertThat(socket.isClosed()).isTrue();
  }

  @Test
  void everyAnswerThatWasSentIsInTheLastCheckpoint() throws Exception {
    int talkers = 8;
    ExecutorService threads = Executors.newFixedThreadPool(talkers);
    List<Future<Integer>> answers = new ArrayList<>();
    LineService service = start(ANY_PORTS);
    AtomicInteger all = new AtomicInteger();
    for (int i = 0; i < talkers; i++) {
      Client client = remember(Client.of(service.linePort()));
      String key = "k" + i;
      answers.add(threads.submit(() -> talk(client, key, all)));
    }
    while (all.get() < 1000) {
      Thread.onSpinWait();
    }
    service.close();
    var found = CheckpointReader.read(folder.resolve("states"), model);
    assertThat(found.losses()).isEmpty();
    for (int i = 0; i < talkers; i++) {
      long steps = found.states().get("k" + i).steps();
      assertThat(steps).isEqualTo(answers.get(i).get().longValue());
    }
    threads.shutdown();
  }

  /** Talks as long as it is answered; says how many answers it had. */
  private static int talk(Client client, String key, AtomicInteger all) {
    int answers = 0;
    try {
      for (String answer = client.ask(key + ",1");
          answer != null && answer.startsWith(key);
          answer = client.ask(key + ",1")) {
        answers++;
        all.incrementAndGet();
      }
    } catch (IOException e) {
      return answers;
    }
    return answers;
  }

  @Test
  void stoppingDoesNotWaitForWhoNeverReads() throws Exception {
    LineService service = start(ANY_PORTS.with(LineSetting.DRAIN_SECONDS, 1));
    Client deaf = remember(Client.of(service.linePort()));
    assertThat(deaf.ask("a,1")).isEqualTo(expected("a", 1).get(0));
    ExecutorService writer = Executors.newSingleThreadExecutor();
    Future<?> sending =
        writer.submit(
            () -> {
              while (true) {
                deaf.send("x\n".repeat(1 << 16));
              }
            });
    remember(Client.beginPost(service.httpPort(), 1000, "a,1\n"));
    service.close();
    service.close();
    assertThatThrownBy(sending::get).hasCauseInstanceOf(SocketException.class);
    writer.shutdown();
    assertThat(CheckpointReader.read(folder.resolve("states"), model).states())
        .containsOnlyKeys("a");
  }

  @Test
  void aCheckpointThatCannotBeWrittenLeavesTheOneBefore() throws Exception {
    Path file = folder.resolve("states");
    try (LineService service = start(ANY_PORTS)) {
      assertServes(service, "a");
    }
    byte[] before = Files.readAllBytes(file);
    LineService service = start(ANY_PORTS);
    assertServes(service, "b");
    Files.createDirectory(folder.resolve("states.part"));
    assertThatThrownBy(service::close).isInstanceOf(IOException.class);
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void threadsAreVirtualWhereTheJdkHasThem() throws Exception {
    ExecutorService workers = Workers.upTo(1);
    String thread = workers.submit(() -> Thread.currentThread().toString()).get();
    workers.shutdown();
    assertThat(thread.startsWith("VirtualThread")).isEqualTo(Runtime.version().feature() >= 21);
  }
}
