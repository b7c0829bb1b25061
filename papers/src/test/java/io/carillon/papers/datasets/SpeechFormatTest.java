package io.carillon.papers.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.data.DataException;
import io.carillon.data.Loaders;
import io.carillon.data.Splits;
import io.carillon.model.Meaning;
import io.carillon.testing.WavBytes;
import io.carillon.train.Decimation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small Speech Commands with the official lists. */
class SpeechFormatTest {
  private static final List<String> WORDS =
      List.of("yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go", "bed", "wow");

  @TempDir private Path temp;
  private final List<String> validation = new ArrayList<>();
  private final List<String> testing = new ArrayList<>();

  private void words(int each) throws IOException {
    for (String word : WORDS) {
      Path folder = Files.createDirectories(temp.resolve(word));
      for (int i = 0; i < each; i++) {
        String file = String.format("%08x_nohash_0.wav", i);
        double[] samples = new double[i % 2 == 0 ? 6 : 10];
        java.util.Arrays.fill(samples, 0.25 + 0.125 * (i % 3));
        Files.write(folder.resolve(file), WavBytes.of(samples).rate(16000).bytes());
        if (i < 2) {
          (i == 0 ? validation : testing).add(word + "/" + file);
        }
      }
    }
    Path noise = Files.createDirectories(temp.resolve("_background_noise_"));
    Files.write(noise.resolve("tap.wav"), WavBytes.of(new double[50]).rate(16000).bytes());
    lists();
  }

  private void lists() throws IOException {
    Files.write(temp.resolve("validation_list.txt"), validation);
    Files.write(temp.resolve("testing_list.txt"), testing);
  }

  @Test
  void theOfficialListsDivide() throws IOException {
    words(5);
    assertThat(Loaders.format(temp).kind()).isEqualTo("speech");
    Splits all = Loaders.open(temp, Map.of("length", "8", "scale", "none"), 1);
    assertThat(all.train().size()).isEqualTo(3 * 12);
    assertThat(all.validation().size()).isEqualTo(12);
    assertThat(all.test().size()).isEqualTo(12);
    assertThat(all.test().outputSize()).isEqualTo(12);
    assertThat(all.meaning().sampleRate()).isEqualTo(16000);
    assertThat(all.validation().values(0))
        .as("padded at the end")
        .containsExactly(0.25f, 0.25f, 0.25f, 0.25f, 0.25f, 0.25f, 0, 0);
    assertThat(all.test().values(0)).as("cut").hasSize(8).doesNotContain(0f);
    assertThat(all.test().classNames().get(all.test().label(0))).isEqualTo("bed");
    assertThat(Loaders.labelled(temp, all.meaning()).size()).isEqualTo(12);
  }

  @Test
  void tenCommandsAreDividedAtRandomAndScaledByTheTrainingPart() throws IOException {
    words(10);
    Splits all = Loaders.open(temp, Map.of("classes", "10", "length", "8"), 5);
    assertThat(all.train().size()).isEqualTo(70);
    assertThat(all.validation().size() + all.test().size()).isEqualTo(30);
    assertThat(all.test().classNames()).doesNotContain("bed", "wow").hasSize(10);
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < 70; i++) {
      for (float v : all.train().values(i)) {
        sum += v;
        squares += v * v;
      }
    }
    assertThat(sum / 560).isCloseTo(0, org.assertj.core.data.Offset.offset(1e-5));
    assertThat(squares / 560).isCloseTo(1, org.assertj.core.data.Offset.offset(1e-5));
    Splits few = Loaders.open(temp, Map.of("classes", "10", "per-class", "2"), 5);
    assertThat(few.train().size()).isEqualTo(20);
    assertThat(few.train().length(0)).isEqualTo(16000);
  }

  @Test
  void newRecordingsArePaddedWithTheSilenceOfTheTraining() throws IOException {
    words(5);
    Meaning fitted = Loaders.open(temp, Map.of("length", "8"), 1).meaning();
    Path mine = Files.write(temp.resolve("mine.wav"), WavBytes.of(0, 0, 0.5).rate(16000).bytes());
    float[] values = Loaders.inputs(mine, fitted).values()[0];
    assertThat(values).hasSize(8);
    assertThat(values[7]).isEqualTo(values[0]).isEqualTo(values[3]).isLessThan(0);
    assertThat(values[2]).isGreaterThan(0);
  }

  @Test
  void halfTheRateIsEverySecondStep() throws IOException {
    words(5);
    Splits all = Loaders.open(temp, Map.of("length", "8", "scale", "none"), 1);
    assertThat(Decimation.everyNth(all.validation(), 2).values(0))
        .containsExactly(0.25f, 0.25f, 0.25f, 0);
  }

  @Test
  void listsThatDoNotFitAreRefused() throws IOException {
    words(5);
    testing.add("bed/ffffffff_nohash_0.wav");
    lists();
    assertThatThrownBy(() -> Loaders.open(temp, Map.of(), 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("testing_list.txt:13: names 'bed/ffffffff_nohash_0.wav'");
    testing.set(12, validation.get(0));
    lists();
    assertThatThrownBy(() -> Loaders.open(temp, Map.of(), 1))
        .hasMessageContaining("which validation_list.txt has");
    testing.set(12, "zebra/ffffffff_nohash_0.wav");
    lists();
    assertThat(Loaders.open(temp, Map.of("length", "8"), 1).test().size())
        .as("a word whose folder is left out")
        .isEqualTo(12);
    Files.write(temp.resolve("bed/x.wav"), WavBytes.of(0, 0).rate(8000).bytes());
    assertThatThrownBy(() -> Loaders.open(temp, Map.of("length", "8"), 1))
        .hasMessageContaining("x.wav: has 1 channels and 8000 samples per second");
  }
}
