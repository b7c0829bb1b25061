package io.carillon.data.ts;

import io.carillon.data.DataException;
import io.carillon.data.Limits;
import io.carillon.data.MissingValues;
import io.carillon.data.Numbers;
import io.carillon.data.read.Sequences;
import io.carillon.data.read.TextFile;
import io.carillon.model.Meaning.Missing;
import io.carillon.train.Dataset.Target;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads the {@code .ts} format of the UCR and UEA archives: declarations that begin with @,
 * comments that begin with #, then one sequence per line as {@code v,v,v:v,v,v:label}, dimensions
 * separated by colons. Lengths may differ between lines, not between the dimensions of one line. A
 * missing value is {@code ?} or {@code NaN}.
 */
final class TsFile {
  private final Path file;
  private final Missing missing;
  private final Consumer<Sequences> each;
  private final TsHeader header = new TsHeader();
  private boolean inData;
  private int firstLength;
  private Sequences sequences;

  private TsFile(Path file, Missing missing, Consumer<Sequences> each) {
    this.file = file;
    this.missing = missing;
    this.each = each;
  }

  /**
   * What a file holds.
   *
   * @param sequences the sequences with their labels or targets
   * @param declaredClasses class labels in the order of the declaration; empty for a value target
   */
  record Content(Sequences sequences, List<String> declaredClasses) {}

  /**
   * Reads a file.
   *
   * @throws DataException naming file and line of what cannot be used
   */
  static Content read(Path file, Missing missing) {
    return read(file, missing, null);
  }

  /**
   * Reads a file and hands on every sequence by itself as it comes, so that they are not held.
   *
   * @throws DataException as {@link #read(Path, Missing)}
   */
  static void stream(Path file, Missing missing, Consumer<Sequences> each) {
    read(file, missing, each);
  }

  private static Content read(Path file, Missing missing, Consumer<Sequences> each) {
    TsFile reader = new TsFile(file, missing, each);
    try (TextFile text = TextFile.open(file)) {
      for (String line = text.next(); line != null; line = text.next()) {
        reader.accept(line.trim(), text.at());
      }
    }
    if (!reader.inData) {
      throw new DataException(
          file + ": has no line '@data', so this is no .ts file, or its end is missing");
    }
    if (reader.sequences == null) {
      throw new DataException(file + ": has no sequence after the line '@data'");
    }
    return new Content(reader.sequences, reader.header.classes());
  }

  private void accept(String text, String at) {
    if (text.startsWith("#")) {
      return;
    }
    if (inData) {
      acceptSequence(text, at);
    } else if (text.startsWith("@")) {
      inData = header.accept(text, at);
    } else {
      throw new DataException(
          at
              + ": values before the line '@data'; a .ts file begins with declarations such as"
              + " '@univariate true'");
    }
  }

  private void acceptSequence(String text, String at) {
    Limits.COLUMNS.require(count(text, ':') + 1, at);
    String[] segments = text.split(":", -1);
    int dims = header.target() == null ? segments.length : segments.length - 1;
    if (dims < 1) {
      throw new DataException(
          at
              + ": has no ':' before its "
              + (header.target() == Target.CLASS ? "label" : "target")
              + "; the line may have been cut");
    }
    double[][] columns = new double[dims][];
    for (int d = 0; d < dims; d++) {
      columns[d] = numbers(segments[d], at + ": dimension " + (d + 1));
      if (columns[d].length != columns[0].length) {
        throw new DataException(
            at
                + ": dimension "
                + (d + 1)
                + " has "
                + columns[d].length
                + " values, dimension 1 has "
                + columns[0].length
                + "; all dimensions of a sequence must have the same length");
      }
    }
    checkShape(dims, columns[0].length, at);
    if (header.target() == null) {
      sequences.add(interleave(columns), at, null, null);
    } else {
      addLabelled(interleave(columns), at, segments[dims].trim());
    }
    if (each != null) {
      each.accept(sequences);
      sequences = empty(dims);
    }
  }

  private void checkShape(int dims, int length, String at) {
    header.check(dims, length, at);
    if (sequences == null) {
      firstLength = length;
      sequences = empty(dims);
    }
    if (dims != sequences.dims()) {
      throw new DataException(
          at + ": has " + dims + " dimensions, the lines before have " + sequences.dims());
    }
    if (header.equalLength() && length != firstLength) {
      throw new DataException(
          at
              + ": has "
              + length
              + " steps, the lines before have "
              + firstLength
              + "; declare '@equalLength false' if that is meant");
    }
  }

  private Sequences empty(int dims) {
    boolean value = header.target() == Target.VALUE;
    List<String> names = value ? List.of("target") : List.of();
    return new Sequences(file.toString(), dims, List.of(), header.target(), names);
  }

  private void addLabelled(double[] values, String at, String label) {
    if (header.target() == Target.VALUE) {
      double value =
          Numbers.parse(label)
              .orElseThrow(
                  () -> new DataException(at + ": target '" + label + "' is not a finite number"));
      sequences.add(values, at, null, new double[] {value});
      return;
    }
    if (!header.classes().contains(label)) {
      throw new DataException(
          at
              + ": label '"
              + label
              + "' is not among those that @classLabel declares: "
              + String.join(", ", header.classes()));
    }
    sequences.add(values, at, new String[] {label}, null);
  }

  /** One cell after another, because as many strings as a long line has cells are a burden. */
  private double[] numbers(String segment, String at) {
    double[] values = new double[(int) count(segment, ',') + 1];
    int from = 0;
    for (int t = 0; t < values.length; t++) {
      int comma = segment.indexOf(',', from);
      int end = comma < 0 ? segment.length() : comma;
      values[t] = number(segment.substring(from, end), at, t);
      from = end + 1;
    }
    return values;
  }

  private double number(String cell, String at, int t) {
    if (!Numbers.isMissing(cell)) {
      return Numbers.parse(cell)
          .orElseThrow(
              () -> new DataException(step(at, t) + ": '" + cell + "' is not a finite number"));
    }
    if (cell.isBlank()) {
      throw new DataException(step(at, t) + ": the value is empty; write ? for a missing value");
    }
    if (missing == Missing.ERROR) {
      throw new DataException(
          step(at, t)
              + ": the value is missing ('"
              + cell.trim()
              + "'); "
              + MissingValues.advice());
    }
    return Double.NaN;
  }

  private static String step(String at, int t) {
    return at + ", step " + (t + 1);
  }

  private static long count(String text, char c) {
    long count = 0;
    for (int at = text.indexOf(c); at >= 0; at = text.indexOf(c, at + 1)) {
      count++;
    }
    return count;
  }

  /** [dims][length] to [length][dims]. */
  private static double[] interleave(double[][] columns) {
    if (columns.length == 1) {
      return columns[0];
    }
    double[] values = new double[columns.length * columns[0].length];
    Arrays.setAll(values, i -> columns[i % columns.length][i / columns.length]);
    return values;
  }
}
