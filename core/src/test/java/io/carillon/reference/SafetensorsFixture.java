package io.carillon.reference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads the tensors of a reference case: 8 bytes little-endian header length, JSON header, raw
 * little-endian numbers. Kept apart from the library's own reader so that the two can disagree.
 */
public final class SafetensorsFixture {
  private SafetensorsFixture() {}

  /** All tensors of a file by name, in file order. */
  public static Map<String, Tensor> read(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int headerLength = Math.toIntExact(bytes.getLong());
    byte[] header = new byte[headerLength];
    bytes.get(header);
    ByteBuffer data = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : new ObjectMapper().readTree(header).properties()) {
      if (!entry.getKey().equals("__metadata__")) {
        tensors.put(entry.getKey(), tensor(file, entry.getKey(), entry.getValue(), data));
      }
    }
    return tensors;
  }

  private static Tensor tensor(Path file, String name, JsonNode node, ByteBuffer data) {
    String dtype = node.get("dtype").asText();
    int[] shape = new int[node.get("shape").size()];
    int size = 1;
    for (int i = 0; i < shape.length; i++) {
      shape[i] = node.get("shape").get(i).asInt();
      size *= shape[i];
    }
    int begin = node.get("data_offsets").get(0).asInt();
    int end = node.get("data_offsets").get(1).asInt();
    int width = dtype.equals("F32") ? 4 : 8;
    if (end - begin != width * size) {
      throw new IllegalArgumentException(
          file + ": tensor " + name + " has " + (end - begin) + " bytes for " + size + " " + dtype);
    }
    double[] values = new double[size];
    for (int i = 0; i < size; i++) {
      int at = begin + width * i;
      values[i] =
          switch (dtype) {
            case "F32" -> data.getFloat(at);
            case "F64" -> data.getDouble(at);
            case "I64" -> data.getLong(at);
            default ->
                throw new IllegalArgumentException(
                    file + ": tensor " + name + " has the unknown type " + dtype);
          };
    }
    return new Tensor(dtype, shape, values);
  }
}
