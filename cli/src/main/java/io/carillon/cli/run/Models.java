package io.carillon.cli.run;

import io.carillon.cli.CommandFailure;
import io.carillon.model.SequenceModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens models. */
public final class Models {
  private Models() {}

  /**
   * Loads the model in a model or run folder.
   *
   * @throws CommandFailure if there is none, saying what to do
   * @throws IOException if a file cannot be read
   */
  public static SequenceModel load(Path folder) throws IOException {
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
    return SequenceModel.load(folder);
  }
}
