package io.carillon.papers.datasets;

import io.carillon.data.DataException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads Python pickles (protocols 2 to 5) that hold plain values and NumPy arrays of bytes, such as
 * the batches of CIFAR. Nothing named in a file is ever called: the few names that NumPy writes are
 * known here, and any other is refused.
 *
 * <p>Values are Long, Boolean, String, byte[], List (lists and tuples), Map (with the text of byte
 * strings as keys), {@link Bytes}, and null.
 */
final class PlainPickle {
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

  private static final Object MARK = new Object();
  private static final int DEEPEST = 20;
  private static final int MOST_VALUES = 10_000_000;

  private final String file;
  private final ByteBuffer in;
  private final List<Object> stack = new ArrayList<>();
  private final Map<Integer, Object> memo = new HashMap<>();
  private int values;

  private PlainPickle(byte[] bytes, String file) {
    this.file = file;
    this.in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
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
      while (pickle.execute(pickle.in.get() & 0xFF)) {
        // One instruction at a time, until the one that ends the pickle.
      }
      return pickle.plain(pickle.pop(), 0);
    } catch (DataException e) {
      throw e;
    } catch (RuntimeException e) {
      // Instructions that do not fit together end in one exception or another of the collections.
      throw pickle.wrong("ends too early, is damaged, or holds other things than values", e);
    }
  }

  private DataException wrong(String what, Throwable cause) {
    return new DataException(file + ": byte " + in.position() + ": the pickle " + what, cause);
  }

  /** Runs one instruction; false for the last. */
  private boolean execute(int code) {
    switch (code) {
      case 0x80 -> requireProtocol(in.get());
      case 0x95 -> in.getLong();
      case 'N' -> stack.add(null);
      case 0x88 -> stack.add(true);
      case 0x89 -> stack.add(false);
      case 'K' -> stack.add((long) (in.get() & 0xFF));
      case 'M' -> stack.add((long) (in.getShort() & 0xFFFF));
      case 'J' -> stack.add((long) in.getInt());
      case 0x8A -> stack.add(longNumber());
      case 'U', 'C' -> stack.add(bytes(in.get() & 0xFF));
      case 'T', 'B' -> stack.add(bytes(in.getInt()));
      case 0x8E, 0x96 -> stack.add(bytes(Math.toIntExact(in.getLong())));
      case 'X' -> stack.add(new String(bytes(in.getInt()), StandardCharsets.UTF_8));
      case 0x8C -> stack.add(new String(bytes(in.get() & 0xFF), StandardCharsets.UTF_8));
      case 'c' -> stack.add(new Name(line() + "." + line()));
      case 0x93 -> {
        String name = (String) pop();
        stack.add(new Name(pop() + "." + name));
      }
      case '(' -> stack.add(MARK);
      case ')' -> stack.add(List.of());
      case ']' -> stack.add(new ArrayList<>());
      case '}' -> stack.add(new LinkedHashMap<String, Object>());
      case 't' -> stack.add(marked());
      case 0x85, 0x86, 0x87 -> stack.add(last(code - 0x84));
      case 'a' -> append(last(1));
      case 'e' -> append(marked());
      case 's' -> put(last(2));
      case 'u' -> put(marked());
      case 'q' -> memo.put(in.get() & 0xFF, top());
      case 'r' -> memo.put(in.getInt(), top());
      case 0x94 -> memo.put(memo.size(), top());
      case 'h' -> stack.add(remembered(in.get() & 0xFF));
      case 'j' -> stack.add(remembered(in.getInt()));
      case 'R' -> reduce();
      case 'b' -> build();
      case '.' -> {
        return false;
      }
      default -> throw wrong(String.format("has the unknown instruction 0x%02x", code), null);
    }
    return true;
  }

  private void requireProtocol(int protocol) {
    if (protocol < 2 || protocol > 5) {
      throw wrong("has protocol " + protocol + "; 2 to 5 can be read", null);
    }
  }

  private long longNumber() {
    byte[] little = bytes(in.get() & 0xFF);
    if (little.length > 8) {
      throw wrong("holds a whole number of " + little.length + " bytes; 8 can be read", null);
    }
    long value = 0;
    for (int i = 0; i < little.length; i++) {
      long digit = i == little.length - 1 ? little[i] : little[i] & 0xFF;
      value |= digit << 8 * i;
    }
    return value;
  }

  private byte[] bytes(int count) {
    if (count < 0 || count > in.remaining()) {
      throw wrong("announces " + count + " bytes, " + in.remaining() + " are left", null);
    }
    byte[] read = new byte[count];
    in.get(read);
    return read;
  }

  private String line() {
    StringBuilder text = new StringBuilder();
    for (char c = (char) in.get(); c != '\n'; c = (char) in.get()) {
      text.append(c);
    }
    return text.toString();
  }

  private Object top() {
    return stack.get(stack.size() - 1);
  }

  private Object pop() {
    return stack.remove(stack.size() - 1);
  }

  /** Takes the last few values. */
  private List<Object> last(int count) {
    List<Object> tail = stack.subList(stack.size() - count, stack.size());
    List<Object> taken = new ArrayList<>(tail);
    tail.clear();
    return taken;
  }

  /** Takes the values after the last mark, and the mark. */
  private List<Object> marked() {
    int mark = stack.lastIndexOf(MARK);
    List<Object> taken = last(stack.size() - mark - 1);
    stack.remove(mark);
    return taken;
  }

  private Object remembered(int key) {
    if (!memo.containsKey(key)) {
      throw wrong("refers to value " + key + ", which it has not stored", null);
    }
    return memo.get(key);
  }

  @SuppressWarnings("unchecked")
  private void append(List<Object> items) {
    ((List<Object>) top()).addAll(items);
  }

  @SuppressWarnings("unchecked")
  private void put(List<Object> items) {
    Map<String, Object> map = (Map<String, Object>) top();
    for (int i = 0; i + 1 < items.size(); i += 2) {
      map.put(text(items.get(i)), items.get(i + 1));
    }
  }

  private static String text(Object value) {
    return value instanceof byte[] raw
        ? new String(raw, StandardCharsets.ISO_8859_1)
        : String.valueOf(value);
  }

  /** The calls that NumPy writes, done here. */
  private void reduce() {
    List<?> arguments = (List<?>) pop();
    String name = ((Name) pop()).text();
    switch (name.replace("numpy._core.", "numpy.core.")) {
      case "numpy.core.multiarray._reconstruct" -> stack.add(new Announced());
      case "numpy.dtype" -> stack.add(new ElementType(text(arguments.get(0))));
      case "_codecs.encode" ->
          stack.add(((String) arguments.get(0)).getBytes(StandardCharsets.ISO_8859_1));
      case "numpy.core.numeric._frombuffer" -> {
        Announced array = new Announced();
        fill(
            array,
            (List<?>) arguments.get(2),
            (ElementType) arguments.get(1),
            text(arguments.get(3)).equals("F"),
            (byte[]) arguments.get(0));
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
    Object state = pop();
    if (top() instanceof ElementType) {
      return;
    }
    List<?> parts = (List<?>) state;
    fill(
        (Announced) top(),
        (List<?>) parts.get(1),
        (ElementType) parts.get(2),
        Boolean.TRUE.equals(parts.get(3)),
        (byte[]) parts.get(4));
  }

  private void fill(
      Announced array, List<?> dimensions, ElementType type, boolean byColumns, byte[] data) {
    List<Integer> shape = dimensions.stream().map(d -> Math.toIntExact((Long) d)).toList();
    long size = shape.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
    if (!type.code().equals("u1") || size != data.length || byColumns && shape.size() != 2) {
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
    if (value instanceof List<?> list) {
      return Arrays.asList(list.stream().map(item -> plain(item, depth + 1)).toArray());
    }
    return value;
  }
}
