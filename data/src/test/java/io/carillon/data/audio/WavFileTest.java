package io.carillon.data.audio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.data.DataException;
import io.carillon.testing.WavBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WavFileTest {
  /** All are multiples of 1/128, so that every format holds them exactly. */
  private static final double[] SAMPLES = {0, 0.5, -0.5, -1, 127 / 128.0, -1 / 128.0};

  private static final float[] EXPECTED = {0, 0.5f, -0.5f, -1, 127 / 128f, -1 / 128f};

  @ParameterizedTest
  @ValueSource(ints = {8, 16, 24, 32})
  void pcmOfEveryWidth(int bits) {
    for (WavBytes wav :
        new WavBytes[] {
          WavBytes.of(SAMPLES).pcm(bits),
          WavBytes.of(SAMPLES).pcm(bits).extensible(),
          WavBytes.of(SAMPLES).pcm(bits).oddChunk()
        }) {
      Audio audio = WavFile.parse(wav.rate(16000).bytes(), "x.wav");
      assertThat(audio.rate()).isEqualTo(16000);
      assertThat(audio.channels()).isEqualTo(1);
      assertThat(audio.samples()).containsExactly(EXPECTED);
    }
  }

  @Test
  void floats() {
    assertThat(WavFile.parse(WavBytes.of(0.1, -1.5).floats().bytes(), "x").samples())
        .containsExactly(0.1f, -1.5f);
    assertThat(WavFile.parse(WavBytes.of(0.1).floats().extensible().bytes(), "x").samples())
        .containsExactly(0.1f);
  }

  @Test
  void smallestSteps() {
    double[] steps = {1.0 / (1 << 23), -1.0 / (1 << 23)};
    assertThat(WavFile.parse(WavBytes.of(steps).pcm(24).bytes(), "x").samples())
        .containsExactly(0x1p-23f, -0x1p-23f);
    assertThat(WavFile.parse(WavBytes.of(0x1p-31, -0x1p-31).pcm(32).bytes(), "x").samples())
        .containsExactly(0x1p-31f, -0x1p-31f);
  }

  @Test
  void channelsAreInterleavedAndCanBeMixed() {
    Audio audio = WavFile.parse(WavBytes.of(0.5, -0.5, 0.25, 0.75).channels(2).bytes(), "x");
    assertThat(audio.frames()).isEqualTo(2);
    assertThat(audio.samples()).containsExactly(0.5f, -0.5f, 0.25f, 0.75f);
    assertThat(audio.mono().samples()).containsExactly(0, 0.5f);
  }

  @Test
  void everyTruncationIsRefused() {
    byte[] whole = WavBytes.of(SAMPLES).oddChunk().bytes();
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> WavFile.parse(part, "cut.wav"))
          .as("%d of %d bytes", length, whole.length)
          .isInstanceOf(DataException.class)
          .hasMessageStartingWith("cut.wav: at byte ");
    }
    byte[] cut = Arrays.copyOf(whole, whole.length - 4);
    assertThatThrownBy(() -> WavFile.parse(cut, "cut.wav"))
        .hasMessageContaining(
            "'data' declares 12 bytes, the file has only 8 more: it is truncated");
  }

  @Test
  void hugeDeclaredSizesAllocateNothing() {
    byte[] wav = WavBytes.of(SAMPLES).bytes();
    ByteBuffer.wrap(wav).order(ByteOrder.LITTLE_ENDIAN).putInt(40, -1);
    assertThatThrownBy(() -> WavFile.parse(wav, "x")).hasMessageContaining("declares 4294967295");
  }

  @Test
  void otherFormatsAreNamed() {
    assertThatThrownBy(() -> WavFile.parse(WavBytes.of(0).code(7).pcm(8).bytes(), "x"))
        .hasMessageContaining("format code 7 with 8 bits");
    assertThatThrownBy(() -> WavFile.parse(WavBytes.of(0).code(3).pcm(16).bytes(), "x"))
        .hasMessageContaining("format code 3 with 16 bits");
    assertThatThrownBy(() -> WavFile.parse("not a wav file".getBytes(UTF_8), "x"))
        .hasMessageContaining("no WAV file");
    byte[] guid = WavBytes.of(0).extensible().bytes();
    guid[12 + 8 + 30] = 9;
    assertThatThrownBy(() -> WavFile.parse(guid, "x")).hasMessageContaining("sub-format");
  }

  @Test
  void inconsistentHeadersAndContents() {
    byte[] block = WavBytes.of(0, 0).bytes();
    block[12 + 8 + 12] = 4;
    assertThatThrownBy(() -> WavFile.parse(block, "x")).hasMessageContaining("do not fit together");
    byte[] none = WavBytes.of().bytes();
    assertThatThrownBy(() -> WavFile.parse(none, "x")).hasMessageContaining("holds no sound");
    byte[] odd = WavBytes.of(0, 0, 0).channels(2).bytes();
    assertThatThrownBy(() -> WavFile.parse(odd, "x"))
        .hasMessageContaining("not a multiple of the 4 bytes per step");
    byte[] nan = WavBytes.of(Double.NaN).floats().bytes();
    assertThatThrownBy(() -> WavFile.parse(nan, "x")).hasMessageContaining("sample 0 is NaN");
    byte[] noFormat = WavBytes.of(0).bytes();
    noFormat[12] = 'g';
    assertThatThrownBy(() -> WavFile.parse(noFormat, "x"))
        .hasMessageContaining("comes before a chunk 'fmt '");
  }
}
