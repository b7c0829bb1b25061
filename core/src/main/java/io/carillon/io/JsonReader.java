package io.carillon.io;

import io.carillon.error.FormatException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Recursive-descent parser behind {@link Json#parse}. */
final class JsonReader {
  private static final int DEEPEST = 64;

  private static final Pattern NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");
  private static final int LONG_DIGITS = 18;

  private final String text;
  private final int mostValues;
  private int values;
  private int at;
  private int depth;

  /** Reads a text of at most so many values and keys. */
  JsonReader(String text, int mostValues) {
    this.text = text;
    this.mostValues = mostValues;
  }

  Object document() {
    Object value = value();
    skipSpace();
    if (at < text.length()) {
      throw error("text after the end of the JSON value");
    }
    return value;
  }

  private Object value() {
    skipSpace();
    count();
    char c = peek();
    return switch (c) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> string();
      case 't' -> word("true", Boolean.TRUE);
      case 'f' -> word("false", Boolean.FALSE);
      case 'n' -> word("null", null);
      default -> number();
    };
  }

  private void count() {
    values++;
    if (values > mostValues) {
      throw error("there are more than " + mostValues + " values");
    }
  }

  private Map<String, Object> object() {
    enter();
    Map<String, Object> map = new LinkedHashMap<>();
    at++;
    skipSpace();
    if (peek() == '}') {
      at++;
      depth--;
      return map;
    }
    while (true) {
      skipSpace();
      if (peek() != '"') {
        throw error("expected a quoted key");
      }
      count();
      String key = string();
      skipSpace();
      expect(':');
      if (map.containsKey(key)) {
        throw error("duplicate key \"" + Json.shown(key) + "\"");
      }
      map.put(key, value());
      skipSpace();
      if (peek() == '}') {
        at++;
        depth--;
        return map;
      }
      expect(',');
    }
  }

  private List<Object> array() {
    enter();
    List<Object> list = new ArrayList<>();
    at++;
    skipSpace();
    if (peek() == ']') {
      at++;
      depth--;
      return list;
    }
    while (true) {
      list.add(value());
      skipSpace();
      if (peek() == ']') {
        at++;
        depth--;
        return list;
      }
      expect(',');
    }
  }

  private void enter() {
    depth++;
    if (depth > DEEPEST) {
      throw error("nested deeper than " + DEEPEST + " levels");
    }
  }

  private String string() {
    StringBuilder out = new StringBuilder();
    at++;
    while (peek() != '"') {
      char c = text.charAt(at);
      at++;
      if (c == '\\') {
        out.append(escape());
      } else if (c < 0x20) {
        throw error("control character in a string");
      } else {
        out.append(c);
      }
    }
    at++;
    return out.toString();
  }

  private char escape() {
    char c = peek();
    at++;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'u' -> {
        if (at + 4 > text.length()) {
          throw error("unfinished \\u escape");
        }
        String hex = text.substring(at, at + 4);
        at += 4;
        try {
          yield (char) Integer.parseInt(hex, 16);
        } catch (NumberFormatException e) {
          throw error("bad \\u escape " + hex);
        }
      }
      default -> throw error("unknown escape \\" + c);
    };
  }

  private Object word(String word, Object value) {
    if (!text.startsWith(word, at)) {
      throw error("expected a JSON value");
    }
    at += word.length();
    return value;
  }

  private Object number() {
    int start = at;
    while (at < text.length() && "+-0123456789.eE".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    String number = text.substring(start, at);
    if (whole(number)) {
      return Long.parseLong(number);
    }
    if (!NUMBER.matcher(number).matches()) {
      at = start;
      throw error("expected a JSON value");
    }
    double value = Double.parseDouble(number);
    if (!Double.isFinite(value)) {
      throw error("number " + Json.shown(number) + " is too large");
    }
    return value;
  }

  /** Whether it is a whole number that a long holds; most numbers of large files are. */
  private static boolean whole(String number) {
    int first = number.startsWith("-") ? 1 : 0;
    int digits = number.length() - first;
    if (digits < 1 || digits > LONG_DIGITS || digits > 1 && number.charAt(first) == '0') {
      return false;
    }
    for (int i = first; i < number.length(); i++) {
      if (number.charAt(i) < '0' || number.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  private char peek() {
    if (at >= text.length()) {
      throw error("the text ends too early");
    }
    return text.charAt(at);
  }

  private void expect(char c) {
    if (peek() != c) {
      throw error("expected '" + c + "', found '" + peek() + "'");
    }
    at++;
  }

  private void skipSpace() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private FormatException error(String what) {
    int line = 1;
    int column = 1;
    for (int i = 0; i < Math.min(at, text.length()); i++) {
      if (text.charAt(i) == '\n') {
        line++;
        column = 1;
      } else {
        column++;
      }
    }
    return new FormatException("line " + line + ", column " + column + ": " + what);
  }
}
