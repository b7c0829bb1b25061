package io.carillon.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The safetensors format: an 8-byte little-endian header length, a JSON header, then the raw
 * numbers. Tensors F32, F64 and I64 are read and written, F16 and BF16 are read.
 *
 * <p>Reading checks sizes before anything is allocated: the header against the file, every offset
 * against the data, every shape against its byte count, and that tensors neither overlap nor leave
 * gaps.
 */
public final class SafeTensors {
  private static final long LONGEST_HEADER = 100L << 20;

  private SafeTensors() {}

  /**
   * One tensor.
   *
   * @param shape row-major axes
   * @param data {@code float[]} (F32; F16 and BF16 are widened when they are read), {@code
   *     double[]} (F64) or {@code long[]} (I64)
   */
  public record Tensor(int[] shape, Object data) {
    /** F32 data. */
    public static Tensor of(int[] shape, float[] data) {
      return new Tensor(shape, data);
    }

    /** Number type as the format names it; that of numbers of 16 bits is F32, what they became. */
    public String type() {
      if (data instanceof float[]) {
        return "F32";
      }
      return data instanceof double[] ? "F64" : "I64";
    }

    /**
     * The numbers as float.
     *
     * @throws FormatException if they are not F32
     */
    public float[] floats() {
      if (data instanceof float[] f) {
        return f;
      }
      throw new FormatException("expected F32 numbers, found " + type());
    }
  }

  /** Tensors by name in file order, and the free-text metadata. */
  public record Contents(Map<String, Tensor> tensors, Map<String, String> metadata) {}

  /**
   * Reads a whole file.
   *
   * @throws FormatException naming the file and what is wrong with it
   * @throws IOException if the file cannot be read
   */
  public static Contents read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return read(file, channel);
    }
  }

  private static Contents read(Path file, FileChannel channel) throws IOException {
    long size = channel.size();
    if (size < 8) {
      throw new FormatException(
          file
              + ": "
              + size
              + " bytes are too few for a safetensors file; it is cut off or not one");
    }
    long headerLength = little(channel, 0, 8).getLong();
    if (headerLength < 2 || headerLength > LONGEST_HEADER || headerLength > size - 8) {
      throw new FormatException(
          file
              + ": the header claims "
              + headerLength
              + " bytes, the file has "
              + size
              + "; it is cut off or not a safetensors file");
    }
    byte[] header = new byte[(int) headerLength];
    little(channel, 8, header.length).get(header);
    Map<String, Object> entries;
    try {
      entries = Json.parseObject(new String(header, StandardCharsets.UTF_8));
    } catch (FormatException e) {
      throw new FormatException(file + ": header " + e.getMessage(), e);
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    List<Entry> list = new ArrayList<>();
    for (Map.Entry<String, Object> e : entries.entrySet()) {
      if (e.getKey().equals("__metadata__")) {
        readMetadata(file, e.getValue(), metadata);
      } else {
        list.add(Entry.of(file, e.getKey(), e.getValue()));
      }
    }
    long dataStart = 8 + headerLength;
    checkLayout(file, list, size - dataStart);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Entry entry : list) {
      ByteBuffer bytes = little(channel, dataStart + entry.begin, (int) (entry.end - entry.begin));
      tensors.put(entry.name, new Tensor(entry.shape, numbers(entry.type, bytes)));
    }
    return new Contents(tensors, metadata);
  }

  private static void readMetadata(Path file, Object value, Map<String, String> metadata) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new FormatException(file + ": __metadata__ must be an object of strings");
    }
    map.forEach((k, v) -> metadata.put(String.valueOf(k), String.valueOf(v)));
  }

  private static ByteBuffer little(FileChannel channel, long position, int length)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new IOException("the file became shorter while it was read");
      }
    }
    return buffer.flip();
  }

  private static void checkLayout(Path file, List<Entry> entries, long dataSize) {
    List<Entry> sorted = new ArrayList<>(entries);
    sorted.sort((a, b) -> Long.compare(a.begin, b.begin));
    long expected = 0;
    for (Entry e : sorted) {
      if (e.begin != expected) {
        throw new FormatException(
            file
                + ": tensor "
                + e.name
                + " starts at byte "
                + e.begin
                + ", expected "
                + expected
                + " (overlap or gap)");
      }
      expected = e.end;
    }
    if (expected != dataSize) {
      throw new FormatException(
          file
              + ": the tensors need "
              + expected
              + " bytes, the file holds "
              + dataSize
              + "; it is cut off or has been changed");
    }
  }

  private static Object numbers(String type, ByteBuffer bytes) {
    switch (type) {
      case "F32":
        float[] f = new float[bytes.remaining() / 4];
        bytes.asFloatBuffer().get(f);
        return f;
      case "F64":
        double[] d = new double[bytes.remaining() / 8];
        bytes.asDoubleBuffer().get(d);
        return d;
      case "F16":
        float[] h = new float[bytes.remaining() / 2];
        for (int i = 0; i < h.length; i++) {
          h[i] = HalfPrecision.ofFloat16(bytes.getShort(2 * i));
        }
        return h;
      case "BF16":
        float[] b = new float[bytes.remaining() / 2];
        for (int i = 0; i < b.length; i++) {
          b[i] = HalfPrecision.ofBfloat16(bytes.getShort(2 * i));
        }
        return b;
      default:
        long[] l = new long[bytes.remaining() / 8];
        bytes.asLongBuffer().get(l);
        return l;
    }
  }

  /**
   * Writes a file: to a temporary neighbour first, which then replaces {@code file}.
   *
   * @throws IOException if it cannot be written; {@code file} is then as before
   */
  public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    AtomicFile.write(file, writer(tensors, metadata));
  }

  /** What writes the content of such a file. */
  public static AtomicFile.Writer writer(
      Map<String, Tensor> tensors, Map<String, String> metadata) {
    Map<String, Object> header = new LinkedHashMap<>();
    if (!metadata.isEmpty()) {
      header.put("__metadata__", metadata);
    }
    long offset = 0;
    for (Map.Entry<String, Tensor> e : tensors.entrySet()) {
      Tensor t = e.getValue();
      long length = bytes(t);
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("dtype", t.type());
      entry.put("shape", Arrays.stream(t.shape()).boxed().toList());
      entry.put("data_offsets", List.of(offset, offset + length));
      header.put(e.getKey(), entry);
      offset += length;
    }
    byte[] json = padded(Json.writeLine(header));
    return channel -> {
      ByteBuffer start = ByteBuffer.allocate(8 + json.length).order(ByteOrder.LITTLE_ENDIAN);
      writeAll(channel, start.putLong(json.length).put(json).flip());
      for (Tensor t : tensors.values()) {
        writeAll(channel, encode(t));
      }
    };
  }

  private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static byte[] padded(String json) {
    byte[] raw = json.getBytes(StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(raw, (raw.length + 7) / 8 * 8);
    Arrays.fill(padded, raw.length, padded.length, (byte) ' ');
    return padded;
  }

  private static long bytes(Tensor t) {
    return t.data() instanceof float[] f
        ? 4L * f.length
        : t.data() instanceof double[] d ? 8L * d.length : 8L * ((long[]) t.data()).length;
  }

  private static ByteBuffer encode(Tensor t) {
    ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(bytes(t))).order(ByteOrder.LITTLE_ENDIAN);
    if (t.data() instanceof float[] f) {
      out.asFloatBuffer().put(f);
    } else if (t.data() instanceof double[] d) {
      out.asDoubleBuffer().put(d);
    } else {
      out.asLongBuffer().put((long[]) t.data());
    }
    return out;
  }

  /** One line of the header. */
  private record Entry(String name, String type, int[] shape, long begin, long end) {
    static Entry of(Path file, String name, Object value) {
      String where = file + ": tensor " + name;
      try {
        Map<?, ?> map = (Map<?, ?>) value;
        String type = (String) map.get("dtype");
        int width = width(where, type);
        List<?> axes = (List<?>) map.get("shape");
        int[] shape = new int[axes.size()];
        long count = 1;
        for (int i = 0; i < shape.length; i++) {
          shape[i] = Math.toIntExact((Long) axes.get(i));
          if (shape[i] < 0) {
            throw new FormatException(where + " has a negative axis in its shape " + axes);
          }
          count = Math.multiplyExact(count, shape[i]);
        }
        List<?> offsets = (List<?>) map.get("data_offsets");
        long begin = (Long) offsets.get(0);
        long end = (Long) offsets.get(1);
        long length = Math.multiplyExact(count, width);
        if (begin < 0 || end - begin != length || length > Integer.MAX_VALUE - 16) {
          throw new FormatException(
              where
                  + " of shape "
                  + axes
                  + " needs "
                  + length
                  + " bytes, its offsets give "
                  + (end - begin));
        }
        return new Entry(name, type, shape, begin, end);
      } catch (ClassCastException
          | NullPointerException
          | ArithmeticException
          | IndexOutOfBoundsException e) {
        throw new FormatException(where + ": malformed header entry " + Json.kind(value), e);
      }
    }

    private static int width(String where, String type) {
      return switch (type) {
        case "F32" -> 4;
        case "F16", "BF16" -> 2;
        case "F64", "I64" -> 8;
        default ->
            throw new FormatException(
                where + " holds " + type + " numbers; supported are F16, BF16, F32, F64 and I64");
      };
    }
  }
}
