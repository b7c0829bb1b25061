package io.carillon.papers.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.data.DataException;
import io.carillon.data.Limits;
import io.carillon.data.Loaders;
import io.carillon.data.Splits;
import io.carillon.data.audio.Recordings;
import io.carillon.papers.download.TarBombs;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that are small, or announce little, and would take all memory: each is refused by a rule
 * that its message names, with file and line, in a heap of 48 MiB.
 */
class HostileDataTest {
  private static final int MEGA = 1 << 20;

  @TempDir private Path folder;
  private final Map<Path, List<String>> expected = new LinkedHashMap<>();

  /** Writes a file's content. */
  private interface Content {
    void to(OutputStream out) throws IOException;
  }

  private Path file(String name, Content content, String... words) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      content.to(out);
    }
    List<String> all = new ArrayList<>(List.of(file.toString()));
    all.addAll(List.of(words));
    expected.put(file, all);
    return file;
  }

  private static void text(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static void repeat(OutputStream out, String text, int times) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < times; i++) {
      out.write(bytes);
    }
  }

  private void assertAllRefused(String... options) throws Exception {
    Map<Path, String> messages = SmallHeap.open("48m", List.copyOf(expected.keySet()), options);
    SoftAssertions all = new SoftAssertions();
    expected.forEach((file, words) -> all.assertThat(messages.get(file)).contains(words));
    all.assertAll();
  }

  @Test
  void linesThatDoNotEnd() throws Exception {
    String limit = "carillon.data.maxLine";
    Content digits = out -> repeat(out, "1234567890123456", 4 * MEGA);
    file(
        "long.csv",
        out -> {
          text(out, "x,y\n1,2\n");
          digits.to(out);
        },
        ":3: has more than",
        limit);
    file(
        "long.ts",
        out -> {
          text(out, "@univariate true\n@classLabel true a b\n@data\n");
          digits.to(out);
        },
        ":4: has more than",
        limit);
    file(
        "long.tsv",
        out -> {
          text(out, "Source\tTarget\n");
          digits.to(out);
        },
        ":2: has more than",
        limit);
    file("long_pairs.train.tsv", digits, "is one file");
    assertAllRefused();
  }

  @Test
  void tablesOfMillionsOfColumns() throws Exception {
    String limit = "carillon.data.maxColumns";
    file("names.csv", out -> repeat(out, ",", MEGA), ":1: has more than", limit);
    file(
        "row.csv",
        out -> {
          text(out, "a,b\n");
          repeat(out, ",", MEGA);
        },
        ":2: has more than",
        limit);
    file(
        "dimensions.ts",
        out -> {
          text(out, "@classLabel true a b\n@data\n");
          repeat(out, "1:", MEGA / 2);
        },
        ":3: has 524289 columns",
        limit);
    file(
        "classes.ts",
        out -> {
          text(out, "@classLabel true");
          repeat(out, " a", MEGA / 2);
        },
        ":1: @classLabel: has 524288 columns",
        limit);
    assertAllRefused();
  }

  @Test
  void manyColumnsThatAreRightAreFoundInTimeThatGrowsWithTheirNumber() throws Exception {
    int columns = 150_000;
    StringBuilder text = new StringBuilder("label");
    for (int c = 0; c < columns; c++) {
      text.append(",c").append(c);
    }
    for (String label : List.of("a", "b", "a", "b", "a", "b")) {
      text.append('\n').append(label).append(",1".repeat(columns));
    }
    Path file = Files.writeString(folder.resolve("rows.csv"), text);
    Map<String, String> options =
        Map.of("layout", "rows", "targets", "label", "predict", "class", "scale", "none");
    Splits splits = Loaders.open(file, options, 1);
    assertThat(splits.train().length(0)).isEqualTo(columns);
  }

  @Test
  void aQuoteThatIsNeverClosed() throws Exception {
    file(
        "quote.csv",
        out -> {
          text(out, "x,y\n1,\"2\n");
          repeat(out, "1,2\n", 4 * MEGA);
        },
        ":2: a quote (\") is opened and not closed on the line");
    assertAllRefused();
  }

  @Test
  void moreRowsThanMemoryHolds() throws Exception {
    file(
        "rows.csv",
        out -> {
          text(out, "x\n");
          repeat(out, "1\n", 5 * MEGA);
        },
        ": its first ",
        "lines need",
        "java -Xmx");
    file(
        "short.ts",
        out -> {
          text(out, "@classLabel true a b\n@data\n");
          repeat(out, "1,2,3,4,5,6,7,8,9,1:a\n", MEGA);
        },
        ": the sequences up to here need",
        "java -Xmx");
    file(
        "tokens.tsv",
        out -> {
          text(out, "Source\tTarget\n");
          repeat(out, "a b c d e f g h i j\tx\n", MEGA / 4);
        },
        ": the lines up to here need",
        "Set limit");
    assertAllRefused();
  }

  @Test
  void moreSequencesThanMemoryHolds() throws Exception {
    file(
        "sequences.csv",
        out -> {
          text(out, "sequence,x,y\n");
          repeat(out, "1,1,0\n", 2 * MEGA);
        },
        ": its first ",
        "lines need",
        "java -Xmx");
    assertAllRefused("layout=sequences", "targets=y", "predict=class");
  }

  private static byte[] wav(int dataBytes, long announced) {
    ByteBuffer bytes = ByteBuffer.allocate(44 + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt((int) announced);
    bytes.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    bytes.putShort((short) 1).putShort((short) 1).putInt(16000).putInt(32000);
    bytes.putShort((short) 2).putShort((short) 16);
    bytes.put("data".getBytes(StandardCharsets.US_ASCII)).putInt((int) announced);
    return bytes.array();
  }

  private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(content);
    zip.closeEntry();
  }

  @Test
  void recordings() throws Exception {
    byte[] silence = wav(4 * MEGA, 4L * MEGA);
    file(
        "bomb.zip",
        out -> {
          try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (int i = 0; i < 20; i++) {
              entry(zip, (i % 2 == 0 ? "a/" : "b/") + i + ".wav", silence);
            }
          }
        },
        ".wav: the recordings up to here need",
        "Set max-length");
    file(
        "one.zip",
        out -> {
          try (ZipOutputStream zip = new ZipOutputStream(out)) {
            entry(zip, "a/1.wav", wav(40 * MEGA, 40L * MEGA));
          }
        },
        "!a/1.wav: its bytes and samples need",
        "Cut the recording");
    file(
        "nested.zip",
        out -> {
          ByteArrayOutputStream inner = new ByteArrayOutputStream();
          try (ZipOutputStream zip = new ZipOutputStream(inner)) {
            entry(zip, "a/1.wav", silence);
          }
          try (ZipOutputStream zip = new ZipOutputStream(out)) {
            entry(zip, "inner.zip", inner.toByteArray());
          }
        },
        "has no .wav file in it");
    file(
        "a/announced.wav",
        out -> out.write(wav(100, 0xFFFFFFFFL)),
        "declares 4294967295 bytes",
        "only 100 more");
    assertAllRefused();
  }

  @Test
  void aRecordingLargerThanTheLimitIsRefusedAndTheLimitCanBeRaised() throws Exception {
    Path file = Files.write(folder.resolve("a.wav"), wav(1000, 1000));
    String property = Limits.RECORDING.property();
    System.setProperty(property, "500");
    try (Recordings recordings = Recordings.open(file)) {
      assertThatThrownBy(() -> recordings.read("a.wav"))
          .isInstanceOf(DataException.class)
          .hasMessageContainingAll(file.toString(), "has 1044 bytes, at most 500", property);
      System.setProperty(property, "1044");
      assertThat(recordings.read("a.wav").frames()).isEqualTo(500);
      System.setProperty(property, "many");
      assertThatThrownBy(() -> recordings.read("a.wav")).hasMessageContaining("is 'many'");
    } finally {
      System.clearProperty(property);
    }
  }

  @Test
  void aRateThatWouldMakeAGiantFilter() throws Exception {
    byte[] bytes = wav(1000, 1000);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(24, Integer.MAX_VALUE);
    Files.createDirectories(folder.resolve("a"));
    Files.createDirectories(folder.resolve("b"));
    Files.write(folder.resolve("a/1.wav"), bytes);
    Files.write(folder.resolve("b/1.wav"), bytes);
    assertThatThrownBy(() -> Loaders.open(folder, Map.of("rate", "16000"), 1))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("1.wav", "2147483647 samples per second", "16000");
  }

  private static void idx(DataOutputStream out, int count, int rows, int columns)
      throws IOException {
    out.writeInt(0x803);
    out.writeInt(count);
    out.writeInt(rows);
    out.writeInt(columns);
  }

  @Test
  void images() throws Exception {
    file(
        "giant-idx3-ubyte",
        out -> idx(new DataOutputStream(out), 1, 1 << 20, 1 << 20),
        "declares items of the size [1048576, 1048576]",
        "carillon.data.maxItem");
    file(
        "bomb-idx3-ubyte.gz",
        out -> {
          try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            idx(new DataOutputStream(zip), -1, 28, 28);
            zip.write(new byte[100 * MEGA]);
          }
        },
        "of its items need",
        "Set train-limit");
    file(
        "giant.png",
        out -> png(out, 60_000, 60_000, 0),
        "has 3600000000 pixels",
        "carillon.data.maxPixels");
    file(
        "hollow.png",
        out -> png(out, 4_000, 4_000, 0),
        "declares 16000000 pixels, more than its 57 bytes can hold");
    file("large.png", out -> png(out, 4_000, 4_000, 4_096), "its 16000000 pixels need");
    file(
        "data_batch_1.bin",
        out -> {
          for (int i = 0; i < 20; i++) {
            out.write(new byte[MEGA]);
          }
        },
        "its images need");
    assertAllRefused();
  }

  /** A picture whose header is right, and so many bytes in which its pixels are not. */
  private static void png(OutputStream out, int width, int height, int bytes) throws IOException {
    out.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
    ByteBuffer header = ByteBuffer.allocate(17);
    header.put("IHDR".getBytes(StandardCharsets.US_ASCII)).putInt(width).putInt(height);
    header.put((byte) 8).put((byte) 0).put((byte) 0).put((byte) 0).put((byte) 0);
    chunk(out, header.array());
    chunk(out, Arrays.copyOf("IDAT".getBytes(StandardCharsets.US_ASCII), 4 + bytes));
    chunk(out, "IEND".getBytes(StandardCharsets.US_ASCII));
  }

  private static void chunk(OutputStream out, byte[] typeAndData) throws IOException {
    CRC32 sum = new CRC32();
    sum.update(typeAndData);
    DataOutputStream data = new DataOutputStream(out);
    data.writeInt(typeAndData.length - 4);
    data.write(typeAndData);
    data.writeInt((int) sum.getValue());
  }

  @Test
  void anArchiveThatUnpacksToMuchMoreThanItself() throws Exception {
    Path archive = folder.resolve("bomb.tar.gz");
    TarBombs.write(archive, 100L * MEGA);
    Path into = Files.createDirectories(folder.resolve("into"));
    assertThatThrownBy(() -> TarBombs.unpack(archive, into))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll(
            archive.toString(),
            "unpacks to more than 200 times its size",
            "carillon.data.maxExpansion");
    assertThat(into).isEmptyDirectory();
  }

  @Test
  void theLimitsAreThoseOfTheDocumentation() throws IOException {
    String text = Files.readString(Path.of("../docs/data.md"));
    Arrays.stream(Limits.values())
        .forEach(
            limit ->
                assertThat(text)
                    .containsPattern(
                        "`"
                            + limit.property()
                            + "` \\|[^|]*\\| "
                            + String.format("%,d", limit.standard())));
  }
}
