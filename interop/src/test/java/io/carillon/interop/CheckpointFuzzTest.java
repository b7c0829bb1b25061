package io.carillon.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.fuzz.Fuzzed;
import io.carillon.fuzz.Mutation;
import io.carillon.io.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Cut and randomly changed files give a model or the documented exception, never another. */
class CheckpointFuzzTest {
  private static final String[] CORPUS = {"tiny.pt", "tiny_legacy.pt", "tiny_lightning.ckpt"};
  private static final long MOST_BYTES = 64L << 20;
  private static Path scratch;

  @BeforeContainer
  static void scratch() throws IOException {
    scratch = Files.createTempFile("carillon-damaged", ".pt");
  }

  @AfterContainer
  static void removeScratch() throws IOException {
    Fuzzed.summary();
    Files.delete(scratch);
  }

  @Provide
  Arbitrary<List<Mutation>> mutations() {
    return Mutation.several();
  }

  /** The documented outcomes: a model or a FormatException that names the file. */
  private static void read(byte[] bytes) throws IOException {
    Files.write(scratch, bytes);
    try {
      OfficialImport.read(scratch, Map.of());
    } catch (FormatException e) {
      assertThat(e).hasMessageStartingWith(scratch.toString());
      throw e;
    }
  }

  private static void check(String name, byte[] file, List<Mutation> mutations) throws Exception {
    Fuzzed.check(
        name, file, mutations, MOST_BYTES, Set.of(FormatException.class), CheckpointFuzzTest::read);
  }

  @Property(tries = 1000, seed = "20261122")
  void aCutFileIsRefused(
      @ForAll @IntRange(max = 2) int which, @ForAll @LongRange(min = 0, max = 1 << 20) long cut)
      throws IOException {
    byte[] whole = TorchFixtures.bytes(CORPUS[which]);
    byte[] part = Arrays.copyOf(whole, (int) (cut % whole.length));
    assertThatThrownBy(() -> read(part))
        .as("the first %d of %d bytes", part.length, whole.length)
        .isInstanceOf(FormatException.class);
  }

  @Property(seed = "20261122", shrinking = ShrinkingMode.BOUNDED)
  void damagedFiles(
      @ForAll @IntRange(max = 2) int which, @ForAll("mutations") List<Mutation> mutations)
      throws Exception {
    check(CORPUS[which], TorchFixtures.bytes(CORPUS[which]), mutations);
  }

  /** The pickle alone, with a right checksum around it, so that changes reach the reader. */
  @Property(seed = "20261123", shrinking = ShrinkingMode.BOUNDED)
  void damagedPickles(@ForAll("mutations") List<Mutation> mutations) throws Exception {
    Map<String, byte[]> members = members("tiny.pt");
    byte[] pickle = members.get("tiny/data.pkl");
    Fuzzed.check(
        "pickle in tiny.pt",
        pickle,
        mutations,
        MOST_BYTES,
        Set.of(FormatException.class),
        damaged -> {
          members.put("tiny/data.pkl", damaged);
          read(TorchFixtures.archive(members));
        });
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
