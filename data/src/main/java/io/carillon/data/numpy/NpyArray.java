package io.carillon.data.numpy;

import io.carillon.data.DataException;
import io.carillon.data.read.Memory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An array in the NPY format, versions 1 to 3: {@code 0x93 NUMPY}, version, length of the header, a
 * header that is a Python dictionary, then the elements. Read are numbers (whole, of 16, 32 and 64
 * bits), truth values and texts, in both byte orders, by rows or by columns. Objects, which are
 * pickled, are refused, and nothing of the file is evaluated.
 *
 * @param shape row-major axes; none for a single element
 * @param numbers in row-major order, null for texts
 * @param texts in row-major order, null for numbers
 * @param whole whether the elements are whole numbers or truth values
 */
record NpyArray(int[] shape, double[] numbers, String[] texts, boolean whole) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int LONGEST_HEADER = 1 << 16;
  private static final int MOST_AXES = 16;
  private static final int LONGEST_TEXT = 1 << 10;

  /** Elements that are decoded together. */
  private static final int BLOCK = 1 << 10;

  /** Beyond it a double does not hold every whole number. */
  private static final long LARGEST_WHOLE = 1L << 53;

  private static final Pattern TYPE =
      Pattern.compile("'descr'\\s*:\\s*'([<>|=]?)([a-zA-Z?])(\\d{0,9})'");
  private static final Pattern ANY_TYPE = Pattern.compile("'descr'\\s*:");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE =
      Pattern.compile("'shape'\\s*:\\s*\\(((?:\\s*\\d+L?\\s*,?)*)\\)");

  /** How the elements are stored. */
  private record Type(char kind, int bytes, ByteOrder order) {}

  /** Number of elements. */
  int size() {
    return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
  }

  /** For messages: {@code numbers [3][4]}. */
  String described() {
    StringBuilder all =
        new StringBuilder(texts != null ? "texts" : whole ? "whole numbers" : "numbers");
    all.append(shape.length == 0 ? " without an axis" : " ");
    Arrays.stream(shape).forEach(axis -> all.append('[').append(axis).append(']'));
    return all.toString();
  }

  /** An element as a label. */
  String label(int i) {
    return texts != null ? texts[i] : whole ? Long.toString((long) numbers[i]) : "" + numbers[i];
  }

  /**
   * Reads an array to the end of the stream.
   *
   * @param where names it in messages
   * @param most bytes that its elements may have
   * @throws DataException if it is no such array, is damaged, or holds something else
   */
  static NpyArray read(InputStream in, String where, long most) throws IOException {
    String header = header(in, where);
    Type type = type(header, where);
    int[] shape = shape(header, where);
    long count = 1;
    for (int axis : shape) {
      count = Math.min(Integer.MAX_VALUE, count * axis);
    }
    long bytes = count * type.bytes;
    if (count > Integer.MAX_VALUE - 16 || bytes > most) {
      throw new DataException(
          where
              + ": its header claims "
              + Arrays.toString(shape)
              + " elements, more than can be in the file or in memory; it is damaged, or divide it");
    }
    Memory.require(
        count * (type.kind == 'U' || type.kind == 'S' ? 64 + 2L * type.bytes : Double.BYTES),
        where + ": its elements",
        "Divide the array");
    Matcher order = ORDER.matcher(header);
    if (!order.find()) {
      throw damaged(where, "has no 'fortran_order'");
    }
    NpyArray array = elements(in, where, type, shape, (int) count);
    if (in.read() >= 0) {
      throw damaged(where, "goes on after its last element");
    }
    return order.group(1).equals("True") && shape.length > 1 ? array.turned() : array;
  }

  private static DataException damaged(String where, String problem) {
    return new DataException(where + ": " + problem + "; it is damaged or no file of numpy");
  }

  private static byte[] exactly(InputStream in, int n, String where) throws IOException {
    byte[] bytes = in.readNBytes(n);
    if (bytes.length < n) {
      throw damaged(where, "ends too early");
    }
    return bytes;
  }

  private static String header(InputStream in, String where) throws IOException {
    byte[] start = exactly(in, MAGIC.length + 2, where);
    if (!Arrays.equals(Arrays.copyOf(start, MAGIC.length), MAGIC)) {
      throw damaged(where, "does not begin as an array in the NPY format does");
    }
    int version = start[MAGIC.length];
    if (version < 1 || version > 3) {
      throw new DataException(
          where + ": is of version " + version + " of the NPY format; 1, 2 and 3 are read");
    }
    byte[] size = exactly(in, version == 1 ? 2 : 4, where);
    ByteBuffer buffer = ByteBuffer.wrap(size).order(ByteOrder.LITTLE_ENDIAN);
    long length =
        version == 1
            ? Short.toUnsignedLong(buffer.getShort())
            : Integer.toUnsignedLong(buffer.getInt());
    if (length > LONGEST_HEADER) {
      throw damaged(where, "claims a header of " + length + " bytes");
    }
    Charset charset = version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
    return new String(exactly(in, (int) length, where), charset);
  }

  private static Type type(String header, String where) {
    Matcher matcher = TYPE.matcher(header);
    if (!matcher.find()) {
      throw ANY_TYPE.matcher(header).find()
          ? new DataException(where + ": has elements of several parts; save one array for each")
          : damaged(where, "has no 'descr'");
    }
    char kind = matcher.group(2).charAt(0);
    long size = matcher.group(3).isEmpty() ? 0 : Long.parseLong(matcher.group(3));
    boolean known =
        switch (kind) {
          case 'b' -> size == 1;
          case 'i', 'u' -> size == 1 || size == 2 || size == 4 || size == 8;
          case 'f' -> size == 2 || size == 4 || size == 8;
          case 'U', 'S' -> size >= 1 && size <= LONGEST_TEXT;
          default -> false;
        };
    if (!known) {
      throw new DataException(
          where
              + ": its elements are of type '"
              + kind
              + matcher.group(3)
              + "'"
              + (kind == 'O' ? ", pickled objects of Python" : "")
              + "; read are whole numbers, numbers of 16, 32 and 64 bits, truth values and texts");
    }
    ByteOrder order = matcher.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    return new Type(kind, (int) size * (kind == 'U' ? 4 : 1), order);
  }

  private static int[] shape(String header, String where) {
    Matcher matcher = SHAPE.matcher(header);
    if (!matcher.find()) {
      throw damaged(where, "has no 'shape'");
    }
    String text = matcher.group(1).replaceAll("[\\sL]", "");
    if (text.isEmpty()) {
      return new int[0];
    }
    String[] axes = text.split(",");
    if (axes.length > MOST_AXES) {
      throw new DataException(
          where + ": has " + axes.length + " axes; at most " + MOST_AXES + " are read");
    }
    int[] shape = new int[axes.length];
    for (int i = 0; i < shape.length; i++) {
      try {
        shape[i] = Integer.parseInt(axes[i]);
      } catch (NumberFormatException e) {
        throw new DataException(
            where + ": its axis " + i + " is '" + axes[i] + "'; at most 2^31 − 1 is read", e);
      }
    }
    return shape;
  }

  private static NpyArray elements(InputStream in, String where, Type type, int[] shape, int count)
      throws IOException {
    boolean text = type.kind == 'U' || type.kind == 'S';
    // Room grows with what is there: a header may claim anything.
    double[] numbers = text ? null : new double[Math.min(count, BLOCK)];
    String[] texts = text ? new String[Math.min(count, BLOCK)] : null;
    for (int first = 0; first < count; first += BLOCK) {
      int n = Math.min(BLOCK, count - first);
      ByteBuffer block = ByteBuffer.wrap(exactly(in, n * type.bytes, where)).order(type.order);
      int room = (int) Math.min(count, 2L * first);
      if (text && texts.length < first + n) {
        texts = Arrays.copyOf(texts, room);
      } else if (!text && numbers.length < first + n) {
        numbers = Arrays.copyOf(numbers, room);
      }
      for (int i = first; i < first + n; i++) {
        if (text) {
          texts[i] = text(block, type);
        } else {
          numbers[i] = number(block, type, where);
        }
      }
    }
    return new NpyArray(shape, numbers, texts, !text && type.kind != 'f');
  }

  private static double number(ByteBuffer block, Type type, String where) {
    if (type.kind == 'f') {
      return switch (type.bytes) {
        case 2 -> half(block.getShort());
        case 4 -> block.getFloat();
        default -> block.getDouble();
      };
    }
    boolean signed = type.kind == 'i';
    long value =
        switch (type.bytes) {
          case 1 -> signed ? block.get() : Byte.toUnsignedLong(block.get());
          case 2 -> signed ? block.getShort() : Short.toUnsignedLong(block.getShort());
          case 4 -> signed ? block.getInt() : Integer.toUnsignedLong(block.getInt());
          default -> block.getLong();
        };
    boolean large = Math.abs(value) > LARGEST_WHOLE || value < 0 && !signed;
    if (large) {
      throw new DataException(
          where
              + ": holds the whole number "
              + (signed ? Long.toString(value) : Long.toUnsignedString(value))
              + "; beyond 2^53 they are not read");
    }
    return value;
  }

  /** A number of 16 bits: sign, 5 bits of exponent, 10 of fraction. */
  private static double half(short bits) {
    int exponent = bits >> 10 & 0x1F;
    int fraction = bits & 0x3FF;
    double size;
    if (exponent == 0x1F) {
      size = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
    } else {
      size =
          exponent == 0
              ? Math.scalb((double) fraction, -24)
              : Math.scalb(1024.0 + fraction, exponent - 25);
    }
    return bits < 0 ? -size : size;
  }

  /** Up to the zeros at its end. */
  private static String text(ByteBuffer block, Type type) {
    StringBuilder all = new StringBuilder();
    int step = type.kind == 'U' ? 4 : 1;
    int end = block.position() + type.bytes;
    while (block.position() < end) {
      int c = step == 4 ? block.getInt() : Byte.toUnsignedInt(block.get());
      all.appendCodePoint(Character.isValidCodePoint(c) ? c : 0xFFFD);
    }
    int length = all.length();
    while (length > 0 && all.charAt(length - 1) == 0) {
      length--;
    }
    return all.substring(0, length);
  }

  /** From an array that is stored by columns. */
  private NpyArray turned() {
    int size = size();
    double[] n = numbers == null ? null : new double[size];
    String[] t = texts == null ? null : new String[size];
    int[] at = new int[shape.length];
    for (int from = 0; from < size; from++) {
      int to = 0;
      for (int axis = 0; axis < shape.length; axis++) {
        to = to * shape[axis] + at[axis];
      }
      if (n != null) {
        n[to] = numbers[from];
      } else {
        t[to] = texts[from];
      }
      int axis = 0;
      while (axis < at.length && ++at[axis] == shape[axis]) {
        at[axis++] = 0;
      }
    }
    return new NpyArray(shape, n, t, whole);
  }
}
