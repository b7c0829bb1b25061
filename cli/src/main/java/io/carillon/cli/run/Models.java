package io.carillon.cli.run;

import io.carillon.cli.CommandFailure;
import io.carillon.cli.show.Console;
import io.carillon.model.LoadCheck;
import io.carillon.model.ParityException;
import io.carillon.model.SequenceModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

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
}
