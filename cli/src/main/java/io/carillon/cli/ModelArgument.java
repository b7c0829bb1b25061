package io.carillon.cli;

import io.carillon.cli.run.Models;
import io.carillon.model.LoadCheck;
import io.carillon.model.SequenceModel;
import io.carillon.report.console.Console;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** The argument {@code MODEL} of commands that need a trained model. */
final class ModelArgument {
  @Parameters(index = "0", paramLabel = "MODEL", description = "Folder of a model or run.")
  private Path folder;

  /** The folder as it was given. */
  Path folder() {
    return folder;
  }

  /** The model, see {@link Models#load(Console, Path)}. */
  SequenceModel load(Console console) throws IOException {
    return Models.load(console, folder);
  }

  /** The model, see {@link Models#load(Console, Path, LoadCheck)}. */
  SequenceModel load(Console console, LoadCheck check) throws IOException {
    return Models.load(console, folder, check);
  }
}
