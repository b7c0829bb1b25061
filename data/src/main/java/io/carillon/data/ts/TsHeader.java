package io.carillon.data.ts;

import io.carillon.config.Nearest;
import io.carillon.data.DataException;
import io.carillon.data.Limits;
import io.carillon.data.Numbers;
import io.carillon.train.Dataset.Target;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The declarations at the head of a {@code .ts} file. Collected line by line. */
final class TsHeader {
  private static final List<String> KEYS =
      List.of(
          "@problemName",
          "@timeStamps",
          "@missing",
          "@univariate",
          "@dimensions",
          "@equalLength",
          "@seriesLength",
          "@classLabel",
          "@targetLabel",
          "@data");

  private Boolean univariate;
  private int dimensions;
  private boolean equalLength;
  private int seriesLength;
  private Target target;
  private List<String> classes = List.of();

  /** What the last segment of a data line is; null when there is none. */
  Target target() {
    return target;
  }

  /** The declared class labels, in their order. */
  List<String> classes() {
    return classes;
  }

  /**
   * Takes in one line that begins with @.
   *
   * @param at file and line, for messages
   * @return whether the data begin
   */
  boolean accept(String line, String at) {
    String[] words = line.trim().split("\\s+");
    String argument = words.length > 1 ? words[1] : "";
    switch (words[0].toLowerCase(Locale.ROOT)) {
      case "@problemname", "@missing" -> {
        // The name is for people, and missing values are seen where they stand.
      }
      case "@timestamps" -> {
        if (flag(argument, words[0], at)) {
          throw new DataException(
              at
                  + ": @timeStamps true is not supported; write the values at equal time steps"
                  + " without time stamps");
        }
      }
      case "@univariate" -> univariate = flag(argument, words[0], at);
      case "@dimensions", "@dimension" -> dimensions = positive(argument, words[0], at);
      case "@equallength" -> equalLength = flag(argument, words[0], at);
      case "@serieslength" -> seriesLength = positive(argument, words[0], at);
      case "@classlabel" -> acceptClasses(words, at);
      case "@targetlabel" -> {
        if (flag(argument, words[0], at)) {
          target = Target.VALUE;
        }
      }
      case "@data" -> {
        return true;
      }
      default ->
          throw new DataException(
              at + ": unknown declaration '" + words[0] + "'" + Nearest.hint(words[0], KEYS));
    }
    return false;
  }

  private void acceptClasses(String[] words, String at) {
    if (!flag(words.length > 1 ? words[1] : "", words[0], at)) {
      return;
    }
    Limits.COLUMNS.require(words.length - 2L, at + ": @classLabel");
    classes = new ArrayList<>(Arrays.asList(words).subList(2, words.length));
    target = Target.CLASS;
    if (classes.isEmpty()) {
      throw new DataException(at + ": @classLabel true must be followed by the class labels");
    }
  }

  /** Checks a sequence of {@code dims} dimensions and {@code length} steps. */
  void check(int dims, int length, String at) {
    if (dimensions > 0 && dims != dimensions) {
      throw new DataException(
          at + ": has " + dims + " dimensions, @dimensions declares " + dimensions);
    }
    if (Boolean.TRUE.equals(univariate) && dims != 1) {
      throw new DataException(at + ": has " + dims + " dimensions, @univariate declares one");
    }
    if (equalLength && seriesLength > 0 && length != seriesLength) {
      throw new DataException(
          at + ": has " + length + " steps, @seriesLength declares " + seriesLength);
    }
  }

  /** Whether all sequences must have one length. */
  boolean equalLength() {
    return equalLength;
  }

  private static boolean flag(String word, String key, String at) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new DataException(at + ": " + key + " is '" + word + "'; must be true or false");
    };
  }

  private static int positive(String word, String key, String at) {
    double number = Numbers.parse(word).orElse(0);
    if (number < 1 || number != (int) number) {
      throw new DataException(
          at + ": " + key + " is '" + word + "'; must be a whole number above 0");
    }
    return (int) number;
  }
}
