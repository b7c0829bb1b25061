package io.carillon.data.csv;

import io.carillon.data.DataException;
import io.carillon.data.Limits;
import io.carillon.data.read.TextFile;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * The rows of a table one after another. A line is a row: what would make a parser hold more than a
 * line, or more cells than a table may have, never reaches it.
 */
final class CsvRows implements AutoCloseable {
  private static final char QUOTE = '"';

  private final Path file;
  private final TextFile text;
  private final char delimiter;
  private final CSVParser parser;
  private final Iterator<CSVRecord> records;

  private CsvRows(Path file, char delimiter) {
    this.file = file;
    this.text = TextFile.open(file);
    this.delimiter = delimiter;
    CSVFormat format =
        CSVFormat.DEFAULT
            .builder()
            .setDelimiter(delimiter)
            .setQuote(QUOTE)
            .setIgnoreSurroundingSpaces(true)
            .setTrim(true)
            .get();
    try {
      parser = CSVParser.builder().setReader(new Lines()).setFormat(format).get();
    } catch (IOException e) {
      throw DataException.unreadable(file, e);
    }
    records = parser.iterator();
  }

  /**
   * Opens a file.
   *
   * @param delimiter between cells; neither a quote nor the end of a line
   */
  static CsvRows open(Path file, char delimiter) {
    return new CsvRows(file, delimiter);
  }

  /** Whether a character can stand between cells. */
  static boolean isDelimiter(char c) {
    return c != QUOTE && c != '\n' && c != '\r';
  }

  /**
   * The cells of the next row without the blanks around them, or null at the end.
   *
   * @throws DataException naming file and line of what cannot be read
   */
  List<String> next() {
    try {
      return records.hasNext() ? Arrays.asList(records.next().values()) : null;
    } catch (UncheckedIOException e) {
      throw new DataException(
          at()
              + ": text follows a quote (\") that closes a cell; write a quote inside a cell twice",
          e);
    }
  }

  /** The line of the row that {@link #next()} gave last, counted from 1. */
  int line() {
    return Math.toIntExact(parser.getCurrentLineNumber());
  }

  /** "FILE:LINE" of that row. */
  String at() {
    return file + ":" + line();
  }

  @Override
  public void close() {
    text.close();
  }

  /** Where in a cell a character stands: before its first one, in it, or between its quotes. */
  private enum Place {
    BEFORE,
    WITHIN,
    QUOTED
  }

  /** The lines as the parser asks for them, each seen through before it may have any of it. */
  private final class Lines extends Reader {
    private final long mostColumns = Limits.COLUMNS.most();
    private String line = "";
    private int taken = 1;

    /** Empty lines before it, which the parser leaves out too, but counts. */
    private int blank;

    private int handedOut;
    private DataException refused;

    @Override
    public int read(char[] into, int from, int count) {
      int at = from;
      int end = from + count;
      while (at < end && (taken <= line.length() || advance(at > from))) {
        int empty = Math.min(end - at, blank);
        Arrays.fill(into, at, at + empty, '\n');
        at += empty;
        blank -= empty;
        int part = Math.min(end - at, line.length() - taken);
        line.getChars(taken, taken + part, into, at);
        at += part;
        taken += part;
        if (at < end) {
          into[at++] = '\n';
          taken++;
        }
      }
      return at > from ? at - from : -1;
    }

    /**
     * Goes to the next line; false at the end.
     *
     * @param some whether lines before it wait to be read; only then is said what is wrong with it
     */
    private boolean advance(boolean some) {
      String next = null;
      if (refused == null) {
        try {
          next = text.next();
          if (next != null) {
            check(next);
          }
        } catch (DataException e) {
          refused = e;
        }
      }
      if (refused != null && !some) {
        throw refused;
      }
      if (refused != null || next == null) {
        return false;
      }
      blank = text.number() - handedOut - 1;
      line = next;
      handedOut = text.number();
      taken = 0;
      return true;
    }

    /**
     * Goes through a line as the parser will: a quote means something where a cell begins, and
     * elsewhere is a character like others.
     */
    private void check(String next) {
      if (next.length() < mostColumns && next.indexOf(QUOTE) < 0) {
        return;
      }
      Place place = Place.BEFORE;
      long columns = 1;
      for (int i = 0; i < next.length(); i++) {
        char c = next.charAt(i);
        if (place == Place.QUOTED) {
          boolean twice = c == QUOTE && i + 1 < next.length() && next.charAt(i + 1) == QUOTE;
          i += twice ? 1 : 0;
          place = c == QUOTE && !twice ? Place.WITHIN : Place.QUOTED;
        } else if (c == delimiter) {
          place = Place.BEFORE;
          if (++columns > mostColumns) {
            throw Limits.COLUMNS.exceeded(text.at());
          }
        } else if (place == Place.BEFORE && !Character.isWhitespace(c)) {
          place = c == QUOTE ? Place.QUOTED : Place.WITHIN;
        }
      }
      if (place == Place.QUOTED) {
        throw new DataException(text.at() + ": a quote (\") is opened and not closed on the line");
      }
    }

    @Override
    public void close() {
      text.close();
    }
  }
}
