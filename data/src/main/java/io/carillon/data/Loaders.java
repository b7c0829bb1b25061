package io.carillon.data;

import io.carillon.train.Dataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Opens data files. The kind is seen from the path: see {@link FileKind} for the kinds and their
 * options.
 *
 * <p>Files that are wrong end in a {@link DataException}; nothing is guessed, and no part of a
 * damaged file is used.
 */
public final class Loaders {
  private Loaders() {}

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
    FileKind kind = kind(path);
    return kind.loader().splits(path, check(kind, options), seed, Optional.empty());
  }

  /**
   * Reads data as {@link #open} with the options, scaling, classes and vocabulary of an existing
   * model. With the data and the seed of its training this gives the same parts again.
   *
   * @throws DataException also for a class that the model does not know
   */
  public static Splits open(Path path, Preprocessing fitted, long seed) {
    FileKind kind = kind(path);
    return kind.loader().splits(path, check(kind, fitted), seed, Optional.of(fitted));
  }

  /**
   * Reads a whole file with its labels or targets as one set, prepared for an existing model. Of an
   * IDX folder this is the test part.
   *
   * @throws DataException also if the data do not fit the model
   */
  public static Dataset labelled(Path path, Preprocessing fitted) {
    FileKind kind = kind(path);
    return kind.loader().labelled(path, check(kind, fitted), fitted);
  }

  /**
   * Reads sequences without their targets, prepared for an existing model: a {@code .ts} file, a
   * {@code .wav} file, a folder or zip of them, a {@code .csv} file (rows are steps, columns are
   * dimensions), a {@code .tsv} file of tokens or of pairs, a {@code .txt} file or a folder of
   * them, an IDX file or CIFAR batch of images, or a {@code .png} file or a folder of them.
   *
   * @throws DataException also if the data do not fit the model
   */
  public static Inputs inputs(Path path, Preprocessing fitted) {
    FileKind kind = fittingKind(path, fitted);
    return kind.loader().inputs(path, check(kind, fitted), fitted);
  }

  /**
   * How much {@link #inputs} would have to hold; empty for kinds of files that {@link #stream}
   * cannot read.
   *
   * @throws DataException as {@link #inputs}
   */
  public static Optional<InputSize> size(Path path, Preprocessing fitted) {
    FileKind kind = fittingKind(path, fitted);
    return kind.loader().size(path, check(kind, fitted), fitted);
  }

  /**
   * Reads the same as {@link #inputs}, in the same order, without holding it: memory does not grow
   * with the length of a sequence, and by a name with their number.
   *
   * @return what was changed on the way, for the user to read
   * @throws DataException as {@link #inputs}, or if the steps of one sequence do not stand together
   */
  public static List<String> stream(Path path, Preprocessing fitted, InputSink sink) {
    FileKind kind = fittingKind(path, fitted);
    return kind.loader().stream(path, check(kind, fitted), fitted, sink);
  }

  private static FileKind fittingKind(Path path, Preprocessing fitted) {
    FileKind kind = inputKind(path, fitted);
    boolean tokens = !fitted.vocabulary().isEmpty();
    if (tokens != kind.isTokens()) {
      throw new DataException(
          path
              + ": the model reads "
              + (tokens ? "tokens (.tsv, or .txt for texts)" : "numbers, not tokens"));
    }
    boolean ofTexts = kind == FileKind.TEXT || kind == FileKind.PAIRS;
    boolean modelOfTexts =
        fitted.kind().equals(TextLoader.KIND) || fitted.kind().equals(PairLoader.KIND);
    if ((ofTexts || modelOfTexts) && !kind.kind().equals(fitted.kind())) {
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

  /**
   * The kind of data at a path.
   *
   * @throws DataException if there is nothing, an empty folder, or nothing known
   */
  public static FileKind kind(Path path) {
    if (!Files.exists(path)) {
      throw new DataException(path + ": there is no such file or folder; check the path");
    }
    return Files.isDirectory(path) ? folderKind(path) : fileKind(path);
  }

  private static FileKind inputKind(Path path, Preprocessing fitted) {
    boolean unsorted = Files.isDirectory(path);
    if (unsorted && fitted.kind().equals(FileKind.TEXT.kind())) {
      return FileKind.TEXT;
    }
    if (unsorted && fitted.kind().equals(FileKind.PATHFINDER.kind())) {
      return FileKind.PATHFINDER;
    }
    FileKind kind = namedKind(path);
    return kind == FileKind.WAV && fitted.kind().equals(FileKind.SPEECH.kind())
        ? FileKind.SPEECH
        : kind;
  }

  private static FileKind namedKind(Path path) {
    String name = String.valueOf(path.getFileName());
    return name.contains("idx3-ubyte") && Files.isRegularFile(path) ? FileKind.IDX : kind(path);
  }

  private static FileKind fileKind(Path path) {
    String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "ts" -> FileKind.TS;
      case "wav", "zip" -> FileKind.WAV;
      case "csv" -> FileKind.CSV;
      case "tsv" -> PairLoader.isPairs(path) ? FileKind.PAIRS : FileKind.TSV;
      case "txt" -> FileKind.TEXT;
      case "bin" -> FileKind.CIFAR;
      case "png" -> FileKind.PATHFINDER;
      default -> throw unknown(path, "is of no known kind");
    };
  }

  private static FileKind folderKind(Path folder) {
    try (Stream<Path> walk = Files.walk(folder)) {
      if (walk.noneMatch(Files::isRegularFile)) {
        throw unknown(folder, "is an empty folder");
      }
    } catch (IOException e) {
      throw TextFile.unreadable(folder, e);
    }
    if (IdxLoader.matches(folder)) {
      return FileKind.IDX;
    }
    if (CifarLoader.matches(folder)) {
      return FileKind.CIFAR;
    }
    if (PathfinderLoader.matches(folder)) {
      return FileKind.PATHFINDER;
    }
    if (SpeechLoader.matches(folder)) {
      return FileKind.SPEECH;
    }
    if (PairLoader.matches(folder)) {
      return FileKind.PAIRS;
    }
    if (TextLoader.matches(folder)) {
      return FileKind.TEXT;
    }
    if (TsLoader.matches(folder)) {
      return FileKind.TS;
    }
    if (TokenLoader.matches(folder)) {
      return FileKind.TSV;
    }
    if (Recordings.any(folder)) {
      return FileKind.WAV;
    }
    throw unknown(folder, "has no files of a known kind");
  }

  private static DataException unknown(Path path, String what) {
    StringBuilder message = new StringBuilder(path + ": " + what + ". Supported are:");
    for (FileKind kind : FileKind.values()) {
      message.append(System.lineSeparator()).append("  ").append(kind.description());
    }
    return new DataException(message.toString());
  }

  private static Options check(FileKind kind, Map<String, String> options) {
    return Options.of(kind.kind() + " data", kind.options(), options);
  }

  /** The options of the model where it was trained on this kind, else the defaults. */
  private static Options check(FileKind kind, Preprocessing fitted) {
    return check(kind, fitted.kind().equals(kind.kind()) ? fitted.options() : Map.of());
  }
}
