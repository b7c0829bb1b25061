package io.carillon.data.text;

import io.carillon.data.Option;
import io.carillon.data.Options;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Text as tokens: one for every character (Unicode code point) or for every byte of its UTF-8 form,
 * and an end mark. As in the official loaders, a text is cut so that it has {@code max-length}
 * tokens with the end mark; ids are those of padding, unknown, end mark, then the characters by
 * falling frequency in the training part (ties by code point). Bytes have all 256 ids, in their
 * order.
 *
 * @param bytes bytes instead of characters
 * @param maxLength tokens with the end mark, at least 2
 */
public record TextUnits(boolean bytes, int maxLength) {
  private static final List<String> SPECIAL = List.of("<pad>", "<unk>", "<eos>");
  private static final int UNKNOWN = 1;
  private static final int END = 2;

  public static final Option LEVEL =
      new Option("level", "chars", "chars (one token per character) or bytes (of UTF-8)");

  public static Option maxLength(int otherwise) {
    return new Option(
        "max-length",
        Integer.toString(otherwise),
        "tokens, with the end mark, after which a text is cut");
  }

  public static Option minCount(int otherwise) {
    return new Option(
        "min-count",
        Integer.toString(otherwise),
        "characters that occur less often in the training part become <unk>");
  }

  public static TextUnits of(Options options) {
    boolean bytes = options.choice(LEVEL.key(), List.of("chars", "bytes")).equals("bytes");
    return new TextUnits(bytes, options.integer("max-length", 2, Integer.MAX_VALUE));
  }

  /** Code points or bytes of a text, cut to make room for the end mark. */
  public int[] units(String text) {
    if (!bytes) {
      return text.codePoints().limit(maxLength - 1).toArray();
    }
    byte[] raw = text.getBytes(StandardCharsets.UTF_8);
    int[] units = new int[Math.min(raw.length, maxLength - 1)];
    Arrays.setAll(units, i -> raw[i] & 0xFF);
    return units;
  }

  /**
   * Token names in id order.
   *
   * @param train units of the texts of the training part
   */
  public List<String> vocabulary(Iterable<int[]> train, int minCount) {
    List<String> names = new ArrayList<>(SPECIAL);
    if (bytes) {
      for (int b = 0; b < 256; b++) {
        names.add(String.format("%02x", b));
      }
      return names;
    }
    Map<Integer, Long> counts = new HashMap<>();
    for (int[] units : train) {
      for (int unit : units) {
        counts.merge(unit, 1L, Long::sum);
      }
    }
    counts.entrySet().stream()
        .filter(e -> e.getValue() >= minCount)
        .sorted(
            Comparator.comparing((Map.Entry<Integer, Long> e) -> -e.getValue())
                .thenComparing(Map.Entry::getKey))
        .forEach(e -> names.add(Character.toString(e.getKey())));
    return names;
  }

  /** Finds the ids of units in a vocabulary. */
  public Encoder encoder(List<String> vocabulary) {
    Map<Integer, Integer> ids = new HashMap<>();
    for (int id = SPECIAL.size(); id < vocabulary.size(); id++) {
      String name = vocabulary.get(id);
      ids.put(bytes ? Integer.parseInt(name, 16) : name.codePointAt(0), id);
    }
    return units -> {
      int[] tokens = new int[units.length + 1];
      for (int i = 0; i < units.length; i++) {
        tokens[i] = ids.getOrDefault(units[i], UNKNOWN);
      }
      tokens[units.length] = END;
      return tokens;
    };
  }

  /** Units to token ids with the end mark. */
  public interface Encoder {
    int[] encode(int[] units);
  }
}
