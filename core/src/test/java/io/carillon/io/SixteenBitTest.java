package io.carillon.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.error.FormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Numbers of 16 bits become the same numbers of 32 bits. */
class SixteenBitTest {
  @TempDir Path folder;

  @Test
  void halvesOfEveryKind() {
    assertThat(HalfPrecision.ofFloat16((short) 0x0000)).isEqualTo(0f);
    assertThat(HalfPrecision.ofFloat16((short) 0x8000)).isEqualTo(-0f);
    assertThat(HalfPrecision.ofFloat16((short) 0x0001)).isEqualTo(0x1p-24f);
    assertThat(HalfPrecision.ofFloat16((short) 0x03ff)).isEqualTo(1023 * 0x1p-24f);
    assertThat(HalfPrecision.ofFloat16((short) 0x0400)).isEqualTo(0x1p-14f);
    assertThat(HalfPrecision.ofFloat16((short) 0x3c01)).isEqualTo(1 + 0x1p-10f);
    assertThat(HalfPrecision.ofFloat16((short) 0x7bff)).isEqualTo(65504f);
    assertThat(HalfPrecision.ofFloat16((short) 0xfc00)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(HalfPrecision.ofFloat16((short) 0x7e00)).isNaN();
    assertThat(HalfPrecision.ofBfloat16((short) 0x3f80)).isEqualTo(1f);
    assertThat(HalfPrecision.ofBfloat16((short) 0xc049)).isEqualTo(-3.140625f);
    assertThat(HalfPrecision.ofBfloat16((short) 0x0001)).isEqualTo(0x1p-133f);
    assertThat(HalfPrecision.ofBfloat16((short) 0xff80)).isEqualTo(Float.NEGATIVE_INFINITY);
  }

  private Path file(String header, int... shorts) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + json.length + 2 * shorts.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(json.length).put(json);
    for (int s : shorts) {
      bytes.putShort((short) s);
    }
    return Files.write(folder.resolve("x.safetensors"), bytes.array());
  }

  @Test
  void safetensorsAreWidened() throws IOException {
    Path file =
        file(
            "{\"h\":{\"dtype\":\"F16\",\"shape\":[2,1],\"data_offsets\":[0,4]},"
                + "\"b\":{\"dtype\":\"BF16\",\"shape\":[3],\"data_offsets\":[4,10]}}",
            0x3c00,
            0xb555,
            0x3f80,
            0xc049,
            0x4000);
    var tensors = SafeTensors.read(file).tensors();
    assertThat(tensors.get("h").shape()).containsExactly(2, 1);
    assertThat(tensors.get("h").floats()).containsExactly(1f, -(1 + 0x155 * 0x1p-10f) / 4);
    assertThat(tensors.get("b").floats()).containsExactly(1f, -3.140625f, 2f);
  }

  @Test
  void theirSizeIsChecked() throws IOException {
    Path file =
        file("{\"h\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,8]}}", 1, 2, 3, 4);
    assertThatThrownBy(() -> SafeTensors.read(file))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("needs 4 bytes, its offsets give 8");
  }
}
