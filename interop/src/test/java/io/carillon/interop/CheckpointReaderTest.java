package io.carillon.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.error.FormatException;
import io.carillon.io.SafeTensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files written by PyTorch: number types, views of storages, wrappers. */
class CheckpointReaderTest {

  private static Map<String, SafeTensors.Tensor> read(String name) throws IOException {
    return CheckpointReader.read(TorchFixtures.file(name)).tensors();
  }

  @ParameterizedTest
  @ValueSource(strings = {"types.pt", "types_legacy.pt", "types_protocol4.pt"})
  void everyNumberType(String file) throws IOException {
    Map<String, SafeTensors.Tensor> t = read(file);
    assertThat(t.get("float").floats()).containsExactly(-2f, 0.5f, 1f, 3f);
    assertThat((double[]) t.get("double").data()).containsExactly(-2, 0.5, 1, 3);
    // 6e-8 is between the two smallest halves; 2^-24 is nearest. 65504 is the largest half.
    assertThat(t.get("half").floats()).containsExactly(-2f, 0.5f, 1f, 3f, 0x1p-24f, 65504f);
    assertThat(t.get("bfloat16").floats()).containsExactly(-2f, 0.5f, 1f, 3f);
    assertThat((long[]) t.get("int64").data()).containsExactly(-5, 1L << 40);
    assertThat((long[]) t.get("int32").data()).containsExactly(-5, 7);
    assertThat((long[]) t.get("int16").data()).containsExactly(-5, 7);
    assertThat((long[]) t.get("int8").data()).containsExactly(-5, 7);
    assertThat((long[]) t.get("uint8").data()).containsExactly(5, 200);
    assertThat((long[]) t.get("bool").data()).containsExactly(1, 0);
    assertThat(t.get("complex64").floats()).containsExactly(1, 2, 3, -4);
    assertThat(t.get("complex64").shape()).containsExactly(2, 2);
    assertThat((double[]) t.get("complex128").data()).containsExactly(1, 2, 3, -4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"types.pt", "types_legacy.pt", "types_protocol4.pt"})
  void stridesOffsetsAndSharedStorages(String file) throws IOException {
    Map<String, SafeTensors.Tensor> t = read(file);
    assertThat(t.get("transposed").shape()).containsExactly(3, 2);
    assertThat(t.get("transposed").floats()).containsExactly(0, 3, 1, 4, 2, 5);
    assertThat(t.get("offset").floats()).containsExactly(3, 4, 5, 6);
    assertThat(t.get("every_second").floats()).containsExactly(0, 2, 4, 6, 8);
    assertThat(t.get("expanded").floats()).containsExactly(7, 7, 7);
    assertThat(t.get("scalar").shape()).isEmpty();
    assertThat(t.get("scalar").floats()).containsExactly(2.5f);
    assertThat(t.get("empty").shape()).containsExactly(0, 3);
    assertThat(t.get("parameter").floats()).containsExactly(1.5f, 2.5f);
  }

  @Test
  void wrappersAreRemoved() throws IOException {
    Map<String, SafeTensors.Tensor> plain = read("tiny.pt");
    for (String file :
        new String[] {"tiny_legacy.pt", "tiny_lightning.ckpt", "tiny_parallel.pth"}) {
      Map<String, SafeTensors.Tensor> found = read(file);
      assertThat(found.keySet()).as(file).isEqualTo(plain.keySet());
      for (String name : plain.keySet()) {
        assertThat(found.get(name).shape()).as(name).isEqualTo(plain.get(name).shape());
        assertThat(found.get(name).floats()).as(name).isEqualTo(plain.get(name).floats());
      }
    }
  }

  @Test
  void wholeObjectsAreRefusedByName() {
    assertThatThrownBy(() -> read("whole_object.pt"))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("whole_object.pt")
        .hasMessageContaining("torch.nn.modules.linear.Linear")
        .hasMessageContaining("state_dict");
  }

  @Test
  void lazyConjugatesAreRefused() {
    assertThatThrownBy(() -> read("conjugate.pt"))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("resolve_conj");
  }

  @Test
  void aHeaderLengthThatBeginsLikeAPickleIsNoPickle(@TempDir Path folder) throws IOException {
    String json = "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}";
    int length = 0x180;
    ByteBuffer bytes = ByteBuffer.allocate(8 + length + 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(length);
    bytes.put((json + " ".repeat(length - json.length())).getBytes(StandardCharsets.UTF_8));
    bytes.putFloat(1.5f);
    Path file = Files.write(folder.resolve("padded.safetensors"), bytes.array());
    assertThat(CheckpointReader.read(file).tensors().get("a").floats()).containsExactly(1.5f);
  }
}
