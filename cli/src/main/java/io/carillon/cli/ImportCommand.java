package io.carillon.cli;

import io.carillon.cli.run.Models;
import io.carillon.interop.OfficialImport;
import io.carillon.model.SequenceModel;
import io.carillon.model.inside.Inside;
import io.carillon.report.console.CommandFailure;
import io.carillon.report.console.ExitCode;
import io.carillon.report.console.NetworkReport;
import io.carillon.report.console.Text;
import io.carillon.report.console.UsageException;
import io.carillon.report.folder.ModelInfo;
import io.carillon.report.folder.RunFolder;
import io.carillon.report.folder.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a model of a checkpoint of the official PyTorch code. */
@Command(
    name = "import",
    sortOptions = false,
    description = {
      "Make a model of a checkpoint of the official PyTorch code: S4Model of example.py (s4d.py),"
          + " SequenceModel of the S4 repository (version 4, S4D), SequenceModel of the DLR"
          + " repository (DLR, DSS).",
      "Files: .pt, .pth, .ckpt of torch.save (zip or old format) or .safetensors. No code from the"
          + " file is run. The architecture is told from names and shapes; what they cannot tell is"
          + " asked by the options below, whose defaults are those of the official code."
    })
final class ImportCommand extends ConsoleCommand {
  @Parameters(index = "0", paramLabel = "FILE", description = "The checkpoint.")
  private Path file;

  @Option(
      names = {"-o", "--out", "--output"},
      required = true,
      paramLabel = "MODEL",
      description = "Folder of the model; must be empty or not exist.")
  private Path out;

  @Mixin private ImportOptions options = new ImportOptions();

  @Override
  public Integer call() throws IOException {
    requireEmpty();
    OfficialImport.Result result = read();
    SequenceModel model = result.model();
    Models.saveNew(model.withInfo(info(model, result)), out);
    console.say(
        "%s of the official model '%s' in %s",
        Text.count(parameters(model), "number", "numbers"), result.source(), out);
    console.say("network    %s", TrainSummary.network(model.config()));
    console.say("stream     %s", new NetworkReport(Inside.network(model), 0).stream());
    result.notes().forEach(note -> console.say("note: %s", note));
    if (!result.assumed().isEmpty()) {
      console.say("assumed    %s", String.join(", ", result.assumed()));
      console.say("The file cannot tell these; an option of the same name changes one.");
    }
    return ExitCode.OK;
  }

  private OfficialImport.Result read() throws IOException {
    if (Files.isDirectory(file)) {
      throw new CommandFailure(file + ": is a folder; give a checkpoint file");
    }
    try {
      return OfficialImport.read(file, options.toMap());
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  /** What an import that was broken off has left is no reason to refuse the next one. */
  private void requireEmpty() throws IOException {
    RunFolder.at(out).requireCreatable();
    if (!Files.isDirectory(out)) {
      return;
    }
    try (Stream<Path> files = Files.list(out)) {
      if (files.anyMatch(file -> !RunFolder.isUnfinished(file))) {
        throw new CommandFailure(out + ": the folder is not empty; give another one with --out");
      }
    }
  }

  private Map<String, Object> info(SequenceModel model, OfficialImport.Result result) {
    Map<String, Object> provenance = new LinkedHashMap<>();
    provenance.put("command", commandText());
    provenance.put("carillon", Version.carillon());
    provenance.put("created", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    provenance.put("imported_from", file.getFileName().toString());
    provenance.put("official_model", result.source());
    provenance.put("assumed", result.assumed());
    Map<String, Object> info = new LinkedHashMap<>(model.info());
    info.put(ModelInfo.PROVENANCE, provenance);
    return info;
  }

  private static long parameters(SequenceModel model) {
    return Inside.network(model).parameters().stream().mapToLong(p -> p.size()).sum();
  }
}
