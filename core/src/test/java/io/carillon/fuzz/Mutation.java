package io.carillon.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/**
 * One way to damage a file.
 *
 * @param kind what is done
 * @param at where, modulo the length
 * @param value with what
 */
public record Mutation(Kind kind, int at, int value) {
  /** Sizes that break readers: around zero, powers of two, and the ends of the integer types. */
  private static final long[] SIZES = {
    0,
    1,
    2,
    7,
    8,
    255,
    256,
    65_535,
    65_536,
    1 << 24,
    Integer.MAX_VALUE - 8,
    Integer.MAX_VALUE,
    1L << 31,
    (1L << 32) - 1,
    1L << 32,
    1L << 40,
    Long.MAX_VALUE,
    -1,
    Long.MIN_VALUE
  };

  /** Text that breaks readers of text. */
  private static final List<String> WORDS =
      List.of(
          "99999999999999999999",
          "1e999",
          "-1e999",
          "NaN",
          "Infinity",
          "0x1p3",
          "1e",
          "-",
          "\"",
          "\\u0000",
          "{",
          "}",
          "[",
          "]",
          "(",
          ")",
          ",",
          ":",
          ";",
          "?",
          "@data\n",
          "\n",
          "\r\n",
          "\t",
          "null",
          "true",
          "&a",
          "*a",
          "!!x ",
          "\u00e9",
          "1000000000",
          "-7");

  private static final int MOST_NESTING = 20_000;
  private static final int LONGEST_COPY = 1 << 12;

  /** What is done to the bytes. */
  public enum Kind {
    /** One bit is turned. */
    FLIP,
    /** One byte is replaced. */
    BYTE,
    /** The end is missing. */
    CUT,
    /** A piece is missing. */
    REMOVE,
    /** A piece is there twice. */
    REPEAT,
    /** Four bytes become an awkward number, least byte first. */
    INT,
    /** Four bytes become an awkward number, greatest byte first. */
    INT_BIG,
    /** Eight bytes become an awkward number. */
    LONG,
    /** An awkward word is put in. */
    WORD,
    /** A run of digits becomes an awkward number. */
    DIGITS,
    /** Many opening brackets are put in. */
    NEST
  }

  /** One to four of all kinds. */
  public static Arbitrary<List<Mutation>> several() {
    return Combinators.combine(
            Arbitraries.of(Kind.class),
            Arbitraries.integers().between(0, 1 << 20),
            Arbitraries.integers().between(0, 1 << 16))
        .as(Mutation::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(4);
  }

  /** One to four of all kinds; small values as often as large ones. */
  static List<Mutation> several(SplittableRandom random) {
    Kind[] kinds = Kind.values();
    return Stream.generate(
            () ->
                new Mutation(
                    kinds[random.nextInt(kinds.length)],
                    random.nextInt(1 << 20),
                    random.nextInt(1 << 16) >>> random.nextInt(16)))
        .limit(1 + random.nextInt(4))
        .toList();
  }

  /** A damaged copy. */
  public static byte[] applyAll(List<Mutation> mutations, byte[] bytes) {
    byte[] result = bytes.clone();
    for (Mutation mutation : mutations) {
      result = result.length == 0 ? result : mutation.apply(result);
    }
    return result;
  }

  private byte[] apply(byte[] bytes) {
    int place = at % bytes.length;
    return switch (kind) {
      case FLIP -> with(bytes, place, bytes[place] ^ 1 << value % Byte.SIZE);
      case BYTE -> with(bytes, place, value);
      case CUT -> Arrays.copyOf(bytes, place);
      case REMOVE ->
          joined(bytes, place, new byte[0], Math.min(bytes.length, place + 1 + value % 64));
      case REPEAT -> joined(bytes, place, piece(bytes, place), place);
      case INT -> number(bytes, place, Integer.BYTES, ByteOrder.LITTLE_ENDIAN);
      case INT_BIG -> number(bytes, place, Integer.BYTES, ByteOrder.BIG_ENDIAN);
      case LONG -> number(bytes, place, Long.BYTES, ByteOrder.LITTLE_ENDIAN);
      case WORD -> joined(bytes, place, text(WORDS.get(value % WORDS.size())), place);
      case DIGITS -> digits(bytes, place);
      case NEST -> joined(bytes, place, text(nesting()), place);
    };
  }

  private String nesting() {
    return List.of("[", "{\"a\":", "(", "[MAX ").get(value % 4).repeat(value % MOST_NESTING);
  }

  private static byte[] with(byte[] bytes, int place, int replacement) {
    bytes[place] = (byte) replacement;
    return bytes;
  }

  private byte[] piece(byte[] bytes, int place) {
    return Arrays.copyOfRange(
        bytes, place, Math.min(bytes.length, place + 1 + value % LONGEST_COPY));
  }

  private byte[] number(byte[] bytes, int place, int width, ByteOrder order) {
    if (bytes.length < width) {
      return bytes;
    }
    int start = Math.min(place, bytes.length - width);
    long size = SIZES[value % SIZES.length];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(order);
    if (width == Long.BYTES) {
      buffer.putLong(start, size);
    } else {
      buffer.putInt(start, (int) size);
    }
    return bytes;
  }

  /** Replaces the next run of digits. */
  private byte[] digits(byte[] bytes, int place) {
    int from = place;
    while (from < bytes.length && !digit(bytes[from])) {
      from++;
    }
    int to = from;
    while (to < bytes.length && digit(bytes[to])) {
      to++;
    }
    return joined(bytes, from, text(Long.toString(SIZES[value % SIZES.length])), to);
  }

  private static boolean digit(byte b) {
    return b >= '0' && b <= '9';
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The bytes before {@code from}, the middle, and the bytes from {@code to} on. */
  private static byte[] joined(byte[] bytes, int from, byte[] middle, int to) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, from);
    out.writeBytes(middle);
    out.write(bytes, to, bytes.length - to);
    return out.toByteArray();
  }
}
