package io.carillon.data.numpy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.carillon.data.DataException;
import io.carillon.data.Inputs;
import io.carillon.data.Loaders;
import io.carillon.data.Splits;
import io.carillon.testing.NpyBytes;
import io.carillon.train.Dataset;
import io.carillon.train.Dataset.Target;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Arrays of numpy: files put together from the specification, and files that numpy has written. */
class NumpyFormatTest {
  private static final Map<String, String> ALL = Map.of("split", "1/0/0", "scale", "none");

  @TempDir private Path folder;

  private Path write(Map<String, byte[]> arrays) throws IOException {
    return Files.write(folder.resolve("f.npz"), NpyBytes.archive(arrays));
  }

  private static Map<String, byte[]> sound() {
    Map<String, byte[]> arrays = new HashMap<>();
    arrays.put("x", NpyBytes.floats("2, 3, 2", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 0));
    arrays.put("y", NpyBytes.longs("2,", 7, 5));
    arrays.put("lengths", NpyBytes.longs("2,", 3, 2));
    return arrays;
  }

  private static Map<String, byte[]> with(String name, byte[] array) {
    Map<String, byte[]> arrays = sound();
    arrays.put(name, array);
    return arrays;
  }

  private static Dataset train(Path file) {
    return Loaders.open(file, ALL, 1).train();
  }

  private static float[] values(Dataset set) {
    float[] all = new float[0];
    for (int i = 0; i < set.size(); i++) {
      float[] one = set.values(i);
      int at = all.length;
      all = Arrays.copyOf(all, at + one.length);
      System.arraycopy(one, 0, all, at, one.length);
    }
    return all;
  }

  @Test
  void valuesLengthsAndClasses() throws IOException {
    Splits splits = Loaders.open(write(sound()), ALL, 1);
    Dataset train = splits.train();
    assertThat(train.target()).isEqualTo(Target.CLASS);
    assertThat(splits.meaning().classNames()).containsExactly("5", "7");
    assertThat(splits.meaning().kind()).isEqualTo("numpy");
    assertThat(train.inputSize()).isEqualTo(2);
    int first = train.values(0).length == 6 ? 0 : 1;
    assertThat(train.values(first)).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(train.values(1 - first)).containsExactly(7, 8, 9, 10);
    assertThat(splits.meaning().classNames().get(train.label(first))).isEqualTo("7");
  }

  @Test
  void otherTargets() throws IOException {
    assertThat(train(write(with("y", NpyBytes.floats("2,", 1, 2)))).target())
        .isEqualTo(Target.VALUE);
    assertThat(train(write(with("y", NpyBytes.floats("2, 4", new float[8])))).outputSize())
        .isEqualTo(4);
    Path perStep = write(with("y", NpyBytes.longs("2, 3", 0, 1, 1, 0, 1, 1)));
    assertThat(train(perStep).target()).isEqualTo(Target.CLASS_PER_STEP);
    Path values = write(with("y", NpyBytes.floats("2, 3, 2", new float[12])));
    assertThat(train(values).target()).isEqualTo(Target.VALUE_PER_STEP);
    Map<String, String> options = new HashMap<>(ALL);
    options.put("target", "value");
    assertThat(Loaders.open(write(sound()), options, 1).train().target()).isEqualTo(Target.VALUE);
    byte[] texts = "up\0\0down".getBytes(StandardCharsets.US_ASCII);
    Path named = write(with("y", NpyBytes.array("|S4", false, "2,", texts)));
    assertThat(Loaders.open(named, ALL, 1).meaning().classNames()).containsExactly("down", "up");
  }

  @Test
  void aSingleArrayIsAnInput() throws IOException {
    Path file = Files.write(folder.resolve("x.npy"), NpyBytes.floats("1, 3, 2", 1, 2, 3, 4, 5, 6));
    Splits splits = Loaders.open(write(sound()), ALL, 1);
    Inputs inputs = Loaders.inputs(file, splits.meaning());
    assertThat(inputs.values()[0]).containsExactly(1, 2, 3, 4, 5, 6);
    assertThatThrownBy(() -> train(file)).hasMessageContaining("has no array 'y'");
  }

  private void assertRefused(Map<String, byte[]> arrays, String... words) throws IOException {
    Path file = write(arrays);
    assertThatThrownBy(() -> train(file))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("f.npz")
        .hasMessageContainingAll(words);
  }

  @Test
  void whatDoesNotFitIsNamed() throws IOException {
    Map<String, byte[]> none = sound();
    none.remove("x");
    assertRefused(none, "no array 'x'", "lengths", "numpy.savez");
    assertRefused(with("x", NpyBytes.floats("2,", 1, 2)), "x is numbers [2]", "[sequences][steps]");
    assertRefused(
        with("y", NpyBytes.longs("3,", 1, 2, 3)), "y is whole numbers [3]", "classes [2]");
    assertRefused(with("lengths", NpyBytes.longs("2,", 3, 4)), "lengths[1] is 4", "1 .. 3");
    assertRefused(with("lengths", NpyBytes.floats("2,", 3, 2)), "lengths is numbers [2]");
    float[] missing = new float[12];
    missing[3] = Float.NaN;
    assertRefused(
        with("x", NpyBytes.floats("2, 3, 2", missing)), "x[0][1][1] is missing", "missing=mask");
    missing[3] = Float.POSITIVE_INFINITY;
    assertRefused(with("x", NpyBytes.floats("2, 3, 2", missing)), "x[0][1][1] is Infinity");
    assertRefused(with("y", NpyBytes.array("|O", false, "2,", new byte[16])), "pickled objects");
    assertRefused(with("y", NpyBytes.array("<c8", false, "2,", new byte[16])), "of type 'c8'");
    assertRefused(with("x", NpyBytes.floats("2, 3, 3", new float[12])), "ends too early");
    assertRefused(with("x", NpyBytes.floats("2, 3, 1", new float[12])), "goes on after its last");
    assertRefused(
        with("x", NpyBytes.floats("2147483647, 2147483647", new float[4])), "more than can be");
    assertRefused(with("y", NpyBytes.longs("2,", 1, 1L << 60)), "beyond 2^53");
    Path text = Files.writeString(folder.resolve("g.npz"), "no archive");
    assertThatThrownBy(() -> train(text)).hasMessageContaining("g.npz: is damaged or no .npz file");
  }

  private static NpyArray read(byte[] bytes) throws IOException {
    return NpyArray.read(new ByteArrayInputStream(bytes), "array", bytes.length);
  }

  @Test
  void numbersOfAllSizes() throws IOException {
    byte[] ones = new byte[16];
    Arrays.fill(ones, (byte) 0xFF);
    assertThat(read(NpyBytes.array("|u1", false, "2,", Arrays.copyOf(ones, 2))).numbers())
        .containsExactly(255, 255);
    assertThat(read(NpyBytes.array("<i2", false, "1,", Arrays.copyOf(ones, 2))).numbers())
        .containsExactly(-1);
    assertThat(read(NpyBytes.array(">u4", false, "1,", new byte[] {0, 0, 1, 2})).numbers())
        .containsExactly(258);
    byte[] halves = {0x00, 0x3C, 0x00, (byte) 0xC4, 0x01, 0x00, (byte) 0xFF, 0x7B};
    assertThat(read(NpyBytes.array("<f2", false, "4,", halves)).numbers())
        .containsExactly(1, -4, 0x1p-24, 65504);
    byte[] columns = {1, 2, 3, 4, 5, 6};
    assertThat(read(NpyBytes.array("|i1", true, "2, 3", columns)).numbers())
        .containsExactly(1, 3, 5, 2, 4, 6);
  }

  /** Numpy itself writes: all types, both orders, compressed or not. */
  @Test
  void filesThatNumpyHasWritten() throws IOException, InterruptedException {
    String script =
        """
        import sys
        import numpy as np
        to = sys.argv[1]
        for kind in 'i1 u1 i2 >i2 u2 i4 >u4 i8 u8 f2 f4 >f4 f8 >f8 b1'.split():
            x = np.arange(24).reshape(2, 4, 3).astype(kind)
            np.savez(to + '/plain_' + kind.strip('>') + ('_big' if '>' in kind else '') + '.npz', x=x, y=np.array([3, 1]))
        x = np.arange(24.0).reshape(2, 4, 3)
        np.savez_compressed(to + '/packed.npz', x=x, y=np.array(['up', 'd\\u00f6wn']), lengths=[4, 2])
        np.savez(to + '/columns.npz', x=np.asfortranarray(x), y=np.array([True, False]))
        np.save(to + '/objects.npy', np.array([None, 1]), allow_pickle=True)
        """;
    Process process;
    try {
      process =
          new ProcessBuilder("python3", "-c", script, folder.toString())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("python.txt").toFile())
              .start();
    } catch (IOException e) {
      assumeTrue(false, "there is no python3");
      return;
    }
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    String said = Files.readString(folder.resolve("python.txt"));
    assumeTrue(
        !said.contains("No module named"), "python3 has no numpy (apt-get install python3-numpy)");
    assertThat(process.exitValue()).as(said).isZero();
    float[] expected = new float[24];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = i;
    }
    try (var files = Files.list(folder)) {
      List<Path> plain =
          files.filter(file -> file.getFileName().toString().startsWith("plain_")).toList();
      assertThat(plain).hasSize(15);
      for (Path file : plain) {
        float[] values = values(train(file));
        if (file.toString().contains("_b1")) {
          assertThat(values).hasSize(24).containsOnly(0f, 1f);
        } else {
          Arrays.sort(values);
          assertThat(values).as(file.toString()).containsExactly(expected);
        }
      }
    }
    float[] columns = values(train(folder.resolve("columns.npz")));
    Arrays.sort(columns);
    assertThat(columns).containsExactly(expected);
    Dataset set = train(folder.resolve("columns.npz"));
    int first = set.values(0)[0] == 0 ? 0 : 1;
    assertThat(set.values(first)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    Splits packed = Loaders.open(folder.resolve("packed.npz"), ALL, 1);
    assertThat(packed.meaning().classNames()).containsExactly("d\u00f6wn", "up");
    assertThat(values(packed.train())).hasSize(18);
    assertThatThrownBy(() -> NumpyFile.read(folder.resolve("objects.npy"), List.of("x")))
        .hasMessageContaining("pickled objects");
  }
}
