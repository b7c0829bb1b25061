package io.carillon.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.model.SequenceModel;
import io.carillon.model.State;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Both examples from end to end on a model that is trained here. */
@Timeout(120)
class ExamplesTest {
  private static SequenceModel model;

  @TempDir Path folder;

  @BeforeAll
  static void train() {
    model = TinyModel.train();
  }

  private static List<String> overSocket(int port, String... lines) throws IOException {
    try (Socket socket = new Socket("localhost", port)) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write((String.join("\n", lines) + "\n").getBytes("UTF-8"));
      socket.shutdownOutput();
      return new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
          .lines()
          .toList();
    }
  }

  private static String overHttp(int port, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/score"))
            .timeout(Duration.ofSeconds(30))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  /** What the service should say to the steps of one stream. */
  private static List<String> expected(String key, float... values) {
    State state = model.newState();
    List<String> answers = new ArrayList<>();
    for (float value : values) {
      float[] y = model.step(new float[] {value}, state);
      answers.add(key + "," + y[0] + "," + y[1]);
    }
    return answers;
  }

  @Test
  void theServiceKeepsStreamsApartAndOverARestart() throws Exception {
    Path checkpoint = folder.resolve("states");
    List<String> a = expected("a", 0.1f, 0.2f, 0.3f, 0.4f);
    List<String> b = expected("b", -0.5f, 0.5f);
    try (LineService service = new LineService(model, 100, checkpoint, 0, 0)) {
      assertThat(overSocket(service.linePort(), "a,0.1", "b,-0.5", "a, 0.2"))
          .containsExactly(a.get(0), b.get(0), a.get(1));
      assertThat(overSocket(service.linePort(), "a,1,2", "a,NaN", ",1", "a,x"))
          .allMatch(line -> line.startsWith("error: "))
          .hasSize(4);
      assertThat(overHttp(service.httpPort(), "a,0.3\n")).isEqualTo(a.get(2) + "\n");
    }
    try (LineService service = new LineService(model, 100, checkpoint, 0, 0)) {
      assertThat(service.streams().size()).isEqualTo(2);
      assertThat(overSocket(service.linePort(), "b,0.5", "a,0.4"))
          .containsExactly(b.get(1), a.get(3));
    }
  }

  @Test
  void theStreamThatRestedLongestIsForgotten() {
    Streams streams = new Streams(model, 2);
    streams.answer("a,1");
    streams.answer("b,1");
    streams.answer("a,1");
    streams.answer("c,1");
    assertThat(streams.size()).isEqualTo(2);
    assertThat(streams.forgotten()).isEqualTo(1);
    assertThat(streams.answer("b,0.5")).isEqualTo(expected("b", 0.5f).get(0));
  }

  @Test
  void aDamagedCheckpointIsRefused() throws IOException {
    Path file = folder.resolve("states");
    Streams streams = new Streams(model, 2);
    streams.answer("a,1");
    streams.save(file);
    byte[] bytes = Files.readAllBytes(file);
    for (int length = 0; length < bytes.length; length += 7) {
      Files.write(file, Arrays.copyOf(bytes, length));
      assertThatThrownBy(() -> new Streams(model, 2).restore(file)).isInstanceOf(IOException.class);
    }
  }

  private static byte[] wav(float[] samples) {
    ByteBuffer out = ByteBuffer.allocate(44 + 2 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
    out.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + 2 * samples.length);
    out.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    out.putShort((short) 1).putShort((short) 1).putInt(TinyModel.RATE).putInt(2 * TinyModel.RATE);
    out.putShort((short) 2).putShort((short) 16);
    out.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(2 * samples.length);
    for (float sample : samples) {
      out.putShort((short) Math.round(sample * 32767));
    }
    return out.array();
  }

  @Test
  void audioIsClassifiedWhileItPlays() throws IOException {
    Path file = folder.resolve("high.wav");
    Files.write(file, wav(TinyModel.tone(TinyModel.HIGH, 2000, 1)));
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    double factor =
        LiveAudio.listen(
            model, Sound.read(file), new PrintStream(printed, true, StandardCharsets.UTF_8));
    List<String> lines = printed.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines.get(0)).isEqualTo("seconds\tlow\thigh");
    assertThat(lines).hasSize(1 + 3);
    String[] last = lines.get(3).split("\t");
    assertThat(last[0]).isEqualTo("0.25");
    assertThat(Double.parseDouble(last[2])).as("probability of high").isGreaterThan(0.5);
    assertThat(factor).isPositive();
  }

  @Test
  void recordingsThatDoNotFit() throws IOException {
    Path file = folder.resolve("cut.wav");
    byte[] whole = wav(TinyModel.tone(TinyModel.LOW, 10, 0));
    Files.write(file, Arrays.copyOf(whole, 50));
    assertThatThrownBy(() -> Sound.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("ends within the chunk 'data'");
    assertThatThrownBy(() -> LiveAudio.listen(model, new Sound(16_000, new float[4]), System.out))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("8000 samples per second");
  }
}
