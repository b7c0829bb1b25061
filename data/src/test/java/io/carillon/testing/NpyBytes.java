package io.carillon.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Makes files of numpy for tests, independently of the reader. */
public final class NpyBytes {
  private NpyBytes() {}

  /**
   * An array of version 1, little-endian.
   *
   * @param descr type as numpy writes it
   * @param shape with a comma at the end of a single axis, as numpy writes it
   * @param data bytes of the elements
   */
  public static byte[] array(String descr, boolean byColumns, String shape, byte[] data) {
    String header =
        "{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }"
            .formatted(descr, byColumns ? "True" : "False", shape);
    String padded = header + " ".repeat(63 - (10 + header.length()) % 64) + "\n";
    ByteBuffer out =
        ByteBuffer.allocate(10 + padded.length() + data.length).order(ByteOrder.LITTLE_ENDIAN);
    out.put((byte) 0x93)
        .put("NUMPY".getBytes(StandardCharsets.US_ASCII))
        .put((byte) 1)
        .put((byte) 0);
    out.putShort((short) padded.length()).put(padded.getBytes(StandardCharsets.US_ASCII)).put(data);
    return out.array();
  }

  /** Numbers of 32 bits, {@code <f4}. */
  public static byte[] floats(String shape, float... values) {
    ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      data.putFloat(value);
    }
    return array("<f4", false, shape, data.array());
  }

  /** Whole numbers of 64 bits, {@code <i8}. */
  public static byte[] longs(String shape, long... values) {
    ByteBuffer data = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      data.putLong(value);
    }
    return array("<i8", false, shape, data.array());
  }

  /** An archive of arrays by name. */
  public static byte[] archive(Map<String, byte[]> arrays) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> array : arrays.entrySet()) {
        out.putNextEntry(new ZipEntry(array.getKey() + ".npy"));
        out.write(array.getValue());
        out.closeEntry();
      }
    }
    return bytes.toByteArray();
  }
}
