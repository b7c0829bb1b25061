package io.carillon.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.error.FormatException;
import io.carillon.fuzz.Fuzzed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Cut and randomly changed files give a model or the documented exception, never another. */
class CheckpointFuzzTest {
  private static final List<String> CORPUS =
      List.of("tiny.pt", "tiny_legacy.pt", "tiny_lightning.ckpt");
  private static final int CUTS = 300;
  private static final long MOST_BYTES = 64L << 20;

  @TempDir private static Path folder;

  /** The documented outcomes: a model or a FormatException that names the file. */
  private static void read(byte[] bytes) throws IOException {
    Path scratch = folder.resolve("damaged.pt");
    Files.write(scratch, bytes);
    try {
      OfficialImport.read(scratch, Map.of());
    } catch (FormatException e) {
      assertThat(e).hasMessageStartingWith(scratch.toString());
      throw e;
    }
  }

  static List<String> corpus() {
    return CORPUS;
  }

  private static void check(String name, byte[] file, Fuzzed.Reader reader) throws Exception {
    Fuzzed.run(name, List.of(file), MOST_BYTES, Set.of(FormatException.class), reader);
  }

  @ParameterizedTest
  @MethodSource("corpus")
  void damagedFiles(String file) throws Exception {
    check(file, TorchFixtures.bytes(file), CheckpointFuzzTest::read);
  }

  /** The pickle alone, with a right checksum around it, so that changes reach the reader. */
  @Test
  void damagedPickles() throws Exception {
    Map<String, byte[]> members = members("tiny.pt");
    check(
        "pickle in tiny.pt",
        members.get("tiny/data.pkl"),
        damaged -> {
          members.put("tiny/data.pkl", damaged);
          read(TorchFixtures.archive(members));
        });
  }

  @Test
  void aCutFileIsRefused() throws IOException {
    for (String file : CORPUS) {
      byte[] whole = TorchFixtures.bytes(file);
      SplittableRandom random = new SplittableRandom(20261122);
      for (int i = 0; i < CUTS; i++) {
        byte[] part = Arrays.copyOf(whole, random.nextInt(whole.length));
        assertThatThrownBy(() -> read(part))
            .as("%s: the first %d of %d bytes", file, part.length, whole.length)
            .isInstanceOf(FormatException.class);
      }
    }
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
