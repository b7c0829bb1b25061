package io.carillon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.config.NetworkConfig;
import io.carillon.config.S4dConfig;
import io.carillon.engine.SeededRandom;
import io.carillon.error.FormatException;
import io.carillon.io.Json;
import io.carillon.model.inside.Inside;
import io.carillon.nn.Network;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A damaged model folder is refused, or is the same model: it never answers differently. */
class DamagedFolderTest {
  private static final String WEIGHTS = "weights.safetensors";
  private static final String CONFIG = "config.json";
  private static final float[] X = {1, -2, 0.5f, 3, 0, 1};

  @TempDir private Path folder;
  private SequenceModel model;

  private static SequenceModel model(int width, int seed) {
    NetworkConfig config =
        NetworkConfig.sequence(2, 3)
            .withWidth(width)
            .withDepth(1)
            .withSsm(S4dConfig.DEFAULT.withStateSize(2));
    return Inside.model(
        new Network(config, new SeededRandom(seed)),
        Map.of("names", List.of("a", "b", "c"), "scale", 1.5, "seed", Long.MAX_VALUE, "f", 0.1f));
  }

  @BeforeEach
  void save() throws IOException {
    model = model(2, 1);
    model.save(folder);
  }

  private void assertSameModel(SequenceModel loaded, String when) {
    assertThat(loaded.fingerprint()).as(when).isEqualTo(model.fingerprint());
    assertThat(Json.write(loaded.info()))
        .as(when)
        .isEqualTo(Json.write(Json.parseObject(Json.write(model.info()))));
    assertThat(loaded.predict(X)[0]).as(when).containsExactly(model.predict(X)[0]);
    assertThat(loaded.note()).as(when).isEmpty();
  }

  /** Returns whether the folder was refused. */
  private boolean flip(String name, byte[] good, int bit) throws IOException {
    byte[] damaged = good.clone();
    damaged[bit / 8] ^= (byte) (1 << bit % 8);
    Files.write(folder.resolve(name), damaged);
    try {
      assertSameModel(SequenceModel.load(folder), name + ", bit " + bit);
      return false;
    } catch (FormatException e) {
      assertThat(e).as("%s, bit %d", name, bit).hasMessageContaining(folder.toString());
      return true;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {WEIGHTS, CONFIG})
  void everySingleBit(String name) throws IOException {
    byte[] good = Files.readAllBytes(folder.resolve(name));
    int refused = 0;
    for (int bit = 0; bit < 8 * good.length; bit++) {
      refused += flip(name, good, bit) ? 1 : 0;
    }
    System.out.printf("%s: %d of %d flipped bits refused%n", name, refused, 8 * good.length);
    assertThat(refused).isGreaterThan(8 * good.length * 9 / 10);
  }

  @Test
  void thousandsOfBitsOfALargerModel() throws IOException {
    model = model(48, 2);
    model.save(folder);
    byte[] good = Files.readAllBytes(folder.resolve(WEIGHTS));
    int numbers = good.length - 4096;
    SeededRandom random = new SeededRandom(7);
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      refused +=
          flip(WEIGHTS, good, 8 * (4096 + random.nextInt(numbers)) + random.nextInt(8)) ? 1 : 0;
    }
    assertThat(refused).as("seed 7").isEqualTo(3000);
  }

  @Test
  void theTensorIsNamed() throws IOException {
    byte[] bytes = Files.readAllBytes(folder.resolve(WEIGHTS));
    bytes[bytes.length - 1] ^= 1;
    Files.write(folder.resolve(WEIGHTS), bytes);
    assertThatThrownBy(() -> SequenceModel.load(folder, LoadCheck.NONE))
        .isInstanceOf(FormatException.class)
        .hasMessageContainingAll(WEIGHTS, "tensor decoder.bias", "checksum");
  }

  /** Two good files that do not belong together. */
  @Test
  void weightsOfAnotherModelAreRefused() throws IOException {
    Path other = folder.resolve("other");
    model(2, 2).save(other);
    Files.copy(
        other.resolve(WEIGHTS),
        folder.resolve(WEIGHTS),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> SequenceModel.load(folder))
        .isInstanceOf(FormatException.class)
        .hasMessageContainingAll(WEIGHTS, "not the weights of config.json", model.fingerprint());
  }

  /** A program that keeps what it finds beside the tensors may still have changed these. */
  @Test
  void whatWeightsSayOfTheirModelCountsWithTheirChecksumsOnly() throws IOException {
    Path weights = folder.resolve(WEIGHTS);
    byte[] bytes = Files.readAllBytes(weights);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    assertThat(text).contains("\"model\": \"" + model.fingerprint() + "\"");
    // The same length, so that everything stays where it is.
    byte[] without = text.replace("crc32c:", "crc-32:").getBytes(StandardCharsets.ISO_8859_1);
    Files.write(weights, without);
    assertSameModel(SequenceModel.load(folder), "without checksums");
    without[without.length - 1] ^= 1;
    Files.write(weights, without);
    assertThatThrownBy(() -> SequenceModel.load(folder))
        .isInstanceOf(FormatException.class)
        .hasMessageContainingAll(WEIGHTS, "not the weights of config.json", model.fingerprint());
  }

  @Test
  void aChangeThatIsMeantIsPossible() throws IOException {
    Path file = folder.resolve(CONFIG);
    String text = Files.readString(file).replace("\"a\"", "\"first\"");
    Files.writeString(file, text);
    assertThatThrownBy(() -> SequenceModel.load(folder))
        .isInstanceOf(FormatException.class)
        .hasMessageContainingAll(CONFIG, "checksum", "remove the entry \"checksums\"");
    Files.writeString(file, text.replaceFirst(",\\s*\"checksums\": \\{[^}]*}", ""));
    SequenceModel changed = SequenceModel.load(folder);
    assertThat(changed.info().get("names")).isEqualTo(List.of("first", "b", "c"));
    assertThat(changed.note().orElseThrow()).contains("no checksums");
    changed.save(folder);
    assertThat(SequenceModel.load(folder).note()).isEmpty();
  }

  /** Written before there were checksums. */
  @ParameterizedTest
  @ValueSource(strings = {"version-1", "version-1-cut", "version-1-gru", "version-1-s4"})
  void foldersOfEarlierReleasesAreReadWithANote(String name) throws Exception {
    Path old = Path.of(DamagedFolderTest.class.getResource("/state/" + name).toURI());
    assertThat(Files.readString(old.resolve(CONFIG))).doesNotContain("checksums");
    SequenceModel loaded = SequenceModel.load(old);
    assertThat(loaded.note().orElseThrow()).contains("older release", "no checksums");
    assertThat(loaded.withInfo(Map.of()).note()).isPresent();
    assertThat(Inside.model(loaded.network().copy(), Map.of()).note()).isEmpty();
  }

  /** Written by the first release with checksums: it must stay readable. */
  @Test
  void foldersWithChecksumsAreRead() throws Exception {
    Path kept = Path.of(DamagedFolderTest.class.getResource("/model/with-checksums").toURI());
    SequenceModel loaded = SequenceModel.load(kept);
    assertThat(loaded.note()).isEmpty();
    assertThat(loaded.info().get("names")).isEqualTo(List.of("a", "b", "c"));
    assertThat(Files.readString(kept.resolve(CONFIG))).contains(loaded.fingerprint());
  }

  /** A crash between any two of the steps of a save leaves the old or the new model. */
  @Test
  void whatIsBetweenTwoSavesIsOneOfThem() throws IOException {
    SequenceModel next = model(8, 2);
    Path other = folder.resolve("other");
    next.save(other);
    Path waiting = folder.resolve(WEIGHTS + ".next");
    Files.copy(other.resolve(WEIGHTS), waiting);
    assertSameModel(SequenceModel.load(folder), "the new weights are there, config.json is not");
    Files.copy(
        other.resolve(CONFIG),
        folder.resolve(CONFIG),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThat(SequenceModel.load(folder).fingerprint()).isEqualTo(next.fingerprint());
    model.save(folder);
    assertSameModel(SequenceModel.load(folder), "saved over it");
    assertThat(waiting).doesNotExist();
  }

  @Test
  void aFolderIsReadWhileItIsWritten() throws Exception {
    SequenceModel next = model(8, 2);
    ExecutorService writer = Executors.newSingleThreadExecutor();
    try {
      Future<?> done =
          writer.submit(
              () -> {
                for (int i = 0; i < 200; i++) {
                  (i % 2 == 0 ? next : model).save(folder);
                }
                return null;
              });
      while (!done.isDone()) {
        assertThat(SequenceModel.load(folder).fingerprint())
            .isIn(model.fingerprint(), next.fingerprint());
      }
      done.get();
    } finally {
      writer.shutdownNow();
    }
    assertSameModel(SequenceModel.load(folder), "at the end");
  }
}
