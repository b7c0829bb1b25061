package io.carillon.data;

import io.carillon.model.Meaning;
import io.carillon.train.Dataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Opens data files. The kind is seen from the path: see {@link DataFormat} for the kinds and their
 * options.
 *
 * <p>Files that are wrong end in a {@link DataException}; nothing is guessed, and no part of a
 * damaged file is used.
 */
public final class Loaders {
  private static final List<DataFormat> FORMATS =
      ServiceLoader.load(DataFormat.class, DataFormat.class.getClassLoader()).stream()
          .map(ServiceLoader.Provider::get)
          .sorted(Comparator.comparingInt(format -> format.about().place()))
          .toList();

  private Loaders() {}

  /** All kinds of data, in the order of lists for people. */
  public static List<DataFormat> formats() {
    return FORMATS;
  }

  /**
   * Reads data and divides them for training. Equal files, options and seed give equal parts.
   *
   * @param path file or folder
   * @param options settings of the kind that the path turns out to be
   * @param seed of every random division
   * @throws DataException if the path does not exist or is of no known kind, an option is unknown
   *     or wrong, or the data cannot be used
   */
  public static Splits open(Path path, Map<String, String> options, long seed) {
    DataFormat kind = format(path);
    return kind.splits(path, check(kind, options), seed, Optional.empty());
  }

  /**
   * Reads data as {@link #open} with the options, scaling, classes and vocabulary of an existing
   * model. With the data and the seed of its training this gives the same parts again.
   *
   * @throws DataException also for a class that the model does not know
   */
  public static Splits open(Path path, Meaning fitted, long seed) {
    DataFormat kind = format(path);
    return kind.splits(path, check(kind, fitted), seed, Optional.of(fitted));
  }

  /**
   * Reads a whole file with its labels or targets as one set, prepared for an existing model. Of an
   * IDX folder this is the test part.
   *
   * @throws DataException also if the data do not fit the model
   */
  public static Dataset labelled(Path path, Meaning fitted) {
    DataFormat kind = format(path);
    return kind.labelled(path, check(kind, fitted), fitted);
  }

  /**
   * Reads sequences without their targets, prepared for an existing model, from a file or folder of
   * a kind that {@link #inputFormat} finds.
   *
   * @throws DataException also if the data do not fit the model
   */
  public static Inputs inputs(Path path, Meaning fitted) {
    return inputs(path, fitted, Map.of());
  }

  /**
   * Reads sequences as {@link #inputs(Path, Meaning)}, a file of which differs in some settings
   * from those that the model was trained on.
   *
   * @param changes settings of {@link #inputFormat}
   * @throws DataException also for a setting that it does not have, or that has no effect
   */
  public static Inputs inputs(Path path, Meaning fitted, Map<String, String> changes) {
    DataFormat kind = fittingKind(path, fitted);
    Options options = check(kind, fitted, changes);
    Inputs inputs = kind.inputs(path, options, fitted);
    options.requireAsked(changes.keySet(), path.toString());
    return inputs;
  }

  /**
   * How much {@link #inputs(Path, Meaning, Map)} would have to hold; empty for kinds of files that
   * {@link #stream} cannot read.
   *
   * @throws DataException as the former
   */
  public static Optional<InputSize> size(Path path, Meaning fitted, Map<String, String> changes) {
    DataFormat kind = fittingKind(path, fitted);
    return kind.size(path, check(kind, fitted, changes), fitted);
  }

  /**
   * Reads the same as {@link #inputs(Path, Meaning, Map)}, in the same order, without holding it:
   * memory does not grow with the length of a sequence, and by a name with their number.
   *
   * @return what was changed on the way, for the user to read
   * @throws DataException as the former, or if the steps of one sequence do not stand together
   */
  public static List<String> stream(
      Path path, Meaning fitted, Map<String, String> changes, InputSink sink) {
    DataFormat kind = fittingKind(path, fitted);
    Options options = check(kind, fitted, changes);
    List<String> notes = kind.stream(path, options, fitted, sink);
    options.requireAsked(changes.keySet(), path.toString());
    return notes;
  }

  private static DataFormat fittingKind(Path path, Meaning fitted) {
    DataFormat kind = inputFormat(path, fitted);
    boolean tokens = !fitted.vocabulary().isEmpty();
    if (tokens != kind.isTokens()) {
      throw new DataException(
          path
              + ": the model reads "
              + (tokens ? "tokens (kinds of data: " + ofTokens() + ")" : "numbers, not tokens"));
    }
    boolean apart =
        kind.isOnlyForItself()
            || named(fitted.kind()).filter(DataFormat::isOnlyForItself).isPresent();
    if (apart && !kind.kind().equals(fitted.kind())) {
      throw new DataException(
          path
              + ": is of kind "
              + kind.kind()
              + ", the model was trained on kind "
              + fitted.kind()
              + "; give such a file");
    }
    return kind;
  }

  private static String ofTokens() {
    return FORMATS.stream()
        .filter(format -> format.isTokens() && !format.isOnlyForItself())
        .map(DataFormat::kind)
        .collect(Collectors.joining(", "));
  }

  /**
   * The kind of data at a path.
   *
   * @throws DataException if there is nothing, an empty folder, or nothing known
   */
  public static DataFormat format(Path path) {
    if (!Files.exists(path)) {
      throw new DataException(path + ": there is no such file or folder; check the path");
    }
    if (!Files.isDirectory(path)) {
      String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
      String ending = name.substring(name.lastIndexOf('.') + 1);
      return first(format -> format.readsFile(path, ending))
          .orElseThrow(() -> unknown(path, "is of no known kind"));
    }
    requireFiles(path);
    return first(format -> format.readsFolder(path))
        .orElseThrow(() -> unknown(path, "has no files of a known kind"));
  }

  private static Optional<DataFormat> first(Predicate<DataFormat> matches) {
    return FORMATS.stream()
        .sorted(Comparator.comparingInt(format -> format.about().precedence()))
        .filter(matches)
        .findFirst();
  }

  /** The kind of that name. */
  public static Optional<DataFormat> named(String kind) {
    return FORMATS.stream().filter(format -> format.kind().equals(kind)).findFirst();
  }

  /**
   * The kind that inputs are read as: that of the model where it takes them, else what is seen.
   *
   * @throws DataException as {@link #format}
   */
  public static DataFormat inputFormat(Path path, Meaning fitted) {
    Optional<DataFormat> own = named(fitted.kind());
    if (Files.isDirectory(path) && own.filter(DataFormat::takesAnyFolder).isPresent()) {
      return own.get();
    }
    DataFormat seen = first(format -> format.readsInput(path)).orElseGet(() -> format(path));
    return own.filter(format -> format.alsoTakes().equals(Optional.of(seen.kind()))).orElse(seen);
  }

  private static void requireFiles(Path folder) {
    try (Stream<Path> walk = Files.walk(folder)) {
      if (walk.noneMatch(Files::isRegularFile)) {
        throw unknown(folder, "is an empty folder");
      }
    } catch (IOException e) {
      throw DataException.unreadable(folder, e);
    }
  }

  private static DataException unknown(Path path, String what) {
    StringBuilder message = new StringBuilder(path + ": " + what + ". Supported are:");
    for (DataFormat kind : FORMATS) {
      message.append(System.lineSeparator()).append("  ").append(kind.description());
    }
    return new DataException(message.toString());
  }

  private static Options check(DataFormat kind, Map<String, String> options) {
    return Options.of(kind.kind() + " data", kind.options(), options);
  }

  /** The options of the model where it was trained on this kind, else the defaults. */
  private static Options check(DataFormat kind, Meaning fitted) {
    return check(kind, fitted, Map.of());
  }

  private static Options check(DataFormat kind, Meaning fitted, Map<String, String> changes) {
    Map<String, String> options = new LinkedHashMap<>();
    if (fitted.kind().equals(kind.kind())) {
      options.putAll(fitted.options());
    }
    options.putAll(changes);
    return check(kind, options);
  }
}
