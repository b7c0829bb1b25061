package io.carillon.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.model.Predictor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A recording goes through a model that is trained here. */
@Timeout(120)
class LiveAudioTest {
  private final Predictor predictor = Predictor.of(TinyModel.trained());

  @TempDir Path folder;

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
            predictor, Sound.read(file), new PrintStream(printed, true, StandardCharsets.UTF_8));
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
    assertThatThrownBy(
            () -> LiveAudio.listen(predictor, new Sound(16_000, new float[4]), System.out))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("8000 samples per second");
  }
}
