package io.carillon.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.error.FormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files made to harm: code in pickles, sizes that lie. */
class HostileFilesTest {
  @TempDir private Path folder;

  private Path write(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("x.pt"), bytes);
  }

  private Path archive(String operations) throws IOException {
    return write(TorchFixtures.archive(Map.of("x/data.pkl", TorchFixtures.pickle(operations))));
  }

  /** Operations of a call: class, one text as arguments, REDUCE. */
  private static String call(String module, String name, String text) {
    String length = new String(new char[] {(char) text.length(), 0, 0, 0});
    return "c" + module + "\n" + name + "\n(X" + length + text + "tR";
  }

  @ParameterizedTest
  @CsvSource({
    "posix, system",
    "os, system",
    "nt, system",
    "builtins, eval",
    "builtins, exec",
    "__builtin__, getattr",
    "subprocess, Popen",
    "torch, load",
    "torch.storage, _load_from_bytes",
    "operator, attrgetter",
    "copyreg, _reconstructor",
    "java.lang, Runtime",
    "decimal, Decimal",
    "array, array",
    "collections, OrderedDict.__init__"
  })
  void codeIsNotRunAndItsNameIsTold(String module, String name) throws IOException {
    Path trace = folder.resolve("trace");
    Path zip = archive(call(module, name, "touch " + trace));
    assertThatThrownBy(() -> OfficialImport.read(zip, Map.of()))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(module + "." + name);
    // In the old format the first pickle of the file is enough.
    Path legacy = write(TorchFixtures.pickle(call(module, name, "touch " + trace)));
    assertThatThrownBy(() -> OfficialImport.read(legacy, Map.of()))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(module + "." + name);
    assertThat(trace).doesNotExist();
  }

  @Test
  void otherWaysToNameAClassAreRefused() throws IOException {
    // INST, OBJ, NEWOBJ, EXT1, and STACK_GLOBAL with another class.
    for (String operations :
        new String[] {
          "(iposix\nsystem\n",
          "(cposix\nsystem\no",
          "cposix\nsystem\n)\u0081",
          "\u0082\u0001",
          "\u008c\u0005posix\u008c\u0006system\u0093"
        }) {
      Path file = archive(operations);
      assertThatThrownBy(() -> OfficialImport.read(file, Map.of()))
          .as(operations)
          .isInstanceOf(FormatException.class);
    }
  }

  @Test
  void aStorageClassCannotBeCalled() throws IOException {
    Path file = archive(call("torch", "FloatStorage", "1"));
    assertThatThrownBy(() -> OfficialImport.read(file, Map.of()))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("storage by hand");
  }

  @Test
  void aTextThatClaimsTwoGigabytes() throws IOException {
    Path file = archive("X\u00ff\u00ff\u00ff\u007f");
    assertThatThrownBy(() -> OfficialImport.read(file, Map.of()))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("2147483647");
  }

  @Test
  void listsThatWouldTakeForEverToHash() throws IOException {
    // Each list holds the one before twice; as a key of a map it would be hashed 2^40 times.
    StringBuilder operations = new StringBuilder("}](K\u0001e");
    for (int i = 0; i < 40; i++) {
      operations.append("q\u0000](h\u0000h\u0000e");
    }
    Path file = archive(operations + "K\u0001s");
    assertThatThrownBy(() -> OfficialImport.read(file, Map.of()))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("keys");
  }

  @Test
  void moreOperationsThanAnyStateDict() throws IOException {
    Path file = archive("]".repeat(2_000_100));
    assertThatThrownBy(() -> OfficialImport.read(file, Map.of()))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("2000000 operations");
  }

  /** A file with one tensor "x" of four floats, described by this text of size and stride. */
  private Path tensor(String offset, String size, String stride) throws IOException {
    String x = "X\u0001\u0000\u0000\u0000x";
    String storage =
        "(X\u0007\u0000\u0000\u0000storagectorch\nFloatStorage\nX\u0001\u0000\u0000\u00000"
            + "X\u0003\u0000\u0000\u0000cpuK\u0004tQ";
    String operations =
        "}"
            + x
            + "ctorch._utils\n_rebuild_tensor_v2\n("
            + storage
            + offset
            + size
            + stride
            + "\u0089}tRs";
    Map<String, byte[]> members = new LinkedHashMap<>();
    members.put("x/data.pkl", TorchFixtures.pickle(operations));
    members.put("x/data/0", new byte[16]);
    return write(TorchFixtures.archive(members));
  }

  @Test
  void tensorsThatReachOutOfTheirStorage() throws IOException {
    assertThat(
            CheckpointReader.read(tensor("K\u0000", "K\u0002K\u0002\u0086", "K\u0002K\u0001\u0086"))
                .names())
        .containsExactly("x");
    String minusOne = "J\u00ff\u00ff\u00ff\u00ff";
    String huge = "J\u00ff\u00ff\u00ff\u007f";
    String[][] wrong = {
      {"K\u0001", "K\u0002K\u0002\u0086", "K\u0002K\u0001\u0086"},
      {minusOne, "K\u0004\u0085", "K\u0001\u0085"},
      {"K\u0000", "K\u0005\u0085", "K\u0001\u0085"},
      {"K\u0000", "K\u0002\u0085", huge + "\u0085"},
      {"K\u0000", minusOne + "\u0085", "K\u0001\u0085"},
      {"K\u0003", "K\u0002\u0085", minusOne + "\u0085"},
      {"K\u0000", huge + huge + huge + "\u0087", "K\u0000K\u0000K\u0000\u0087"},
      {"K\u0000", huge + "\u0085", "K\u0000\u0085"},
      {"K\u0000", "K\u0004\u0085", "K\u0001K\u0001\u0086"},
    };
    for (String[] w : wrong) {
      Path file = tensor(w[0], w[1], w[2]);
      assertThatThrownBy(() -> CheckpointReader.read(file))
          .as(Arrays.toString(w))
          .isInstanceOf(FormatException.class);
    }
  }

  @Test
  void aBroadcastTensorThatWouldFillTheMemory() throws IOException {
    // 2^24 elements that are all the first of four.
    Path file = tensor("K\u0000", "J\u0000\u0000\u0000\u0001\u0085", "K\u0000\u0085");
    assertThatThrownBy(() -> CheckpointReader.read(file))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("far more than the file has");
  }

  @Test
  void otherKindsOfFiles() throws IOException {
    for (byte[] bytes :
        new byte[][] {
          {},
          {'P', 'K'},
          "a text that is no checkpoint".getBytes(StandardCharsets.US_ASCII),
          TorchFixtures.archive(Map.of("word/document.xml", new byte[] {1})),
          TorchFixtures.pickle("}"),
          "\0\0\0\0\0\0\0\u0010{".getBytes(StandardCharsets.ISO_8859_1)
        }) {
      Path file = write(bytes);
      assertThatThrownBy(() -> OfficialImport.read(file, Map.of()))
          .isInstanceOf(FormatException.class)
          .hasMessageStartingWith(file.toString());
    }
  }
}
