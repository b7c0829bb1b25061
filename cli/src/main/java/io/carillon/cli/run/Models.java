package io.carillon.cli.run;

import io.carillon.cli.CommandFailure;
import io.carillon.cli.show.Console;
import io.carillon.cli.show.Errors;
import io.carillon.model.LoadCheck;
import io.carillon.model.ParityException;
import io.carillon.model.SequenceModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Opens models. */
public final class Models {
  private Models() {}

  /**
   * Loads the model in a model or run folder, to look into it or for whole sequences.
   *
   * @throws CommandFailure if there is none, saying what to do
   * @throws IOException if a file cannot be read
   */
  public static SequenceModel load(Path folder, Console console) throws IOException {
    return load(folder, LoadCheck.NONE, console);
  }

  /**
   * Loads the model in a model or run folder. What its user should know of the folder goes to the
   * console's standard error.
   *
   * @param check what is demanded of the agreement of its ways to compute
   * @throws CommandFailure if there is none or it does not meet the demand, saying what to do
   * @throws IOException if a file cannot be read
   */
  public static SequenceModel load(Path folder, LoadCheck check, Console console)
      throws IOException {
    if (!Files.exists(folder)) {
      throw new CommandFailure(
          folder + ": there is no such folder; give the folder of a model or run");
    }
    if (!Files.isDirectory(folder)) {
      throw new CommandFailure(folder + ": is a file; give the folder of a model or run");
    }
    RunFolder run = RunFolder.at(folder);
    if (!run.hasModel() && run.canResume()) {
      throw new CommandFailure(
          folder
              + ": the training in it has not saved a model yet; go on with it by: carillon train"
              + " --resume --out "
              + folder);
    }
    try {
      SequenceModel model = SequenceModel.load(folder, check);
      model.note().ifPresent(note -> console.warn("%s: %s", folder, note));
      return model;
    } catch (ParityException e) {
      throw new CommandFailure(e.getMessage() + "; see: carillon verify " + folder, e);
    }
  }

  /**
   * Saves a new model. If that fails nothing of it stays: neither files nor folders that were not
   * there before.
   *
   * @throws CommandFailure naming the folder and the reason
   */
  public static void saveNew(SequenceModel model, Path folder) {
    Path made = firstMissing(folder.toAbsolutePath().normalize());
    Set<Path> before = files(folder);
    try {
      model.save(folder);
    } catch (IOException | UncheckedIOException e) {
      for (Path file : files(folder)) {
        if (!before.contains(file)) {
          discard(file);
        }
      }
      for (Path f = folder.toAbsolutePath().normalize();
          made != null && f.startsWith(made);
          f = f.getParent()) {
        discard(f);
      }
      throw new CommandFailure(
          "cannot save the model in "
              + folder
              + ": "
              + Errors.message(e)
              + "; nothing of it is left there",
          e);
    }
  }

  /** The folder nearest to the root that is not there yet; null if all are. */
  private static Path firstMissing(Path folder) {
    Path missing = null;
    for (Path f = folder; f != null && !Files.exists(f); f = f.getParent()) {
      missing = f;
    }
    return missing;
  }

  private static Set<Path> files(Path folder) {
    if (!Files.isDirectory(folder)) {
      return Set.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.collect(Collectors.toSet());
    } catch (IOException e) {
      throw new CommandFailure(folder + ": cannot be read: " + Errors.message(e), e);
    }
  }

  private static void discard(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // The error that led here is the one to report.
    }
  }
}
