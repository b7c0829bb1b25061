package io.carillon.cli;

import io.carillon.cli.run.Models;
import io.carillon.cli.run.OutputFile;
import io.carillon.interop.OfficialExport;
import io.carillon.interop.onnx.OnnxExport;
import io.carillon.interop.pytorch.PyTorchExport;
import io.carillon.model.SequenceModel;
import io.carillon.report.console.CommandFailure;
import io.carillon.report.console.ExitCode;
import io.carillon.report.console.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes a model for other programs. */
@Command(
    name = "export",
    sortOptions = false,
    description = {
      "Write a model for other programs.",
      "A name that ends in .onnx: ONNX graphs that take raw numbers and give named answers, of a"
          + " whole sequence, and in a second file, which ends in .step.onnx, of one step.",
      "--format pytorch: a folder with model.py, which needs torch only, and its weights.",
      "A name that ends in .safetensors: weights under the names and shapes of the official PyTorch"
          + " code, which loads them by: model.load_state_dict(safetensors.torch.load_file(FILE))."
          + " An imported model is written as it came. Another one is written for the S4Model of"
          + " example.py where that fits, else for the SequenceModel of the S4 repository (S4D) or"
          + " of the DLR repository (DLR, DSS)."
    })
final class ExportCommand extends ConsoleCommand {
  private static final String ONNX = ".onnx";
  private static final String STEP = ".step.onnx";
  private static final String SAFETENSORS = ".safetensors";

  /** What a model is written as. */
  private enum Format {
    OFFICIAL,
    ONNX,
    PYTORCH
  }

  @Mixin private ModelArgument modelArgument = new ModelArgument();

  @Option(
      names = {"-o", "--to"},
      required = true,
      paramLabel = "PATH",
      description = "Where it goes: a file that ends in .onnx or .safetensors, or a folder.")
  private Path to;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "official, onnx or pytorch. Default: by the end of the name.")
  private Format format;

  @Override
  public Integer call() throws IOException {
    switch (format == null ? formatOfName() : format) {
      case OFFICIAL -> official();
      case ONNX -> onnx();
      case PYTORCH -> pytorch();
    }
    return ExitCode.OK;
  }

  private Format formatOfName() {
    if (to.toString().endsWith(SAFETENSORS)) {
      return Format.OFFICIAL;
    }
    if (to.toString().endsWith(ONNX)) {
      return Format.ONNX;
    }
    throw new UsageException(
        "--to is "
            + to
            + "; give a file that ends in .onnx or .safetensors, or a folder with --format pytorch");
  }

  private void requireEnd(String end) {
    if (!to.toString().endsWith(end)) {
      throw new UsageException("--to is " + to + "; give a file that ends in " + end);
    }
  }

  private void official() throws IOException {
    requireEnd(SAFETENSORS);
    OutputFile.check(to);
    SequenceModel model = modelArgument.load(console);
    String[] official = new String[1];
    OutputFile.write(to, file -> official[0] = OfficialExport.write(model, file));
    console.say("weights for the official model '%s' in %s", official[0], to);
  }

  private void onnx() throws IOException {
    requireEnd(ONNX);
    String name = to.getFileName().toString();
    if (name.endsWith(STEP)) {
      throw new UsageException(
          "--to is " + to + "; that is the name of the second file, give it without .step");
    }
    Path step = to.resolveSibling(name.substring(0, name.length() - ONNX.length()) + STEP);
    OutputFile.check(to);
    OutputFile.check(step);
    SequenceModel model = modelArgument.load(console);
    Optional<String> obstacle = model.streamingObstacle();
    if (obstacle.isPresent()) {
      OutputFile.write(to, file -> OnnxExport.writeSequence(model, file));
      console.say("graph of a whole sequence in %s", to);
      console.say("note: there is no graph of a step: %s", obstacle.get());
      return;
    }
    OutputFile.write(to, file -> OnnxExport.writeBoth(model, file, step));
    console.say("graph of a whole sequence in %s, of a step in %s", to, step);
  }

  private void pytorch() throws IOException {
    requireFolder();
    SequenceModel model = modelArgument.load(console);
    Models.writeNew(to, folder -> PyTorchExport.write(model, folder));
    console.say("%s and %s in %s", PyTorchExport.MODULE, PyTorchExport.WEIGHTS, to);
  }

  private boolean isEmpty() throws IOException {
    try (Stream<Path> files = Files.list(to)) {
      return files.findAny().isEmpty();
    }
  }

  private void requireFolder() throws IOException {
    if (Files.exists(to) && !Files.isDirectory(to)) {
      throw new CommandFailure(to + ": is a file; give a folder with --to");
    }
    if (Files.isDirectory(to) && !isEmpty()) {
      throw new CommandFailure(to + ": the folder is not empty; give another one with --to");
    }
  }
}
