package io.carillon.data.audio;

import io.carillon.data.DataException;
import io.carillon.data.Option;
import io.carillon.data.Options;
import io.carillon.data.csv.CsvFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which class each recording belongs to, and to which part if anything says so.
 *
 * <p>The class comes from a column of the split file, from a regular expression over the file name,
 * or from the name of the folder that the recording lies in, in this order. The part comes from a
 * column of the split file, from regular expressions, or from a first folder called train,
 * validation or test.
 */
final class WavLabels {
  static final List<Option> OPTIONS =
      List.of(
          new Option(
              "label-regex",
              "",
              "regular expression for the whole file name, its first group is the class, such as"
                  + " (\\d)_.*; without it the folder name is the class"),
          new Option(
              "split-file",
              "",
              "CSV file that lists the recordings to use; a relative path begins in or beside the data"),
          new Option("file-column", "file", "column of split-file with the file name"),
          new Option("label-column", "", "column of split-file with the class"),
          new Option(
              "split-column", "", "column of split-file with train, validation (or dev) or test"),
          new Option("test-regex", "", "file names (whole) of the test part"),
          new Option("validation-regex", "", "file names (whole) of the validation part"));

  /** The parts of a division. */
  enum Part {
    TRAIN,
    VALIDATION,
    TEST;

    private static Part of(String word) {
      return switch (word.toLowerCase(Locale.ROOT)) {
        case "train", "training" -> TRAIN;
        case "validation", "valid", "val", "dev" -> VALIDATION;
        case "test", "testing" -> TEST;
        default -> null;
      };
    }
  }

  /**
   * One recording to use.
   *
   * @param name relative to the folder or archive
   * @param label its class; null if nothing says it
   * @param part its part; null if nothing says it
   */
  record Entry(String name, String label, Part part) {}

  private final Recordings recordings;
  private final Options options;
  private final Path path;

  WavLabels(Path path, Recordings recordings, Options options) {
    this.path = path;
    this.recordings = recordings;
    this.options = options;
  }

  /** The recordings with class and part. */
  List<Entry> entries() {
    return options.has("split-file") ? fromFile() : fromNames();
  }

  /**
   * Fails unless all recordings have a class, and not all the same. To be called when they have
   * been read: a recording that is damaged is the more pressing news.
   */
  void requireClasses(List<Entry> entries) {
    Set<String> classes = new HashSet<>();
    for (Entry entry : entries) {
      if (entry.label() == null) {
        throw new DataException(
            recordings.title(entry.name())
                + ": has no class: it lies in no sub-folder; set option label-regex, such as"
                + " label-regex=(\\d)_.*, or label-column");
      }
      classes.add(entry.label());
    }
    if (classes.size() < 2) {
      throw new DataException(
          path
              + ": all "
              + entries.size()
              + " recordings are of one class, '"
              + entries.get(0).label()
              + "'; the class is the folder name unless option label-regex"
              + " (such as label-regex=(\\d)_.*) or label-column says otherwise");
    }
  }

  private List<Entry> fromNames() {
    List<Entry> entries = new ArrayList<>();
    boolean byRegex = options.has("test-regex") || options.has("validation-regex");
    for (String name : recordings.names()) {
      Part part = byRegex ? partByRegex(name) : partByFolder(name);
      entries.add(new Entry(name, label(name), part));
    }
    if (entries.stream().anyMatch(entry -> entry.part() == null)) {
      entries.replaceAll(entry -> new Entry(entry.name(), entry.label(), null));
    }
    return entries;
  }

  private Part partByRegex(String name) {
    String file = Recordings.fileName(name);
    if (options.pattern("test-regex").filter(p -> p.matcher(file).matches()).isPresent()) {
      return Part.TEST;
    }
    boolean validation =
        options.pattern("validation-regex").filter(p -> p.matcher(file).matches()).isPresent();
    return validation ? Part.VALIDATION : Part.TRAIN;
  }

  private static Part partByFolder(String name) {
    int slash = name.indexOf('/');
    return slash < 0 ? null : Part.of(name.substring(0, slash));
  }

  private String label(String name) {
    String file = Recordings.fileName(name);
    Pattern pattern = options.pattern("label-regex").orElse(null);
    if (pattern != null) {
      Matcher matcher = pattern.matcher(file);
      if (matcher.groupCount() < 1) {
        throw options.wrong("label-regex", "an expression with a group ( ) around the class");
      }
      if (!matcher.matches() || matcher.group(1) == null) {
        throw new DataException(
            recordings.title(name) + ": the file name does not match label-regex=" + pattern);
      }
      return matcher.group(1);
    }
    String folder = name.substring(0, Math.max(0, name.length() - file.length() - 1));
    return folder.isEmpty() ? null : Recordings.fileName(folder);
  }

  private List<Entry> fromFile() {
    CsvFile csv = CsvFile.open(splitFile());
    int fileColumn = csv.column(options.text("file-column").orElse(""));
    int labelColumn = options.text("label-column").map(csv::column).orElse(-1);
    int splitColumn = options.text("split-column").map(csv::column).orElse(-1);
    Map<String, String> known = byName();
    Set<String> used = new HashSet<>();
    List<Entry> entries = new ArrayList<>();
    csv.forEachRow(
        (line, cells) -> {
          String cell = cells.get(fileColumn);
          String name = known.get(cell);
          if (name == null || !used.add(name)) {
            throw new DataException(
                csv.at(line, fileColumn)
                    + " names '"
                    + cell
                    + "'"
                    + (name == null
                        ? ", which is not in " + path + " (or is there more than once)"
                        : " a second time"));
          }
          String label = labelColumn < 0 ? label(name) : cells.get(labelColumn);
          Part part = splitColumn < 0 ? null : part(csv, line, splitColumn, cells);
          entries.add(new Entry(name, label, part));
        });
    return entries;
  }

  private static Part part(CsvFile csv, int line, int column, List<String> cells) {
    Part part = Part.of(cells.get(column));
    if (part == null) {
      throw new DataException(
          csv.at(line, column)
              + " is '"
              + cells.get(column)
              + "'; must be train, validation (or dev) or test");
    }
    return part;
  }

  /** Recordings by their full name, and by file name where that is unique. */
  private Map<String, String> byName() {
    Map<String, String> known = new HashMap<>();
    Set<String> repeated = new HashSet<>();
    for (String name : recordings.names()) {
      if (known.put(Recordings.fileName(name), name) != null) {
        repeated.add(Recordings.fileName(name));
      }
    }
    known.keySet().removeAll(repeated);
    recordings.names().forEach(name -> known.put(name, name));
    return known;
  }

  /** The split file inside the folder of recordings, beside the folder or archive, or as given. */
  private Path splitFile() {
    Path given = Path.of(options.text("split-file").orElse(""));
    Path beside = path.toAbsolutePath().resolveSibling(given);
    Path inside = path.resolve(given);
    if (Files.isDirectory(path) && Files.exists(inside)) {
      return inside;
    }
    return Files.exists(beside) ? beside : given;
  }
}
