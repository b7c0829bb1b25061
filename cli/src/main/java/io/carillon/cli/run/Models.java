package io.carillon.cli.run;

import io.carillon.config.Computing;
import io.carillon.model.LoadCheck;
import io.carillon.model.ParityException;
import io.carillon.model.SequenceModel;
import io.carillon.report.console.CommandFailure;
import io.carillon.report.console.Console;
import io.carillon.report.console.Errors;
import io.carillon.report.folder.ModelInfo;
import io.carillon.report.folder.Reached;
import io.carillon.report.folder.RunFolder;
import io.carillon.report.settings.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Opens models. */
public final class Models {
  private Models() {}

  /**
   * Loads the model in a model or run folder, to look into it or for whole sequences. That its
   * training has not ended is said on standard error.
   *
   * @throws CommandFailure if there is none, saying what to do
   * @throws IOException if a file cannot be read
   */
  public static SequenceModel load(Console console, Path folder, Computing computing)
      throws IOException {
    return load(console, folder, LoadCheck.NONE, computing);
  }

  /**
   * Loads the model in a model or run folder, as {@link #load(Console, Path, Computing)} does.
   *
   * @param check what is demanded of the agreement of its ways to compute
   * @throws CommandFailure if there is none or it does not meet the demand, saying what to do
   * @throws IOException if a file cannot be read
   */
  public static SequenceModel load(
      Console console, Path folder, LoadCheck check, Computing computing) throws IOException {
    if (!Files.exists(folder)) {
      throw new CommandFailure(
          folder + ": there is no such folder; give the folder of a model or run");
    }
    if (!Files.isDirectory(folder)) {
      throw new CommandFailure(folder + ": is a file; give the folder of a model or run");
    }
    RunFolder run = RunFolder.at(folder);
    if (run.model().equals(folder) && !run.hasModel() && run.canResume()) {
      throw new CommandFailure(
          folder
              + ": the training in it has not saved a model yet, which it does after its first"
              + " validation; if it no longer runs, go on with it by: carillon train --resume "
              + folder);
    }
    try {
      SequenceModel model = newest(run, check, computing);
      model.note().ifPresent(note -> console.warn("%s: %s", folder, note));
      unfinished(run, model).ifPresent(note -> console.err().println("note: " + note));
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
    writeNew(folder, model::save);
  }

  /** Writes files into a folder, which it creates when needed. */
  @FunctionalInterface
  public interface FolderWriter {
    /** Writes all of them. */
    void write(Path folder) throws IOException;
  }

  /**
   * {@link #saveNew} of what is no model folder.
   *
   * @throws CommandFailure if it cannot be written
   */
  public static void writeNew(Path folder, FolderWriter writer) {
    Path made = firstMissing(folder.toAbsolutePath().normalize());
    Set<Path> before = files(folder);
    try {
      writer.write(folder);
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

  /** A training that runs may replace its best model while it is being read. */
  private static SequenceModel newest(RunFolder run, LoadCheck check, Computing computing)
      throws IOException {
    while (true) {
      Path model = run.model();
      try {
        return SequenceModel.load(model, check, computing);
      } catch (NoSuchFileException e) {
        if (run.model().equals(model)) {
          throw e;
        }
      }
    }
  }

  /** What to know of the model of a training that has not ended; empty for others. */
  private static Optional<String> unfinished(RunFolder run, SequenceModel model) {
    Map<String, Object> provenance = Trees.child(model.info(), ModelInfo.PROVENANCE);
    Object end = provenance.get("end");
    if (!Reached.RUNNING.equals(end) && !Reached.STOPPED.equals(end)) {
      return Optional.empty();
    }
    Object epoch = Trees.child(model.info(), ModelInfo.METRICS).get("epoch");
    Object epochs = Trees.get(provenance, "train.epochs");
    return Optional.of(
        (epoch == null
                ? "model of step " + provenance.get("steps") + ", before the first validation"
                : "model of epoch " + epoch + " of " + epochs)
            + ", training not finished"
            + (run.canResume()
                ? "; if it no longer runs, go on with: carillon train --resume " + run.path()
                : ""));
  }
}
