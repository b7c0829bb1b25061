package io.carillon.data.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.carillon.data.DataException;
import io.carillon.data.Inputs;
import io.carillon.data.Loaders;
import io.carillon.data.Splits;
import io.carillon.model.Meaning;
import io.carillon.train.Dataset;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxFormatTest {
  @TempDir Path folder;

  /** Images of 2 x 3 pixels; pixel k of image i is 10 i + k. */
  private static byte[] images(int count) {
    ByteBuffer out = ByteBuffer.allocate(16 + 6 * count);
    out.putInt(0x803).putInt(count).putInt(2).putInt(3);
    for (int i = 0; i < count; i++) {
      for (int k = 0; k < 6; k++) {
        out.put((byte) (10 * i + k));
      }
    }
    return out.array();
  }

  private static byte[] labels(int count) {
    ByteBuffer out = ByteBuffer.allocate(8 + count);
    out.putInt(0x801).putInt(count);
    for (int i = 0; i < count; i++) {
      out.put((byte) (i % 2));
    }
    return out.array();
  }

  private static byte[] zipped(byte[] bytes) throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(zipped)) {
      out.write(bytes);
    }
    return zipped.toByteArray();
  }

  private void writeAll(int train, int test) throws IOException {
    Files.write(folder.resolve("train-images-idx3-ubyte"), images(train));
    Files.write(folder.resolve("train-labels.idx1-ubyte"), labels(train));
    Files.write(folder.resolve("t10k-images-idx3-ubyte.gz"), zipped(images(test)));
    Files.write(folder.resolve("t10k-labels-idx1-ubyte.gz"), zipped(labels(test)));
  }

  @Test
  void rowByRowScaledToOne() throws IOException {
    writeAll(20, 4);
    Splits splits = Loaders.open(folder, Map.of("scale", "none", "validation", "0.2"), 1);
    assertThat(splits.train().size()).isEqualTo(16);
    assertThat(splits.validation().size()).isEqualTo(4);
    assertThat(splits.test().size()).isEqualTo(4);
    assertThat(splits.test().values(2))
        .containsExactly(20 / 255f, 21 / 255f, 22 / 255f, 23 / 255f, 24 / 255f, 25 / 255f);
    assertThat(splits.test().classNames()).containsExactly("0", "1");
    assertThat(splits.test().label(3)).isEqualTo(1);
  }

  @Test
  void standardisedByTheTrainingPixels() throws IOException {
    writeAll(20, 4);
    Dataset train = Loaders.open(folder, Map.of("validation", "0"), 1).train();
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < train.size(); i++) {
      for (float pixel : train.values(i)) {
        sum += pixel;
        squares += pixel * pixel;
      }
    }
    assertThat(sum / 120).isCloseTo(0, within(1e-6));
    assertThat(squares / 120).isCloseTo(1, within(1e-5));
  }

  @Test
  void onePermutationForAllImages() throws IOException {
    writeAll(6, 2);
    Map<String, String> rows = Map.of("scale", "none", "validation", "0");
    Map<String, String> permuted =
        Map.of("scale", "none", "validation", "0", "order", "permuted", "permutation-seed", "5");
    Splits plain = Loaders.open(folder, rows, 1);
    Splits mixed = Loaders.open(folder, permuted, 1);
    float[] first = mixed.train().values(0);
    assertThat(first).isNotEqualTo(plain.train().values(0));
    assertThat(first).containsExactlyInAnyOrder(plain.train().values(0));
    for (int i = 0; i < 2; i++) {
      for (int k = 0; k < 6; k++) {
        int source = Math.round(first[k] * 255);
        assertThat(mixed.test().values(i)[k]).isEqualTo(plain.test().values(i)[source]);
      }
    }
    assertThat(Loaders.open(folder, permuted, 2).train().values(0))
        .as("the order does not depend on the seed of the division")
        .isEqualTo(first);
  }

  @Test
  void limits() throws IOException {
    writeAll(20, 4);
    Splits splits =
        Loaders.open(
            folder, Map.of("train-limit", "10", "test-limit", "3", "validation", "0.2"), 1);
    assertThat(splits.train().size() + splits.validation().size()).isEqualTo(10);
    assertThat(splits.test().size()).isEqualTo(3);
  }

  @Test
  void newImagesArePreparedAsInTraining() throws IOException {
    writeAll(20, 4);
    Splits splits = Loaders.open(folder, Map.of("order", "permuted"), 1);
    Meaning kept = Meaning.fromMap(splits.meaning().toMap());
    Inputs inputs = Loaders.inputs(folder.resolve("t10k-images-idx3-ubyte.gz"), kept);
    assertThat(inputs.values()[3]).isEqualTo(splits.test().values(3));
    assertThat(Loaders.labelled(folder, kept).values(1)).isEqualTo(splits.test().values(1));
    assertThat(Loaders.open(folder, kept, 1).fingerprint()).isEqualTo(splits.fingerprint());
  }

  @Test
  void truncatedLongAndWrongFiles() throws IOException {
    writeAll(6, 2);
    Path train = folder.resolve("train-images-idx3-ubyte");
    byte[] whole = images(6);
    for (int length = 0; length < whole.length; length += 5) {
      Files.write(train, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> Loaders.open(folder, Map.of(), 1))
          .as("%d bytes", length)
          .isInstanceOf(DataException.class)
          .hasMessageContaining(train + ": ")
          .hasMessageContaining("truncated");
    }
    Files.write(train, Arrays.copyOf(whole, whole.length + 1));
    assertThatThrownBy(() -> Loaders.open(folder, Map.of(), 1))
        .hasMessageContaining("goes on after the 6 items");
    Files.write(train, labels(6));
    assertThatThrownBy(() -> Loaders.open(folder, Map.of(), 1))
        .hasMessageContaining("begins with 0x00000801")
        .hasMessageContaining("begins with 0x00000803");
    Files.write(train, images(5));
    assertThatThrownBy(() -> Loaders.open(folder, Map.of(), 1))
        .hasMessageContaining("has 5 images")
        .hasMessageContaining("has 6 labels");
  }

  @Test
  void hugeDeclaredSizesAllocateNothing() throws IOException {
    writeAll(6, 2);
    Path train = folder.resolve("train-images-idx3-ubyte");
    byte[] many = images(6);
    ByteBuffer.wrap(many).putInt(4, -1);
    Files.write(train, many);
    assertThatThrownBy(() -> Loaders.open(folder, Map.of(), 1))
        .hasMessageContaining("declares 4294967295 items of 6 bytes and ends in item 7");
    ByteBuffer.wrap(many).putInt(8, 1 << 30);
    Files.write(train, many);
    assertThatThrownBy(() -> Loaders.open(folder, Map.of(), 1))
        .hasMessageContaining("declares items of the size [1073741824, 3]");
    ByteBuffer.wrap(many).putInt(8, -2);
    Files.write(train, many);
    assertThatThrownBy(() -> Loaders.open(folder, Map.of(), 1))
        .hasMessageContaining("must be at least 1");
  }

  @Test
  void truncatedCompression() throws IOException {
    writeAll(6, 2);
    byte[] whole = zipped(images(2));
    Path test = folder.resolve("t10k-images-idx3-ubyte.gz");
    Files.write(test, Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> Loaders.open(folder, Map.of(), 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("truncated");
  }

  @Test
  void aMissingFileIsNamed() throws IOException {
    writeAll(6, 2);
    Files.delete(folder.resolve("train-labels.idx1-ubyte"));
    assertThatThrownBy(() -> Loaders.open(folder, Map.of(), 1))
        .hasMessageContaining("has no file 'train-labels");
  }
}
