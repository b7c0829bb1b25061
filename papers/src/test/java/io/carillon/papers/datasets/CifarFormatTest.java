package io.carillon.papers.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.data.DataException;
import io.carillon.data.Loaders;
import io.carillon.data.Splits;
import io.carillon.model.Meaning;
import io.carillon.model.Scaling;
import io.carillon.train.Dataset;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small CIFAR-10 in both official layouts. */
class CifarFormatTest {
  @TempDir private Path temp;
  private Path folder;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectories(temp.resolve("cifar-10-batches"));
  }

  /** Pixel p of colour c of image i. */
  private static byte pixel(int i, int c, int p) {
    return (byte) (i * 40 + c * 80 + p % 32 + p / 32);
  }

  private static byte[] images(int count) {
    byte[] all = new byte[count * 3072];
    for (int k = 0; k < all.length; k++) {
      all[k] = pixel(k / 3072, k % 3072 / 1024, k % 1024);
    }
    return all;
  }

  private void binary(String name, int... labels) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] pixels = images(labels.length);
    for (int i = 0; i < labels.length; i++) {
      out.write(labels[i]);
      out.write(pixels, i * 3072, 3072);
    }
    Files.write(folder.resolve(name + ".bin"), out.toByteArray());
  }

  /** As Python 2 has pickled the published batches. */
  private void pickled(String name, int... labels) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(new byte[] {(byte) 0x80, 2, '}', 'q', 1, '('});
    string(out, "batch_label");
    string(out, "a batch");
    string(out, "labels");
    out.write(new byte[] {']', 'q', 5, '('});
    for (int label : labels) {
      out.write(new byte[] {'K', (byte) label});
    }
    out.write('e');
    string(out, "data");
    out.write(ascii("cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\0\u0085"));
    string(out, "b");
    out.write(ascii("\u0087R(K\u0001"));
    out.write('M');
    out.write(labels.length);
    out.write(0);
    out.write(new byte[] {'M', 0, 12, (byte) 0x86});
    out.write(ascii("cnumpy\ndtype\n"));
    string(out, "u1");
    out.write(ascii("K\0K\u0001\u0087R(K\u0003"));
    string(out, "|");
    out.write(ascii("NNNJ\u00ff\u00ff\u00ff\u00ffJ\u00ff\u00ff\u00ff\u00ffK\0tb\u0089T"));
    byte[] pixels = images(labels.length);
    byte[] size =
        ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(pixels.length).array();
    out.write(size);
    out.write(pixels);
    out.write(ascii("tbu."));
    Files.write(folder.resolve(name), out.toByteArray());
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void string(ByteArrayOutputStream out, String text) throws IOException {
    out.write('U');
    out.write(text.length());
    out.write(ascii(text));
  }

  @Test
  void theTwoVersionsAreOneDataSet() throws IOException {
    binary("data_batch_1", 6, 9, 6, 9);
    binary("data_batch_2", 6, 9);
    binary("test_batch", 3, 0);
    assertThat(Loaders.format(temp).kind()).isEqualTo("cifar");
    Splits fromBinary = Loaders.open(temp, Map.of("validation", "0.34"), 1);
    for (String name : new String[] {"data_batch_1", "data_batch_2", "test_batch"}) {
      Files.delete(folder.resolve(name + ".bin"));
    }
    pickled("data_batch_1", 6, 9, 6, 9);
    pickled("data_batch_2", 6, 9);
    pickled("test_batch", 3, 0);
    Splits fromPickles = Loaders.open(temp, Map.of("validation", "0.34"), 1);
    assertThat(fromPickles.fingerprint()).isEqualTo(fromBinary.fingerprint());
    assertThat(fromPickles.train().size()).isEqualTo(4);
    assertThat(fromPickles.validation().size()).isEqualTo(2);
    assertThat(fromPickles.test().label(0)).isEqualTo(3);
    assertThat(fromPickles.test().classNames()).startsWith("airplane", "automobile", "bird", "cat");
  }

  @Test
  void greyIsTheOfficialBrightnessAndScale() throws IOException {
    binary("data_batch_1", 1, 1, 2, 2);
    binary("test_batch", 1, 2);
    Dataset test = Loaders.open(folder, Map.of(), 1).test();
    assertThat(test.inputSize()).isEqualTo(1);
    assertThat(test.length(0)).isEqualTo(1024);
    int p = 5 * 32 + 7;
    int r = pixel(1, 0, p) & 0xFF;
    int g = pixel(1, 1, p) & 0xFF;
    int b = pixel(1, 2, p) & 0xFF;
    long grey = Math.round(0.299 * r + 0.587 * g + 0.114 * b);
    assertThat(test.values(1)[p])
        .isCloseTo((float) ((grey - 122.6) / 61), org.assertj.core.data.Offset.offset(1e-5f));
  }

  @Test
  void coloursStandBesideEachOther() throws IOException {
    binary("data_batch_1", 1, 1, 2, 2);
    binary("test_batch", 1, 2);
    Dataset test = Loaders.open(folder, Map.of("colour", "rgb", "scale", "none"), 1).test();
    assertThat(test.inputSize()).isEqualTo(3);
    assertThat(test.length(0)).isEqualTo(1024);
    for (int c = 0; c < 3; c++) {
      assertThat(test.values(1)[3 * 100 + c]).isEqualTo((pixel(1, c, 100) & 0xFF) / 255f);
    }
    Meaning fitted = Loaders.open(folder, Map.of("colour", "rgb"), 1).meaning();
    Scaling scaling = fitted.inputScaling().orElseThrow();
    assertThat(scaling.mean()).containsExactly(0.4914, 0.4822, 0.4465);
    assertThat(scaling.std()).containsExactly(0.247, 0.243, 0.261);
    assertThat(Loaders.inputs(folder.resolve("test_batch.bin"), fitted).length(1)).isEqualTo(1024);
    assertThat(Loaders.labelled(folder, fitted).label(1)).isEqualTo(2);
  }

  @Test
  void whatIsDamagedIsNamed() throws IOException {
    binary("data_batch_1", 1, 1, 2, 2);
    assertThatThrownBy(() -> Loaders.open(folder, Map.of(), 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("has no file test_batch");
    binary("test_batch", 1, 12);
    assertThatThrownBy(() -> Loaders.open(folder, Map.of(), 1))
        .hasMessageContaining("test_batch.bin: image 2 has label 12");
    Files.write(folder.resolve("test_batch.bin"), new byte[3000]);
    assertThatThrownBy(() -> Loaders.open(folder, Map.of(), 1))
        .hasMessageContaining("has 3000 bytes")
        .hasMessageContaining("multiple of 3073");
    Files.delete(folder.resolve("test_batch.bin"));
    Files.write(folder.resolve("test_batch"), new byte[] {(byte) 0x80, 2, '}', '.'});
    assertThatThrownBy(() -> Loaders.open(folder, Map.of(), 1))
        .hasMessageContaining("test_batch: is a pickle, but not a map with");
  }
}
