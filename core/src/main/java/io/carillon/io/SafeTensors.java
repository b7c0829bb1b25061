package io.carillon.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * The safetensors format: an 8-byte little-endian header length, a JSON header, then the raw
 * numbers. Tensors F32, F64 and I64 are read and written, F16 and BF16 are read.
 *
 * <p>Reading checks sizes before anything is allocated: the header against the file, every offset
 * against the data, every shape against its byte count, and that tensors neither overlap nor leave
 * gaps. What is written carries the CRC-32C of every tensor and of the metadata, under {@value
 * #CHECKSUM} and the tensor's name; a file that has such sums must fit all of them. Entries of
 * other writers that only begin like this are metadata as any other.
 */
public final class SafeTensors {
  /** Beyond any file of ours by far; what is parsed takes some times as much memory. */
  private static final long LONGEST_HEADER = 16L << 20;

  /** Of the header, keys included; a tensor takes a dozen. */
  private static final int MOST_VALUES = 2_000_000;

  private static final int MOST_AXES = 16;

  /** Product of the other axes of a tensor without numbers: nobody should count up to more. */
  private static final long LARGEST_EMPTY = 1L << 16;

  /** What every Java virtual machine can give. */
  private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 16;

  private static final String METADATA = "__metadata__";
  private static final String CHECKSUM = "crc32c:";
  private static final Pattern CHECKSUM_FORM = Pattern.compile("[0-9a-f]{8}");

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

  /**
   * What is in a file.
   *
   * @param tensors by name in file order
   * @param metadata free text by key
   * @param note what a user of the file should be told, or null
   * @param checked whether the file has checksums, all of which fit
   */
  public record Contents(
      Map<String, Tensor> tensors, Map<String, String> metadata, String note, boolean checked) {}

  /**
   * Reads a whole file.
   *
   * @throws FormatException naming the file and what is wrong with it
   * @throws IOException if the file cannot be read
   */
  public static Contents read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return read(
          file.toString(), channel.size(), (position, length) -> little(channel, position, length));
    }
  }

  /**
   * Reads a file that is in memory.
   *
   * @param name of it, for messages
   * @param from where it begins
   * @param size of it in bytes
   * @throws FormatException naming it and what is wrong with it
   */
  public static Contents read(String name, byte[] bytes, int from, int size) {
    ByteBuffer file = ByteBuffer.wrap(bytes, from, size).slice();
    try {
      return read(
          name,
          size,
          (position, length) -> file.slice((int) position, length).order(ByteOrder.LITTLE_ENDIAN));
    } catch (IOException e) {
      throw new IllegalStateException("memory can be read", e);
    }
  }

  /** Where the bytes of a file are. */
  private interface Source {
    /** So many bytes of it from a position on; both are within the file. */
    ByteBuffer little(long position, int length) throws IOException;
  }

  private static Contents read(String file, long size, Source source) throws IOException {
    if (size < 8) {
      throw new FormatException(
          file
              + ": "
              + size
              + " bytes are too few for a safetensors file; it is cut off or not one");
    }
    long headerLength = source.little(0, 8).getLong();
    if (headerLength < 2 || headerLength > size - 8) {
      throw new FormatException(
          file
              + ": the header claims "
              + headerLength
              + " bytes, the file has "
              + size
              + "; it is cut off or not a safetensors file");
    }
    if (headerLength > LONGEST_HEADER) {
      throw new FormatException(
          file
              + ": the header has "
              + headerLength
              + " bytes; at most "
              + LONGEST_HEADER
              + " are read, enough for 100,000 tensors");
    }
    Map<String, Object> entries = header(file, source.little(8, (int) headerLength));
    Map<String, String> metadata = new LinkedHashMap<>();
    List<Entry> list = new ArrayList<>();
    for (Map.Entry<String, Object> e : entries.entrySet()) {
      if (e.getKey().equals(METADATA)) {
        readMetadata(file, e.getValue(), metadata);
      } else {
        list.add(Entry.of(file, e.getKey(), e.getValue()));
      }
    }
    long dataStart = 8 + headerLength;
    checkLayout(file, list, size - dataStart);
    Map<String, String> checksums = takeChecksums(list, metadata);
    requireChecksums(file, list, metadata, checksums);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Entry entry : list) {
      ByteBuffer bytes = source.little(dataStart + entry.begin, (int) (entry.end - entry.begin));
      if (!checksums.isEmpty() && !checksum(bytes).equals(checksums.get(entry.name))) {
        throw new FormatException(
            where(file, entry.name)
                + " does not fit its checksum; the file is damaged, take a copy that is not");
      }
      tensors.put(entry.name, new Tensor(entry.shape, numbers(entry.type, bytes)));
    }
    return new Contents(tensors, metadata, note(file, metadata), !checksums.isEmpty());
  }

  private static Map<String, Object> header(String file, ByteBuffer bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      if (text.charAt(0) != '{') {
        throw new FormatException("does not begin with '{'; this is no safetensors file");
      }
      return Json.parseObject(text, MOST_VALUES);
    } catch (CharacterCodingException e) {
      throw new FormatException(
          file + ": header is no text in UTF-8; it is damaged or not a safetensors file", e);
    } catch (FormatException e) {
      throw new FormatException(file + ": header " + e.getMessage(), e);
    }
  }

  private static String where(String file, String tensor) {
    return file + ": tensor " + Json.shown(tensor);
  }

  private static void readMetadata(String file, Object value, Map<String, String> metadata) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new FormatException(file + ": __metadata__ must be an object of strings");
    }
    map.forEach((key, v) -> metadata.put(String.valueOf(key), String.valueOf(v)));
  }

  /**
   * Takes the checksums out of the metadata. One entry of our form is enough to take all that begin
   * like it for checksums: in a damaged file some may have lost theirs.
   *
   * @return by the name of the tensor; empty if the file has none of ours
   */
  private static Map<String, String> takeChecksums(
      List<Entry> entries, Map<String, String> metadata) {
    boolean ours =
        metadata.containsKey(CHECKSUM + METADATA)
            || entries.stream()
                .map(entry -> metadata.get(CHECKSUM + entry.name))
                .anyMatch(sum -> sum != null && CHECKSUM_FORM.matcher(sum).matches());
    Map<String, String> checksums = new HashMap<>();
    if (ours) {
      for (String key : List.copyOf(metadata.keySet())) {
        if (key.startsWith(CHECKSUM)) {
          checksums.put(key.substring(CHECKSUM.length()), metadata.remove(key));
        }
      }
    }
    return checksums;
  }

  /** What is to be told of entries that look like checksums and are none; null without them. */
  private static String note(String file, Map<String, String> metadata) {
    return metadata.keySet().stream()
        .filter(key -> key.startsWith(CHECKSUM))
        .findFirst()
        .map(
            key ->
                file
                    + ": metadata "
                    + Json.shown(key)
                    + " is of another program; nothing was compared with it")
        .orElse(null);
  }

  /** A file that has checksums has one for every tensor and no other. */
  private static void requireChecksums(
      String file,
      List<Entry> entries,
      Map<String, String> metadata,
      Map<String, String> checksums) {
    if (checksums.isEmpty()) {
      return;
    }
    if (!checksum(metadata).equals(checksums.remove(METADATA))) {
      throw new FormatException(
          file + ": the metadata does not fit its checksum; the file is damaged");
    }
    for (Entry e : entries) {
      if (!checksums.containsKey(e.name)) {
        throw new FormatException(
            where(file, e.name) + " has no checksum, others have; the header is damaged");
      }
    }
    if (checksums.size() != entries.size()) {
      throw new FormatException(
          file
              + ": has "
              + checksums.size()
              + " checksums for "
              + entries.size()
              + " tensors; the header is damaged");
    }
  }

  /** CRC-32C as eight hexadecimal digits. */
  private static String checksum(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate());
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }

  /** Of every key and its value in order, each with a zero behind it. */
  private static String checksum(Map<String, String> metadata) {
    StringBuilder all = new StringBuilder();
    metadata.forEach((key, value) -> all.append(key).append('\0').append(value).append('\0'));
    return checksum(ByteBuffer.wrap(all.toString().getBytes(StandardCharsets.UTF_8)));
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

  private static void checkLayout(String file, List<Entry> entries, long dataSize) {
    List<Entry> sorted = new ArrayList<>(entries);
    sorted.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long expected = 0;
    for (Entry e : sorted) {
      if (e.begin != expected) {
        throw new FormatException(
            where(file, e.name)
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
   * @throws IllegalArgumentException if a key of the metadata begins as those of checksums do, or a
   *     tensor is named as the metadata are
   * @throws IOException if it cannot be written; {@code file} is then as before
   */
  public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    ByteBuffer start = start(tensors, metadata);
    AtomicFile.write(
        file,
        channel -> {
          writeAll(channel, start);
          for (Tensor t : tensors.values()) {
            writeAll(channel, encode(t));
          }
        });
  }

  /**
   * What {@link #write} writes, in memory.
   *
   * @throws IllegalArgumentException as {@link #write}, or if it is more than an array holds
   */
  public static byte[] toBytes(Map<String, Tensor> tensors, Map<String, String> metadata) {
    ByteBuffer start = start(tensors, metadata);
    long size = start.remaining();
    for (Tensor t : tensors.values()) {
      size += bytes(t);
    }
    if (size > LARGEST_ARRAY) {
      throw new IllegalArgumentException(
          "the tensors have " + size + " bytes, an array holds at most 2^31; write a file");
    }
    ByteBuffer all = ByteBuffer.allocate((int) size).put(start);
    for (Tensor t : tensors.values()) {
      all.put(encode(t));
    }
    return all.array();
  }

  /** Length and header. */
  private static ByteBuffer start(Map<String, Tensor> tensors, Map<String, String> metadata) {
    for (String key : metadata.keySet()) {
      if (key.startsWith(CHECKSUM)) {
        throw new IllegalArgumentException(
            "metadata key "
                + Json.shown(key)
                + " begins with "
                + CHECKSUM
                + ", as only checksums may; give it another name");
      }
    }
    if (tensors.containsKey(METADATA)) {
      throw new IllegalArgumentException(
          "a tensor cannot be named " + METADATA + "; give it another name");
    }
    Map<String, String> extended = new LinkedHashMap<>(metadata);
    extended.put(CHECKSUM + METADATA, checksum(metadata));
    tensors.forEach((name, t) -> extended.put(CHECKSUM + name, checksum(encode(t))));
    Map<String, Object> header = new LinkedHashMap<>();
    header.put(METADATA, extended);
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
    ByteBuffer start = ByteBuffer.allocate(8 + json.length).order(ByteOrder.LITTLE_ENDIAN);
    return start.putLong(json.length).put(json).flip();
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
    static Entry of(String file, String name, Object value) {
      String where = where(file, name);
      try {
        Map<?, ?> map = (Map<?, ?>) value;
        String type = (String) map.get("dtype");
        int width = width(where, type);
        int[] shape = shape(where, (List<?>) map.get("shape"));
        List<?> offsets = (List<?>) map.get("data_offsets");
        long begin = (Long) offsets.get(0);
        long end = (Long) offsets.get(1);
        long length = width;
        for (int axis : shape) {
          length = Math.multiplyExact(length, axis);
        }
        if (begin < 0 || end < begin || end - begin != length || offsets.size() != 2) {
          throw new FormatException(
              where
                  + " of shape "
                  + Arrays.toString(shape)
                  + " needs "
                  + length
                  + " bytes, its offsets give "
                  + (end - begin)
                  + ", from "
                  + begin
                  + " to "
                  + end);
        }
        if (length > LARGEST_ARRAY) {
          throw new FormatException(
              where
                  + " of shape "
                  + Arrays.toString(shape)
                  + " has "
                  + length
                  + " bytes; a tensor of at most 2 GiB is read, divide it");
        }
        return new Entry(name, type, shape, begin, end);
      } catch (ClassCastException
          | NullPointerException
          | ArithmeticException
          | IndexOutOfBoundsException e) {
        throw new FormatException(
            where + ": malformed header entry " + Json.shown(Json.kind(value)), e);
      }
    }

    private static int[] shape(String where, List<?> axes) {
      if (axes.size() > MOST_AXES) {
        throw new FormatException(
            where + " has " + axes.size() + " axes; at most " + MOST_AXES + " are read");
      }
      int[] shape = new int[axes.size()];
      boolean empty = false;
      long others = 1;
      for (int i = 0; i < shape.length; i++) {
        shape[i] = Math.toIntExact((Long) axes.get(i));
        if (shape[i] < 0) {
          throw new FormatException(where + " has a negative axis in its shape " + axes);
        }
        empty |= shape[i] == 0;
        others = Math.multiplyExact(others, Math.max(1, shape[i]));
      }
      if (empty && others > LARGEST_EMPTY) {
        throw new FormatException(
            where
                + " of shape "
                + axes
                + " holds no numbers at all, for all the length of its axes; leave it out");
      }
      return shape;
    }

    private static int width(String where, String type) {
      return switch (type) {
        case "F32" -> 4;
        case "F16", "BF16" -> 2;
        case "F64", "I64" -> 8;
        default ->
            throw new FormatException(
                where
                    + " holds "
                    + Json.shown(type)
                    + " numbers; supported are F16, BF16, F32, F64 and I64");
      };
    }
  }
}
