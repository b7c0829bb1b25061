package io.carillon.cli;

import io.carillon.cli.run.OutputFile;
import io.carillon.interop.OfficialExport;
import io.carillon.model.SequenceModel;
import io.carillon.report.console.ExitCode;
import io.carillon.report.console.UsageException;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes a model's weights under the names of the official PyTorch code. */
@Command(
    name = "export",
    sortOptions = false,
    description = {
      "Write the weights of a model under the names and shapes of the official PyTorch code, which"
          + " loads them by: model.load_state_dict(safetensors.torch.load_file(FILE)).",
      "An imported model is written as it came. Another one is written for the S4Model of"
          + " example.py where that fits, else for the SequenceModel of the S4 repository (S4D) or"
          + " of the DLR repository (DLR, DSS)."
    })
final class ExportCommand extends ConsoleCommand {
  @Mixin private ModelArgument modelArgument = new ModelArgument();

  @Option(
      names = {"-o", "--to"},
      required = true,
      paramLabel = "FILE",
      description = "Where the weights go; a name that ends in .safetensors.")
  private Path to;

  @Override
  public Integer call() throws IOException {
    if (!to.toString().endsWith(".safetensors")) {
      throw new UsageException("--to is " + to + "; give a file that ends in .safetensors");
    }
    OutputFile.check(to);
    SequenceModel model = modelArgument.load(console);
    String[] official = new String[1];
    OutputFile.write(to, file -> official[0] = OfficialExport.write(model, file));
    console.say("weights for the official model '%s' in %s", official[0], to);
    return ExitCode.OK;
  }
}
