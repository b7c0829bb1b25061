package io.carillon.papers.datasets;

import io.carillon.data.DataException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleUtils;
import net.razorvine.pickle.Unpickler;

/**
 * Reads Python pickles (protocols 2 to 5) that hold plain values and NumPy arrays of bytes, such as
 * the batches of CIFAR. Nothing named in a file is ever called: the few names that NumPy writes are
 * known here, and any other is refused, as is any instruction but those that write plain values.
 *
 * <p>Values are Integer, Long, Boolean, String, byte[], List (lists and tuples), Map (with the text
 * of byte strings as keys), {@link Bytes}, and null.
 */
final class PlainPickle extends Unpickler {
  /** A NumPy array of unsigned bytes, row by row. */
  record Bytes(List<Integer> shape, byte[] data) {}

  /** A name that a file refers to. */
  private record Name(String text) {}

  /** An array that is announced and not filled yet. */
  private static final class Announced {
    private Bytes value;
  }

  /** An element type. */
  private record ElementType(String code) {}

  private static final int DEEPEST = 20;
  private static final int MOST_VALUES = 10_000_000;

  private final String file;
  private final ByteArrayInputStream in;
  private final int size;
  private int values;

  private PlainPickle(byte[] bytes, String file) {
    this.file = file;
    this.in = new ByteArrayInputStream(bytes);
    this.size = bytes.length;
  }

  /**
   * Reads a pickle.
   *
   * @param file its name, for messages
   * @throws DataException if it is damaged or holds anything else than plain values
   */
  static Object read(byte[] bytes, String file) {
    PlainPickle pickle = new PlainPickle(bytes, file);
    try {
      return pickle.plain(pickle.load(pickle.in), 0);
    } catch (DataException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // Instructions that do not fit together end in one exception or another of the collections.
      throw pickle.wrong("ends too early, is damaged, or holds other things than values", e);
    }
  }

  private DataException wrong(String what, Throwable cause) {
    return new DataException(
        file + ": byte " + (size - in.available()) + ": the pickle " + what, cause);
  }

  @Override
  protected Object dispatch(short key) throws IOException {
    switch (key) {
      case Opcodes.PROTO,
      Opcodes.FRAME,
      Opcodes.STOP,
      Opcodes.MARK,
      Opcodes.NONE,
      Opcodes.NEWTRUE,
      Opcodes.NEWFALSE,
      Opcodes.BININT,
      Opcodes.BININT1,
      Opcodes.BININT2,
      Opcodes.LONG1,
      Opcodes.EMPTY_TUPLE,
      Opcodes.TUPLE,
      Opcodes.TUPLE1,
      Opcodes.TUPLE2,
      Opcodes.TUPLE3,
      Opcodes.EMPTY_LIST,
      Opcodes.APPEND,
      Opcodes.BINPUT,
      Opcodes.LONG_BINPUT,
      Opcodes.MEMOIZE,
      Opcodes.BINGET,
      Opcodes.LONG_BINGET:
        return super.dispatch(key);
      case Opcodes.SHORT_BINSTRING, Opcodes.SHORT_BINBYTES:
        stack.add(bytes(1));
        break;
      case Opcodes.BINSTRING, Opcodes.BINBYTES:
        stack.add(bytes(4));
        break;
      case Opcodes.BINBYTES8, Opcodes.BYTEARRAY8:
        stack.add(bytes(8));
        break;
      case Opcodes.SHORT_BINUNICODE:
        stack.add(new String(bytes(1), StandardCharsets.UTF_8));
        break;
      case Opcodes.BINUNICODE:
        stack.add(new String(bytes(4), StandardCharsets.UTF_8));
        break;
      case Opcodes.EMPTY_DICT:
        stack.add(new LinkedHashMap<String, Object>());
        break;
      case Opcodes.APPENDS:
        append(stack.pop_all_since_marker());
        break;
      case Opcodes.SETITEM:
        Object value = stack.pop();
        put(Arrays.asList(stack.pop(), value));
        break;
      case Opcodes.SETITEMS:
        put(stack.pop_all_since_marker());
        break;
      case Opcodes.GLOBAL:
        stack.add(new Name(PickleUtils.readline(in) + "." + PickleUtils.readline(in)));
        break;
      case Opcodes.STACK_GLOBAL:
        String name = (String) stack.pop();
        stack.add(new Name(stack.pop() + "." + name));
        break;
      case Opcodes.REDUCE:
        reduce();
        break;
      case Opcodes.BUILD:
        build();
        break;
      default:
        throw wrong(String.format("has the unknown instruction 0x%02x", key & 0xFF), null);
    }
    return NO_RETURN_VALUE;
  }

  /** What follows its length of so many bytes; the library would first make room for all of it. */
  private byte[] bytes(int lengthBytes) throws IOException {
    long count = 0;
    byte[] little = PickleUtils.readbytes(in, lengthBytes);
    for (int i = 0; i < lengthBytes; i++) {
      count |= (little[i] & 0xFFL) << 8 * i;
    }
    if (count < 0 || count > in.available()) {
      throw wrong("announces " + count + " bytes, " + in.available() + " are left", null);
    }
    return PickleUtils.readbytes(in, (int) count);
  }

  @SuppressWarnings("unchecked")
  private void append(List<Object> items) {
    // Not the library's: it copies the whole list each time.
    ((List<Object>) stack.peek()).addAll(items);
  }

  @SuppressWarnings("unchecked")
  private void put(List<Object> items) {
    Map<String, Object> map = (Map<String, Object>) stack.peek();
    for (int i = 0; i + 1 < items.size(); i += 2) {
      map.put(text(items.get(i)), items.get(i + 1));
    }
  }

  /** The text of a key; one that is neither text nor number might contain itself. */
  private String text(Object value) {
    if (value instanceof byte[] raw) {
      return new String(raw, StandardCharsets.ISO_8859_1);
    }
    if (value instanceof String || value instanceof Number || value instanceof Boolean) {
      return String.valueOf(value);
    }
    throw wrong("has a map whose keys are neither texts nor numbers", null);
  }

  /** The calls that NumPy writes, done here. */
  private void reduce() {
    Object[] arguments = (Object[]) stack.pop();
    String name = ((Name) stack.pop()).text();
    switch (name.replace("numpy._core.", "numpy.core.")) {
      case "numpy.core.multiarray._reconstruct" -> stack.add(new Announced());
      case "numpy.dtype" -> stack.add(new ElementType(text(arguments[0])));
      case "_codecs.encode" ->
          stack.add(((String) arguments[0]).getBytes(StandardCharsets.ISO_8859_1));
      case "numpy.core.numeric._frombuffer" -> {
        Announced array = new Announced();
        boolean byColumns = text(arguments[3]).equals("F");
        fill(array, arguments[2], (ElementType) arguments[1], byColumns, (byte[]) arguments[0]);
        stack.add(array);
      }
      default ->
          throw wrong(
              "asks for a call of "
                  + name
                  + ", which is refused: only plain values and arrays of bytes are read",
              null);
    }
  }

  /** Fills what was announced: an array from (version, shape, type, column order, bytes). */
  private void build() {
    Object state = stack.pop();
    if (stack.peek() instanceof ElementType) {
      return;
    }
    Object[] parts = (Object[]) state;
    fill(
        (Announced) stack.peek(),
        parts[1],
        (ElementType) parts[2],
        Boolean.TRUE.equals(parts[3]),
        (byte[]) parts[4]);
  }

  private void fill(
      Announced array, Object dimensions, ElementType type, boolean byColumns, byte[] data) {
    List<Integer> shape =
        Arrays.stream((Object[]) dimensions).map(d -> Math.toIntExact(whole(d))).toList();
    long count = shape.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
    if (!type.code().equals("u1") || count != data.length || byColumns && shape.size() != 2) {
      throw wrong(
          "holds an array of type "
              + type.code()
              + ", shape "
              + shape
              + " and "
              + data.length
              + " bytes; arrays of unsigned bytes (u1) can be read",
          null);
    }
    array.value = new Bytes(shape, byColumns ? byRows(shape.get(0), shape.get(1), data) : data);
  }

  /** A whole number, or -1 for all else and what is larger than a long. */
  static long whole(Object value) {
    return value instanceof Integer || value instanceof Long ? ((Number) value).longValue() : -1;
  }

  private static byte[] byRows(int rows, int columns, byte[] data) {
    byte[] sorted = new byte[data.length];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        sorted[r * columns + c] = data[c * rows + r];
      }
    }
    return sorted;
  }

  /** With arrays in place of what announced them, in lists and maps too. */
  private Object plain(Object value, int depth) {
    // References can make a value contain itself, or few bytes stand for very many values.
    if (depth > DEEPEST || ++values > MOST_VALUES) {
      throw wrong("holds values nested deeper than " + DEEPEST + ", or too many", null);
    }
    if (value instanceof Announced array) {
      return array.value;
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> all = new LinkedHashMap<>();
      map.forEach((key, item) -> all.put((String) key, plain(item, depth + 1)));
      return all;
    }
    if (value instanceof Object[] tuple) {
      return plain(Arrays.asList(tuple), depth);
    }
    if (value instanceof List<?> list) {
      List<Object> all = new ArrayList<>();
      list.forEach(item -> all.add(plain(item, depth + 1)));
      return all;
    }
    return value;
  }
}
