package io.carillon.report.folder;

import io.carillon.io.AtomicFile;
import io.carillon.model.SequenceModel;
import io.carillon.report.console.CommandFailure;
import io.carillon.report.settings.Yaml;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The folder of a training run: the best model ({@code config.json}, {@code weights.safetensors}),
 * the settings ({@code run.yaml}), the record ({@code metrics.jsonl}), the report ({@code
 * report.html}), what baselines reached ({@code baselines.json}) and the state to resume from.
 *
 * <p>While the training has not ended, the best model so far is in a folder {@code best-epoch-N}
 * inside: a folder is renamed as a whole, so that settings and weights of a model never part.
 */
public final class RunFolder {
  private static final String SETTINGS = "run.yaml";
  private static final String METRICS = "metrics.jsonl";
  private static final String RESUME = "resume.safetensors";
  private static final String CONFIG = "config.json";
  private static final String REPORT = "report.html";
  private static final String BASELINES = "baselines.json";
  private static final String WEIGHTS = "weights.safetensors";
  private static final String BEST = "best-epoch-";

  /** Ending of what is written before it takes the place of the one without. */
  private static final String PART = ".part";

  /** Weights whose {@code config.json} is not there yet, or was there just before them. */
  private static final String NEXT_WEIGHTS = WEIGHTS + ".next";

  /** What a run may have left, and a new one may replace. */
  private static final List<String> FILES =
      List.of(CONFIG, WEIGHTS, NEXT_WEIGHTS, SETTINGS, METRICS, RESUME, REPORT, BASELINES);

  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

  private final Path path;
  private boolean created;

  private RunFolder(Path path) {
    this.path = path;
  }

  /** {@code runs/NAME-yyyyMMdd-HHmmss}, with a number when two runs start in the same second. */
  public static RunFolder named(String name) {
    String base = name + "-" + LocalDateTime.now(ZoneId.systemDefault()).format(STAMP);
    Path path = Path.of("runs", base);
    for (int n = 2; Files.exists(path); n++) {
      path = Path.of("runs", base + "-" + n);
    }
    return new RunFolder(path);
  }

  /** The given folder. */
  public static RunFolder at(Path path) {
    return new RunFolder(path);
  }

  /** The folder. */
  public Path path() {
    return path;
  }

  /** The record of the training. */
  public Path metrics() {
    return path.resolve(METRICS);
  }

  /** The report for people. */
  public Path report() {
    return path.resolve(REPORT);
  }

  /** What baselines reached on the same data, see {@link BaselineScores}. */
  public Path baselines() {
    return path.resolve(BASELINES);
  }

  /** Whether the settings of a run are in it. */
  public boolean hasSettings() {
    return Files.isRegularFile(path.resolve(SETTINGS));
  }

  /** Whether the model of an ended or stopped training is in it. */
  public boolean hasModel() {
    return Files.isRegularFile(path.resolve(CONFIG));
  }

  /**
   * The folder of the model: this one, or where the best one is while the training has not ended.
   *
   * @throws IOException if this folder cannot be read
   */
  public Path model() throws IOException {
    List<Path> bests = bests();
    return bests.isEmpty() ? path : bests.get(bests.size() - 1);
  }

  /** The folders of best models by epoch; there is more than one only after a kill. */
  private List<Path> bests() throws IOException {
    return inside(name -> name.matches(BEST + "\\d{1,9}")).stream()
        .sorted(Comparator.comparingInt(RunFolder::epoch))
        .toList();
  }

  private static int epoch(Path best) {
    return Integer.parseInt(best.getFileName().toString().substring(BEST.length()));
  }

  private List<Path> inside(Predicate<String> name) throws IOException {
    if (!Files.isDirectory(path)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(path)) {
      return files.filter(file -> name.test(file.getFileName().toString())).toList();
    }
  }

  /**
   * Keeps the best model of a training that has not ended, in place of an earlier one.
   *
   * @throws IOException if it cannot be written; the earlier one is there then
   */
  public void saveBest(int epoch, SequenceModel model) throws IOException {
    if (!Files.isDirectory(path)) {
      throw new NoSuchFileException(path.toString(), null, "the folder of the run is gone");
    }
    Path best = path.resolve(BEST + epoch);
    Path part = path.resolve(BEST + epoch + PART);
    delete(part);
    model.save(part);
    // An epoch that is done again after a kill gives the same model.
    if (Files.isDirectory(best)
        && Files.mismatch(part.resolve(WEIGHTS), best.resolve(WEIGHTS)) < 0) {
      delete(part);
      return;
    }
    List<Path> others = new ArrayList<>(bests());
    if (others.remove(best)) {
      discard(best);
    }
    AtomicFile.move(part, best);
    for (Path other : others) {
      discard(other);
    }
  }

  /**
   * Removes best models of before, once the model of the training itself is saved.
   *
   * @throws IOException if they cannot be removed
   */
  public void dropBest() throws IOException {
    for (Path best : bests()) {
      discard(best);
    }
    for (Path part : inside(name -> name.matches(BEST + "\\d+" + PART))) {
      delete(part);
    }
  }

  /** Removes a model: under another name first, so that no half of it is taken for one. */
  private static void discard(Path best) throws IOException {
    Path part = best.resolveSibling(best.getFileName() + PART);
    delete(part);
    AtomicFile.move(best, part);
    delete(part);
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(folder);
  }

  /** Whether a run can be resumed. */
  public boolean canResume() {
    return Files.isRegularFile(path.resolve(RESUME));
  }

  /**
   * Refuses a folder with something in it.
   *
   * @param overwrite whether the files of an earlier run may be replaced
   * @throws CommandFailure if the folder is in use, or holds files that no run has written
   */
  public void requireFree(boolean overwrite) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    if (!Files.isDirectory(path)) {
      throw new CommandFailure(path + ": is a file; give a folder with --out");
    }
    try (Stream<Path> files = Files.list(path)) {
      List<String> names = files.map(file -> file.getFileName().toString()).sorted().toList();
      if (names.isEmpty()) {
        return;
      }
      if (!overwrite) {
        throw new CommandFailure(
            path
                + ": the folder is not empty. Give another one with --out, go on with its run by"
                + " --resume, or replace that run by --overwrite");
      }
      List<String> foreign =
          names.stream()
              .map(name -> name.replaceFirst("\\.part$", ""))
              .filter(name -> !FILES.contains(name) && !name.equals(RunLock.FILE))
              .filter(name -> !name.matches(BEST + "\\d+"))
              .toList();
      if (!foreign.isEmpty()) {
        throw new CommandFailure(
            path
                + ": --overwrite replaces the files of a run, but this folder also holds "
                + String.join(", ", foreign));
      }
    }
  }

  /** Whether a file is one of a model or run that was being written when the writer died. */
  public static boolean isUnfinished(Path file) {
    String name = file.getFileName().toString();
    return name.equals(NEXT_WEIGHTS)
        || name.endsWith(PART) && FILES.contains(name.substring(0, name.length() - PART.length()));
  }

  /**
   * Sees early whether the folder can be created, before data are read for minutes.
   *
   * @throws CommandFailure if something that is no folder, or cannot be written, is in the way
   */
  public void requireCreatable() {
    Path parent = path.toAbsolutePath().normalize();
    while (!Files.exists(parent) && parent.getParent() != null) {
      parent = parent.getParent();
    }
    if (!Files.isDirectory(parent)) {
      throw new CommandFailure(
          "cannot create the folder " + path + ": " + parent + " is a file, not a folder");
    }
    if (!Files.isWritable(parent)) {
      throw new CommandFailure(
          "cannot create the folder " + path + ": " + parent + " is read-only");
    }
  }

  /**
   * Creates the folder if it is not there.
   *
   * @throws CommandFailure if it cannot be created
   */
  public void create() {
    created |= !Files.exists(path);
    try {
      AtomicFile.createFolders(path);
    } catch (IOException e) {
      throw new CommandFailure("cannot create the folder " + path + ": " + reason(e), e);
    }
  }

  /**
   * Creates the folder and removes what an earlier run has left.
   *
   * @throws IOException if it cannot be written
   */
  public void prepare() throws IOException {
    create();
    deleteAll();
  }

  private void deleteAll() throws IOException {
    for (String file : FILES) {
      Files.deleteIfExists(path.resolve(file + PART));
      Files.deleteIfExists(path.resolve(file));
    }
    dropBest();
  }

  private static String reason(IOException e) {
    String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    return reason == null ? e.getClass().getSimpleName() : reason;
  }

  /** Takes back {@link #prepare} when the run has failed before its first step. */
  public void discardIfUnused() throws IOException {
    if (hasModel() || Files.exists(metrics())) {
      return;
    }
    deleteAll();
    if (created) {
      Files.deleteIfExists(path);
    }
  }

  /** Writes the settings. */
  public void writeSettings(Map<String, Object> settings) {
    try {
      AtomicFile.writeText(path.resolve(SETTINGS), Yaml.write(settings));
    } catch (IOException e) {
      throw new CommandFailure("cannot write to the folder " + path + ": " + reason(e), e);
    }
  }

  /**
   * The settings of the run in this folder.
   *
   * @throws io.carillon.error.FormatException if they are damaged
   * @throws IOException if there are none
   */
  public Map<String, Object> readSettings() throws IOException {
    Path file = path.resolve(SETTINGS);
    if (!Files.isRegularFile(file)) {
      throw new CommandFailure(
          path + ": is no folder of a training run; " + SETTINGS + " is missing");
    }
    return Yaml.read(Files.readString(file), file.toString());
  }
}
