package io.carillon.cli;

import io.carillon.cli.run.Models;
import io.carillon.config.Computing;
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

  /** The model, computing in the standard way, see {@link Models#load}. */
  SequenceModel load(Console console) throws IOException {
    return load(console, Computing.standard());
  }

  /** The model, see {@link Models#load(Console, Path, Computing)}. */
  SequenceModel load(Console console, Computing computing) throws IOException {
    return Models.load(console, folder, computing);
  }

  /** The model, see {@link Models#load(Console, Path, LoadCheck, Computing)}. */
  SequenceModel load(Console console, LoadCheck check) throws IOException {
    return Models.load(console, folder, check, Computing.standard());
  }
}
