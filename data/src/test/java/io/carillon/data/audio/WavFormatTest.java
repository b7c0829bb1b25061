package io.carillon.data.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.data.DataException;
import io.carillon.data.Inputs;
import io.carillon.data.Loaders;
import io.carillon.data.Splits;
import io.carillon.model.Meaning;
import io.carillon.testing.WavBytes;
import io.carillon.train.Dataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WavFormatTest {
  @TempDir Path temp;
  private Path folder;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectory(temp.resolve("sounds"));
  }

  private void put(String name, WavBytes wav) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, wav.bytes());
  }

  /** Ten recordings of each of two classes, of lengths 1 to 10. */
  private void putClasses(String pattern) throws IOException {
    for (String label : new String[] {"yes", "no"}) {
      for (int i = 0; i < 10; i++) {
        double[] samples = new double[i + 1];
        Arrays.fill(samples, label.equals("yes") ? 0.5 : -0.25);
        put(String.format(pattern, label, i), WavBytes.of(samples));
      }
    }
  }

  private Path zip() throws IOException {
    Path zip = temp.resolve("sounds.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip));
        var files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new ZipEntry(folder.relativize(file).toString()));
        out.write(Files.readAllBytes(file));
        out.closeEntry();
      }
      out.putNextEntry(new ZipEntry("__MACOSX/yes/._0.wav"));
      out.write(new byte[5]);
      out.closeEntry();
    }
    return zip;
  }

  @Test
  void classesBySubFolderInAFolderAndInAZip() throws IOException {
    putClasses("%s/%d.wav");
    Map<String, String> options = Map.of("split", "0.6/0.2/0.2");
    Splits splits = Loaders.open(folder, options, 3);
    assertThat(splits.train().size()).isEqualTo(12);
    assertThat(splits.validation().size()).isEqualTo(4);
    assertThat(splits.test().size()).isEqualTo(4);
    assertThat(splits.train().classNames()).containsExactly("no", "yes");
    assertThat(splits.meaning().sampleRate()).isEqualTo(8000);
    assertThat(Loaders.open(zip(), options, 3).fingerprint()).isEqualTo(splits.fingerprint());
    assertThat(Loaders.open(folder, options, 4).fingerprint()).isNotEqualTo(splits.fingerprint());
  }

  @Test
  void classesAndPartsByFileName() throws IOException {
    putClasses("all/%s_%d.wav");
    Map<String, String> options =
        Map.of(
            "label-regex", "([a-z]+)_.*",
            "test-regex", ".*_[01]\\.wav",
            "validation-regex", ".*_2\\.wav",
            "scale", "none");
    Splits splits = Loaders.open(folder, options, 3);
    assertThat(splits.train().size()).isEqualTo(14);
    assertThat(splits.validation().size()).isEqualTo(2);
    assertThat(splits.test().size()).isEqualTo(4);
    for (int i = 0; i < 4; i++) {
      assertThat(splits.test().length(i)).isLessThanOrEqualTo(2);
      assertThat(splits.test().values(i)[0]).isEqualTo(splits.test().label(i) == 1 ? 0.5f : -0.25f);
    }
  }

  @Test
  void partsByTheirFolders() throws IOException {
    putClasses("train/%s/%d.wav");
    put("test/yes/a.wav", WavBytes.of(0.5));
    Splits splits = Loaders.open(folder, Map.of("validation", "0.1"), 3);
    assertThat(splits.train().size()).isEqualTo(18);
    assertThat(splits.validation().size()).isEqualTo(2);
    assertThat(splits.test().size()).isEqualTo(1);
  }

  @Test
  void partsAndClassesByATable() throws IOException {
    putClasses("all/%s_%d.wav");
    StringBuilder table = new StringBuilder("name,class,part\n");
    for (int i = 0; i < 6; i++) {
      String part = i < 4 ? "train" : i < 5 ? "dev" : "test";
      table.append("all/yes_").append(i).append(".wav,A,").append(part).append('\n');
      table.append("no_").append(i).append(".wav,B,").append(part).append('\n');
    }
    Path file = Files.writeString(temp.resolve("split.csv"), table);
    Map<String, String> options =
        Map.of(
            "split-file", "split.csv",
            "file-column", "name",
            "label-column", "class",
            "split-column", "part");
    Splits splits = Loaders.open(folder, options, 3);
    assertThat(splits.train().size()).isEqualTo(8);
    assertThat(splits.validation().size()).isEqualTo(2);
    assertThat(splits.test().size()).isEqualTo(2);
    assertThat(splits.train().classNames()).containsExactly("A", "B");

    Files.writeString(file, table + "nowhere.wav,A,train\n");
    assertThatThrownBy(() -> Loaders.open(folder, options, 3))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("split.csv:14: column 'name' names 'nowhere.wav', which is not in");
    Files.writeString(file, table + "yes_0.wav,A,train\n");
    assertThatThrownBy(() -> Loaders.open(folder, options, 3))
        .hasMessageContaining("a second time");
    Files.writeString(file, table + "yes_9.wav,A,tset\n");
    assertThatThrownBy(() -> Loaders.open(folder, options, 3))
        .hasMessageContaining(
            "column 'part' is 'tset'; must be train, validation (or dev) or test");
    Files.writeString(file, table + "yes_9.wav,C,test\n");
    assertThatThrownBy(() -> Loaders.open(folder, options, 3))
        .hasMessageContaining("label 'C' was not seen in training; known are: A, B");
  }

  @Test
  void scalingIsThatOfTheTrainingPart() throws IOException {
    putClasses("train/%s/%d.wav");
    Meaning alone = Loaders.open(folder, Map.of("validation", "0"), 3).meaning();
    put("test/yes/loud.wav", WavBytes.of(0.99, -0.99));
    Splits splits = Loaders.open(folder, Map.of("validation", "0"), 3);
    assertThat(splits.meaning().inputScaling()).isEqualTo(alone.inputScaling());
    // 55 samples of 0.5 and 55 of -0.25: mean 0.125, deviation 0.375.
    assertThat(alone.inputScaling().orElseThrow().mean()).containsExactly(0.125);
    assertThat(splits.train().values(0)).contains(-1);
  }

  @Test
  void oneRateOrResampling() throws IOException {
    putClasses("%s/%d.wav");
    put("yes/fast.wav", WavBytes.of(new double[400]).rate(16000));
    assertThatThrownBy(() -> Loaders.open(folder, Map.of(), 3))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("fast.wav: has 16000 samples per second")
        .hasMessageContaining("set option rate=8000");
    Splits splits = Loaders.open(folder, Map.of("rate", "8000", "split", "1/0/0"), 3);
    assertThat(splits.train().maxLength()).isEqualTo(200);
    assertThat(splits.description()).contains("1 recordings resampled to 8000 Hz");
    Splits half = Loaders.open(folder, Map.of("rate", "4000", "split", "1/0/0"), 3);
    assertThat(half.train().maxLength()).isEqualTo(100);
    assertThat(half.meaning().sampleRate()).isEqualTo(4000);
  }

  @Test
  void channelsKeptOrMixed() throws IOException {
    put("a/1.wav", WavBytes.of(0.5, 0, 0.5, 0).channels(2));
    put("b/1.wav", WavBytes.of(0.25, 0.25, 0, 0).channels(2));
    Map<String, String> keep = Map.of("split", "1/0/0", "scale", "none");
    assertThat(Loaders.open(folder, keep, 3).train().inputSize()).isEqualTo(2);
    put("b/2.wav", WavBytes.of(0.75));
    assertThatThrownBy(() -> Loaders.open(folder, keep, 3))
        .hasMessageContaining("2.wav: has 1 channels")
        .hasMessageContaining("set channels=mean");
    Map<String, String> mean = Map.of("split", "1/0/0", "scale", "none", "channels", "mean");
    assertThat(Loaders.open(folder, mean, 3).train().values(0)).containsExactly(0.25f, 0.25f);
  }

  @Test
  void maxLengthCuts() throws IOException {
    putClasses("%s/%d.wav");
    Splits splits = Loaders.open(folder, Map.of("max-length", "4", "split", "1/0/0"), 3);
    assertThat(splits.train().maxLength()).isEqualTo(4);
    assertThat(splits.description()).contains("12 recordings cut to 4 steps");
  }

  @Test
  void errorsSayWhatToDo() throws IOException {
    putClasses("all/%s_%d.wav");
    assertThatThrownBy(() -> Loaders.open(folder, Map.of(), 3))
        .hasMessageContaining("all 20 recordings are of one class, 'all'")
        .hasMessageContaining("label-regex");
    assertThatThrownBy(() -> Loaders.open(folder, Map.of("label-regex", "\\d.*"), 3))
        .hasMessageContaining("with a group ( )");
    assertThatThrownBy(() -> Loaders.open(folder, Map.of("label-regex", "(\\d).*"), 3))
        .hasMessageContaining("no_0.wav: the file name does not match label-regex=(\\d).*");
    assertThatThrownBy(() -> Loaders.open(folder, Map.of("split-file", "none.csv"), 3))
        .hasMessageContaining("none.csv: there is no such file");
    put("loose.wav", WavBytes.of(1));
    assertThatThrownBy(() -> Loaders.open(folder, Map.of(), 3))
        .hasMessageContaining("loose.wav: has no class: it lies in no sub-folder");
    Map<String, String> noTraining =
        Map.of("label-regex", "(.).*", "test-regex", ".*", "split", "1/0/0");
    assertThatThrownBy(() -> Loaders.open(folder, noTraining, 3))
        .hasMessageContaining("no recording belongs to the training part");
  }

  @Test
  void aTruncatedFileIsNamedInFolderAndZip() throws IOException {
    putClasses("%s/%d.wav");
    byte[] whole = WavBytes.of(0, 0, 0).bytes();
    Files.write(folder.resolve("yes/cut.wav"), Arrays.copyOf(whole, whole.length - 2));
    assertThatThrownBy(() -> Loaders.open(folder, Map.of(), 3))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("cut.wav: at byte 36")
        .hasMessageContaining("it is truncated");
    assertThatThrownBy(() -> Loaders.open(zip(), Map.of(), 3))
        .hasMessageContaining("sounds.zip!yes/cut.wav: at byte 36");
  }

  @Test
  void aTruncatedFileIsNamedEvenIfThereIsNoOther() throws IOException {
    byte[] whole = WavBytes.of(0, 0, 0).bytes();
    Files.createDirectories(folder.resolve("yes"));
    Files.write(folder.resolve("yes/cut.wav"), Arrays.copyOf(whole, whole.length - 2));
    assertThatThrownBy(() -> Loaders.open(folder, Map.of(), 3))
        .hasMessageContaining("cut.wav: at byte 36")
        .hasMessageContaining("it is truncated");
  }

  @Test
  void damagedArchives() throws IOException {
    putClasses("%s/%d.wav");
    byte[] zip = Files.readAllBytes(zip());
    Path cut = temp.resolve("cut.zip");
    Files.write(cut, Arrays.copyOf(zip, zip.length / 2));
    assertThatThrownBy(() -> Loaders.open(cut, Map.of(), 3))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("cut.zip: it cannot be read");
    Path empty = temp.resolve("empty.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(empty))) {
      out.putNextEntry(new ZipEntry("readme.txt"));
    }
    assertThatThrownBy(() -> Loaders.open(empty, Map.of(), 3))
        .hasMessageContaining("has no .wav file");
  }

  @Test
  void newRecordingsArePreparedAsInTraining() throws IOException {
    putClasses("train/%s/%d.wav");
    put("test/yes/a.wav", WavBytes.of(0.5, -0.5));
    Splits splits = Loaders.open(folder, Map.of(), 3);
    Meaning kept = Meaning.fromMap(splits.meaning().toMap());
    assertThat(Loaders.open(folder, kept, 3).fingerprint()).isEqualTo(splits.fingerprint());
    Path test = folder.resolve("test");
    Inputs one = Loaders.inputs(test.resolve("yes/a.wav"), kept);
    assertThat(one.values()[0]).isEqualTo(splits.test().values(0));
    assertThat(Loaders.inputs(test, kept).values()[0]).isEqualTo(splits.test().values(0));
    Dataset labelled = Loaders.labelled(test, kept);
    assertThat(labelled.label(0)).isEqualTo(splits.test().label(0));

    put("test/yes/fast.wav", WavBytes.of(new double[200]).rate(16000));
    Inputs resampled = Loaders.inputs(test.resolve("yes/fast.wav"), kept);
    assertThat(resampled.length(0)).isEqualTo(100);
    assertThat(resampled.notes()).containsExactly("1 recordings resampled to 8000 Hz");
    put("test/yes/stereo.wav", WavBytes.of(0, 0).channels(2));
    assertThatThrownBy(() -> Loaders.inputs(test.resolve("yes/stereo.wav"), kept))
        .hasMessageContaining("has 2 channels, the model takes 1");
  }
}
