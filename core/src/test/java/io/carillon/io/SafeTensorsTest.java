package io.carillon.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.carillon.error.FormatException;
import io.carillon.io.SafeTensors.Tensor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a safetensors file may claim, and what is refused: with file and tensor, and little work.
 */
class SafeTensorsTest {
  private static final long MIB = 1 << 20;

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("hostile.safetensors");
  }

  private void write(String header, byte... data) throws IOException {
    write(header.getBytes(StandardCharsets.UTF_8), data);
  }

  private void write(byte[] header, byte... data) throws IOException {
    ByteBuffer all = ByteBuffer.allocate(8 + header.length + data.length);
    all.order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).put(header).put(data);
    Files.write(file, all.array());
  }

  private static String entry(String name, String type, String shape, long begin, long end) {
    return String.format(
        "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}",
        name, type, shape, begin, end);
  }

  private void assertRefused(String... words) {
    assertThatThrownBy(() -> SafeTensors.read(file))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContainingAll(words)
        .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(1000));
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getThreadAllocatedBytes(Thread.currentThread().getId());
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("a", Tensor.of(new int[] {2, 1}, new float[] {1, -2}));
    tensors.put("b", new Tensor(new int[] {}, new double[] {1e300}));
    tensors.put("none", new Tensor(new int[] {3, 0}, new long[0]));
    SafeTensors.write(file, tensors, Map.of("key", "value"));
    SafeTensors.Contents read = SafeTensors.read(file);
    assertThat(read.metadata()).isEqualTo(Map.of("key", "value"));
    assertThat(read.tensors().keySet()).containsExactly("a", "b", "none");
    assertThat(read.tensors().get("a").floats()).containsExactly(1, -2);
    assertThat((double[]) read.tensors().get("b").data()).containsExactly(1e300);
    assertThat(read.tensors().get("none").shape()).containsExactly(3, 0);
  }

  /** Every bit of a file, one after another. */
  @Test
  void everyFlippedBitIsRefusedOrMakesNoDifference() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("weight", Tensor.of(new int[] {2, 3}, new float[] {1, 2, 3, 4, 5, 6}));
    tensors.put("steps", new Tensor(new int[] {1}, new long[] {7}));
    tensors.put("none", Tensor.of(new int[] {0}, new float[0]));
    SafeTensors.write(file, tensors, Map.of("epoch", "12"));
    byte[] good = Files.readAllBytes(file);
    int refused = 0;
    for (int bit = 0; bit < 8 * good.length; bit++) {
      byte[] damaged = good.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(file, damaged);
      try {
        SafeTensors.Contents read = SafeTensors.read(file);
        assertThat(read.metadata()).as("bit %d", bit).isEqualTo(Map.of("epoch", "12"));
        assertThat(read.tensors().keySet()).as("bit %d", bit).isEqualTo(tensors.keySet());
        assertThat(read.tensors().get("weight").floats()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat((long[]) read.tensors().get("steps").data()).containsExactly(7);
      } catch (FormatException e) {
        assertThat(e).hasMessageStartingWith(file.toString());
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(8 * good.length * 95 / 100);
    Files.write(file, good);
    byte[] last = good.clone();
    last[last.length - 1] ^= 1;
    Files.write(file, last);
    assertRefused("tensor steps", "checksum");
  }

  @Test
  void checksumsAreAllThereOrNone() throws IOException {
    String a = entry("a", "F32", "[1]", 0, 4);
    write("{" + a + "}", new byte[4]);
    assertThat(SafeTensors.read(file).tensors()).containsOnlyKeys("a");
    write("{\"__metadata__\":{\"crc32c:a\":\"48674bc7\"}," + a + "}", new byte[4]);
    assertRefused("the metadata does not fit its checksum");
    String ofNothing = "\"crc32c:__metadata__\":\"00000000\"";
    write("{\"__metadata__\":{" + ofNothing + "}," + a + "}", new byte[4]);
    assertRefused("tensor a has no checksum");
    write(
        "{\"__metadata__\":{"
            + ofNothing
            + ",\"crc32c:a\":\"48674bc7\",\"crc32c:b\":\"0\"},"
            + a
            + "}",
        new byte[4]);
    assertRefused("2 checksums for 1 tensors");
    write(
        "{\"__metadata__\":{" + ofNothing + ",\"crc32c:a\":\"48674bc7\"}," + a + "}", new byte[4]);
    assertThat(SafeTensors.read(file).metadata()).isEmpty();
  }

  @Test
  void keysThatBeginAsChecksumsDoAreNotWritten() {
    Map<String, Tensor> tensors = Map.of("a", Tensor.of(new int[] {1}, new float[1]));
    assertThatThrownBy(() -> SafeTensors.write(file, tensors, Map.of("crc32c:a", "mine")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("key crc32c:a begins", "another name");
    Map<String, Tensor> named = Map.of("__metadata__", tensors.get("a"));
    assertThatThrownBy(() -> SafeTensors.write(file, named, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot be named __metadata__");
    assertThat(file).doesNotExist();
  }

  /** Another program may keep sums of its own under such keys. */
  @ParameterizedTest
  @ValueSource(strings = {"\"crc32c:a\":\"yZRlqg==\"", "\"crc32c:all\":\"48674bc7\""})
  void keysOfOtherProgramsAreMetadata(String entry) throws IOException {
    write(
        "{\"__metadata__\":{\"format\":\"pt\","
            + entry
            + "},"
            + entry("a", "F32", "[1]", 0, 4)
            + "}",
        new byte[4]);
    SafeTensors.Contents read = SafeTensors.read(file);
    assertThat(read.tensors()).containsOnlyKeys("a");
    assertThat(read.metadata()).hasSize(2).containsEntry("format", "pt");
    assertThat(read.note()).contains(file.toString(), "crc32c:a", "another program");
    SafeTensors.write(file, read.tensors(), Map.of());
    assertThat(SafeTensors.read(file).note()).isNull();
  }

  /** A hundred bytes must not let a reader count to two thousand millions. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "[2000000000,0]",
        "[0,2000000000]",
        "[65536,0,2]",
        "[2147483647,0,2147483647,2147483647]",
        "[2147483647,2147483647,2147483647,0]"
      })
  void longAxesWithoutNumbersAreRefused(String shape) throws IOException {
    write("{" + entry("x", "F32", shape, 0, 0) + "}");
    long before = allocated();
    assertRefused("tensor x");
    assertThat(allocated() - before).isLessThan(8 * MIB);
  }

  @Test
  void tensorsWithoutNumbersAreReadWhereverTheyStand() throws IOException {
    write(
        "{"
            + entry("a", "F32", "[1]", 0, 4)
            + ","
            + entry("start", "F32", "[0]", 0, 0)
            + ","
            + entry("end", "I64", "[7,0]", 4, 4)
            + "}",
        new byte[4]);
    assertThat(SafeTensors.read(file).tensors().keySet()).containsExactly("a", "start", "end");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "F32 | [2]            | 4 | 12 | starts at byte 4",
        "F32 | [2]            | 0 |  4 | needs 8 bytes",
        "F32 | [1]            | 0 |  8 | needs 4 bytes",
        "F32 | [2,-1]         | 0 |  8 | negative axis",
        "F32 | [2]            | 8 |  0 | from 8 to 0",
        "F32 | [2]            | -8 | 0 | from -8 to 0",
        "F32 | [1.5]          | 0 |  8 | malformed",
        "F32 | 2              | 0 |  8 | malformed",
        "F32 | [4294967298]   | 0 |  8 | malformed",
        "F32 | [2147483647,2147483647,2147483647,2147483647] | 0 | 8 | malformed",
        "F32 | [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,2] | 0 | 8 | 17 axes",
        "F8  | [8]            | 0 |  8 | holds F8 numbers",
        "F32 | [1]            | 0 |  4 | the file holds 8"
      })
  void whatDoesNotFitIsNamed(String type, String shape, long begin, long end, String words)
      throws IOException {
    write("{" + entry("x", type, shape, begin, end) + "}", new byte[8]);
    assertRefused(words);
  }

  @Test
  void gapsAndOverlapsAreNamed() throws IOException {
    String a = entry("a", "F32", "[2]", 0, 8);
    write("{" + a + "," + entry("b", "F32", "[1]", 12, 16) + "}", new byte[16]);
    assertRefused("tensor b starts at byte 12, expected 8");
    write("{" + a + "," + entry("b", "F32", "[1]", 4, 8) + "}", new byte[8]);
    assertRefused("tensor b starts at byte 4, expected 8");
    write("{" + a + "," + entry("b", "F32", "[2]", 0, 8) + "}", new byte[8]);
    assertRefused("starts at byte 0, expected 8");
    write("{" + a + "," + a + "}", new byte[8]);
    assertRefused("duplicate key \"a\"");
  }

  /** A zip behind the tensors, or before them, or in the header. */
  @Test
  void filesThatAreTwoThingsAreRefused() throws IOException {
    byte[] zip = {'P', 'K', 5, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    byte[] behind = Arrays.copyOf(new byte[4], 4 + zip.length);
    System.arraycopy(zip, 0, behind, 4, zip.length);
    write("{" + entry("a", "F32", "[1]", 0, 4) + "}", behind);
    assertRefused("the tensors need 4 bytes, the file holds 26");
    byte[] whole = Files.readAllBytes(file);
    byte[] before = Arrays.copyOf(zip, zip.length + whole.length);
    System.arraycopy(whole, 0, before, zip.length, whole.length);
    Files.write(file, before);
    assertRefused("the header claims");
    String header = "{\"__metadata__\":{\"z\":\"" + new String(zip, StandardCharsets.ISO_8859_1);
    write(header + "\"}}");
    assertRefused("control character");
    write(" {}");
    assertRefused("does not begin with '{'");
    write(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'});
    assertRefused("no text in UTF-8");
  }

  @Test
  void threeHundredThousandTensorsAreReadWithinBoundsOrRefused() throws IOException {
    String names =
        IntStream.range(0, 100_000)
            .mapToObj(i -> entry("t" + i, "F32", "[0]", 0, 0))
            .collect(Collectors.joining(","));
    write("{" + names + "}");
    assertThat(SafeTensors.read(file).tensors()).hasSize(100_000);
    String more =
        IntStream.range(100_000, 300_000)
            .mapToObj(i -> entry("t" + i, "F32", "[0]", 0, 0))
            .collect(Collectors.joining(","));
    write("{" + names + "," + more + "}");
    long before = allocated();
    assertRefused("the header has", "at most 16777216 are read");
    assertThat(allocated() - before).isLessThan(8 * MIB);
  }

  /** What is parsed may take some times the memory of the text, but not a hundred times. */
  @ParameterizedTest
  @ValueSource(strings = {"[", "{},", "[],", "0,", "\"\","})
  void hugeHeadersTakeBoundedMemory(String piece) throws IOException {
    String many = piece.repeat((int) (16 * MIB / piece.length()) - 16);
    write("{\"x\":[" + many + "0]}");
    long before = allocated();
    assertRefused("header line 1");
    assertThat(allocated() - before).isLessThan(384 * MIB);
  }

  @Test
  void namesInMessagesAreShortAndPrintable() throws IOException {
    write("{" + entry("long".repeat(100_000), "F32", "[7]", 0, 4) + "}", new byte[4]);
    assertRefused("tensor longlong", "…", "needs 28 bytes");
    write("{" + entry("\\u001b[2Jx", "F32", "[7]", 0, 4) + "}", new byte[4]);
    assertRefused("tensor ?[2Jx");
    write("{\"x\":\"" + "long".repeat(100_000) + "\"}");
    assertRefused("tensor x: malformed header entry the string");
  }
}
