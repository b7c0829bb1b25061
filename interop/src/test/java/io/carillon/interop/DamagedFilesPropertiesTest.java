package io.carillon.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.core.SeededRandom;
import io.carillon.io.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Cut and randomly changed files give a model or the documented exception, never another. */
class DamagedFilesPropertiesTest {
  private static final String[] CORPUS = {"tiny.pt", "tiny_legacy.pt", "tiny_lightning.ckpt"};
  private static Path scratch;

  @BeforeContainer
  static void scratch() throws IOException {
    scratch = Files.createTempFile("carillon-damaged", ".pt");
  }

  @AfterContainer
  static void removeScratch() throws IOException {
    Files.delete(scratch);
  }

  /** The documented outcomes: a model or a FormatException that names the file. */
  private static boolean readsOrRefuses(byte[] bytes) throws IOException {
    Files.write(scratch, bytes);
    try {
      OfficialImport.read(scratch, Map.of());
      return true;
    } catch (FormatException e) {
      assertThat(e).hasMessageStartingWith(scratch.toString());
      return false;
    }
  }

  @Property(tries = 1000, seed = "20261122")
  void aCutFileIsRefused(
      @ForAll @IntRange(max = 2) int which, @ForAll @LongRange(min = 0, max = 1 << 20) long cut)
      throws IOException {
    byte[] whole = TorchFixtures.bytes(CORPUS[which]);
    byte[] part = Arrays.copyOf(whole, (int) (cut % whole.length));
    assertThat(readsOrRefuses(part))
        .as("the first %d of %d bytes", part.length, whole.length)
        .isFalse();
  }

  @Property(tries = 4000, seed = "20261122")
  void changedBytesGiveAModelOrARefusal(
      @ForAll @IntRange(max = 2) int which,
      @ForAll @IntRange(min = 1, max = 8) int changes,
      @ForAll @LongRange(min = 0, max = 1 << 30) long seed)
      throws IOException {
    byte[] bytes = TorchFixtures.bytes(CORPUS[which]);
    SeededRandom random = new SeededRandom(seed);
    for (int i = 0; i < changes; i++) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    readsOrRefuses(bytes);
  }

  /** The pickle alone, with a right checksum around it, so that changes reach the reader. */
  @Property(tries = 4000, seed = "20261122")
  void changedPicklesGiveAModelOrARefusal(
      @ForAll @IntRange(min = 1, max = 6) int changes,
      @ForAll @LongRange(min = 0, max = 1 << 30) long seed)
      throws IOException {
    Map<String, byte[]> members = members("tiny.pt");
    byte[] pickle = members.get("tiny/data.pkl");
    SeededRandom random = new SeededRandom(seed);
    for (int i = 0; i < changes; i++) {
      pickle[random.nextInt(pickle.length)] = (byte) random.nextInt(256);
    }
    readsOrRefuses(TorchFixtures.archive(members));
  }

  private static Map<String, byte[]> members(String name) throws IOException {
    Map<String, byte[]> members = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(TorchFixtures.file(name).toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        members.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
      }
    }
    return members;
  }
}
