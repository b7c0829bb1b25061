package io.carillon.data;

import io.carillon.fuzz.Fuzzed;
import io.carillon.fuzz.Mutation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Damaged data files of every kind. */
class LoadersFuzzTest {
  private static final Set<Class<? extends Exception>> REFUSAL = Set.of(DataException.class);
  private static final long MOST_BYTES = 64L << 20;

  private static final String TS =
      """
      #a comment
      @problemName toy
      @timestamps false
      @univariate false
      @dimensions 2
      @equalLength false
      @classLabel true up down
      @data
      1,2,3.5:4,5,6:up
      -1e1,?,0.25:1,1,1:down
      1,2:3,4:up
      3,2,1:4,4,4:down
      """;

  private static final String SERIES =
      "time,\"a,b\",target\n0,1.5,2\n1,-2e0,3\n2,0.25,4\n3,7,5\n4,8,6\n5,9,7\n6,1,8\n7,2,9\n8,1,1\n9,3,2\n";

  private static final String ROWS = "a;b;c;class\n1;2;3;up\n4;5;6;down\n7;8;9;up\n1;1;1;down\n";

  private static final String LIST_OPS =
      "Source\tTarget\n( ( ( [MAX 2 ) 9 ) ] )\t9\n[MIN 4 [SM 7 8 ] ]\t4\n[MED 1 2 3 ]\t2\n";

  private static final byte[] IDX = {
    0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
  };

  private static Path folder;

  @BeforeContainer
  static void makeFolder() throws IOException {
    folder = Files.createTempDirectory("carillon-fuzz");
  }

  @AfterContainer
  static void removeFolder() throws IOException {
    Fuzzed.summary();
    for (String name : List.of("f.ts", "f.csv", "f.tsv", "f.idx")) {
      Files.deleteIfExists(folder.resolve(name));
    }
    Files.delete(folder);
  }

  @Provide
  Arbitrary<List<Mutation>> mutations() {
    return Mutation.several();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void open(
      String name,
      String file,
      byte[] content,
      Map<String, String> options,
      List<Mutation> mutations)
      throws Exception {
    Path path = folder.resolve(file);
    Fuzzed.check(
        name,
        content,
        mutations,
        MOST_BYTES,
        REFUSAL,
        bytes -> {
          Files.write(path, bytes);
          Loaders.open(path, options, 1);
        });
  }

  @Property(seed = "11", shrinking = ShrinkingMode.BOUNDED)
  void ts(@ForAll("mutations") List<Mutation> mutations) throws Exception {
    open(".ts", "f.ts", bytes(TS), Map.of("split", "1/0/0", "missing", "fill"), mutations);
  }

  @Property(seed = "12", shrinking = ShrinkingMode.BOUNDED)
  void series(@ForAll("mutations") List<Mutation> mutations) throws Exception {
    Map<String, String> options = Map.of("history", "3", "horizon", "1", "targets", "target");
    open("CSV series", "f.csv", bytes(SERIES), options, mutations);
  }

  @Property(seed = "13", shrinking = ShrinkingMode.BOUNDED)
  void rows(@ForAll("mutations") List<Mutation> mutations) throws Exception {
    Map<String, String> options = Map.of("layout", "rows", "targets", "class", "split", "1/0/0");
    open("CSV rows", "f.csv", bytes(ROWS), options, mutations);
  }

  @Property(seed = "14", shrinking = ShrinkingMode.BOUNDED)
  void listOps(@ForAll("mutations") List<Mutation> mutations, @ForAll boolean subtrees)
      throws Exception {
    Map<String, String> options =
        subtrees ? Map.of("split", "1/0/0", "labels", "subtrees") : Map.of("split", "1/0/0");
    open("ListOps", "f.tsv", bytes(LIST_OPS), options, mutations);
  }

  @Property(seed = "15", shrinking = ShrinkingMode.BOUNDED)
  void wav(@ForAll("mutations") List<Mutation> mutations, @ForAll @IntRange(max = 2) int kind)
      throws Exception {
    WavBytes sound = WavBytes.of(0, 0.5, -0.5, 0.25, 0.125, 0.1).channels(2);
    byte[] file =
        switch (kind) {
          case 0 -> sound.oddChunk().bytes();
          case 1 -> sound.floats().bytes();
          default -> sound.pcm(24).extensible().bytes();
        };
    Fuzzed.check(
        "WAV", file, mutations, MOST_BYTES, REFUSAL, bytes -> WavFile.parse(bytes, "f.wav"));
  }

  @Property(seed = "16", shrinking = ShrinkingMode.BOUNDED)
  void idx(@ForAll("mutations") List<Mutation> mutations, @ForAll boolean zipped) throws Exception {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(IDX);
    }
    Path path = folder.resolve("f.idx");
    Fuzzed.check(
        "IDX",
        zipped ? packed.toByteArray() : IDX,
        mutations,
        MOST_BYTES,
        REFUSAL,
        bytes -> {
          Files.write(path, bytes);
          IdxFile.read(path, 3, Integer.MAX_VALUE, "");
        });
  }
}
