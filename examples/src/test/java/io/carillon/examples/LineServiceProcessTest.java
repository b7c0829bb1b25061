package io.carillon.examples;

import static io.carillon.examples.Client.expected;
import static io.carillon.examples.Client.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.model.SequenceModel;
import io.carillon.model.State;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The service as a process of its own, which is killed, stopped and started again. */
@Timeout(180)
class LineServiceProcessTest {
  private static final int STREAMS = 6;
  private static final Pattern STARTED =
      Pattern.compile("lines on port (\\d+), HTTP on port (\\d+), (\\d+) streams");

  private final SequenceModel model = TinyModel.trained();
  private final List<Process> started = new ArrayList<>();
  private Path checkpoint;

  @TempDir Path folder;

  @BeforeEach
  void save() throws IOException {
    model.save(folder.resolve("model"));
    checkpoint = folder.resolve("states");
  }

  @AfterEach
  void end() throws InterruptedException {
    for (Process process : started) {
      process.destroyForcibly().waitFor();
    }
  }

  private record Service(Process process, int linePort, int httpPort, int streams) {}

  private Process fork(List<String> options, String... settings) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Kernels of the same kind give the same bits.
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
      command.add("--add-modules=jdk.incubator.vector");
    }
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(LineService.class.getName());
    command.add(folder.resolve("model").toString());
    command.add(checkpoint.toString());
    command.addAll(Arrays.asList(settings));
    Process process =
        new ProcessBuilder(command).redirectError(folder.resolve("errors").toFile()).start();
    started.add(process);
    return process;
  }

  private Service start(List<String> options) throws IOException {
    Process process = fork(options, "line-port=0", "http-port=0", "checkpoint-seconds=1");
    BufferedReader out = process.inputReader();
    String line = out.readLine();
    Matcher matcher = STARTED.matcher(String.valueOf(line));
    assertThat(matcher.matches()).as("%s %s", line, errors()).isTrue();
    return new Service(
        process,
        Integer.parseInt(matcher.group(1)),
        Integer.parseInt(matcher.group(2)),
        Integer.parseInt(matcher.group(3)));
  }

  private String errors() throws IOException {
    return Files.readString(folder.resolve("errors"));
  }

  /** Talks to a stream until the service is gone; counts the answers. */
  private static void talk(int port, int stream, AtomicIntegerArray answers) {
    try (Client client = Client.of(port)) {
      while (client.ask("k" + stream + ",0.5") != null) {
        answers.incrementAndGet(stream);
      }
    } catch (IOException e) {
      // Killed in the middle of an answer.
      return;
    }
  }

  private Map<String, State> states() throws IOException {
    CheckpointReader.Found found = CheckpointReader.read(checkpoint, model);
    assertThat(found.losses()).isEmpty();
    return found.states();
  }

  @Test
  void afterAKillUnderLoadStreamsGoOnFromTheLastCheckpoint() throws Exception {
    long[] before = new long[STREAMS];
    for (int kill = 0; kill < 3; kill++) {
      Service service = start(List.of());
      assertThat(service.streams()).isEqualTo(kill == 0 ? 0 : STREAMS);
      AtomicIntegerArray answers = new AtomicIntegerArray(STREAMS);
      ExecutorService threads = Executors.newFixedThreadPool(STREAMS);
      List<Future<?>> talks = new ArrayList<>();
      for (int i = 0; i < STREAMS; i++) {
        int stream = i;
        talks.add(threads.submit(() -> talk(service.linePort(), stream, answers)));
      }
      while (IntStream.range(0, STREAMS).anyMatch(stream -> answers.get(stream) == 0)) {
        Thread.sleep(1);
      }
      // Two checkpoints later there is something of every stream in one.
      awaitCheckpoint();
      awaitCheckpoint();
      service.process().destroyForcibly().waitFor();
      for (Future<?> talk : talks) {
        talk.get();
      }
      threads.shutdown();
      Map<String, State> states = states();
      for (int i = 0; i < STREAMS; i++) {
        long steps = states.get("k" + i).steps();
        // One answer may have been on its way.
        assertThat(steps).isBetween(before[i] + 1, before[i] + answers.get(i) + 1);
        before[i] = steps;
      }
    }
    Service service = start(List.of());
    try (Client client = Client.of(service.linePort())) {
      for (int i = 0; i < STREAMS; i++) {
        float[] inputs = new float[(int) before[i] + 1];
        Arrays.fill(inputs, 0.5f);
        List<String> all = expected("k" + i, inputs);
        assertThat(client.ask("k" + i + ",0.5")).isEqualTo(all.get(all.size() - 1));
      }
    }
  }

  private void awaitCheckpoint() throws Exception {
    Object old = fileKey();
    while (fileKey() == null || fileKey().equals(old)) {
      Thread.sleep(20);
    }
  }

  /** Changes when the file is replaced. */
  private Object fileKey() throws IOException {
    return Files.exists(checkpoint)
        ? Files.getLastModifiedTime(checkpoint).to(TimeUnit.NANOSECONDS)
        : null;
  }

  @Test
  void whenItIsStoppedEveryAnswerIsInTheCheckpoint() throws Exception {
    Service service = start(List.of());
    AtomicIntegerArray answers = new AtomicIntegerArray(1);
    ExecutorService threads = Executors.newSingleThreadExecutor();
    Future<?> talk = threads.submit(() -> talkWhileItMakesSense(service.linePort(), answers));
    while (answers.get(0) < 100) {
      Thread.onSpinWait();
    }
    service.process().destroy();
    assertThat(service.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
    talk.get();
    threads.shutdown();
    assertThat(states().get("k0").steps()).isEqualTo(answers.get(0));
  }

  private static void talkWhileItMakesSense(int port, AtomicIntegerArray answers) {
    try (Client client = Client.of(port)) {
      for (String answer = client.ask("k0,0.5");
          answer != null && answer.startsWith("k0,");
          answer = client.ask("k0,0.5")) {
        answers.incrementAndGet(0);
      }
    } catch (IOException e) {
      // Stopped between an answer and the next line.
      return;
    }
  }

  @Test
  void slowHeadersKeepNobodyOutAndComeToAnEnd() throws Exception {
    Service service = start(List.of("-Dsun.net.httpserver.maxReqTime=2"));
    List<Client> slow = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      slow.add(Client.of(service.httpPort()).send("POST /score HTTP/1.1\r\nX-"));
    }
    assertThat(untilAnswered(service.httpPort())).isEqualTo(expected("a", 1).get(0) + "\n");
    for (Client client : slow) {
      assertThat(client.rest()).isEmpty();
      client.close();
    }
  }

  /** On a busy machine a good client may be too slow for two seconds, too, and is ended. */
  private static String untilAnswered(int port) throws InterruptedException {
    while (true) {
      try {
        return post(port, "a,1").body();
      } catch (IOException e) {
        Thread.sleep(1);
      }
    }
  }

  @Test
  void whatIsMissingAfterDamageIsListed() throws Exception {
    Streams streams = new Streams(model, 3);
    streams.answer("a,1");
    streams.answer("b,1");
    streams.save(checkpoint);
    byte[] bytes = Files.readAllBytes(checkpoint);
    bytes[CheckpointWriter.HEADER + 200] ^= 1;
    Files.write(checkpoint, bytes);
    Service service = start(List.of());
    assertThat(service.streams()).isEqualTo(1);
    assertThat(errors())
        .contains("states: stream 'a' is damaged")
        .contains("states.damaged-1, this list beside it");
    try (Client client = Client.of(service.linePort())) {
      assertThat(client.ask("b,0.5")).isEqualTo(expected("b", 1, 0.5f).get(1));
      assertThat(client.ask("a,0.5")).isEqualTo(expected("a", 0.5f).get(0));
    }
  }

  @Test
  void wrongUseEndsWithAMessage() throws Exception {
    assertThat(fork(List.of(), "keys=3").waitFor()).isEqualTo(2);
    assertThat(errors()).contains("LineService: 'keys=3' is no setting name=value");
    assertThat(fork(List.of(), "streams=0").waitFor()).isEqualTo(2);
    assertThat(errors()).contains("streams is 0; it must be between 1 and ");
    Files.writeString(checkpoint, "something else");
    assertThat(fork(List.of(), "line-port=0", "http-port=0").waitFor()).isEqualTo(1);
    assertThat(errors())
        .contains("LineService: ")
        .contains("is no file of streams")
        .doesNotContain("\tat ");
  }
}
