package io.carillon.cli;

import io.carillon.cli.run.Models;
import io.carillon.cli.run.OutputFile;
import io.carillon.config.Computing;
import io.carillon.model.SequenceModel;
import io.carillon.report.console.ExitCode;
import io.carillon.report.folder.RunFolder;
import io.carillon.report.run.RunReport;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes the report of a run. */
@Command(
    name = "report",
    sortOptions = false,
    description = {
      "Write the report of a run as one HTML file: result, curves, answers, poles, kernels,"
          + " provenance. 'train' does this at its end; here it is made again, also for a run that"
          + " was stopped, and the model is evaluated on the test part if the data are there."
    })
final class ReportCommand extends ConsoleCommand {
  @Parameters(index = "0", paramLabel = "RUN", description = "Folder of a run or model.")
  private Path run;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "File to write; else report.html in the folder.")
  private Path output;

  @Mixin private ThreadsOption threadsOption = new ThreadsOption();

  @Override
  public Integer call() throws IOException {
    Computing computing = Computing.standard().withThreads(threadsOption.count());
    SequenceModel model = Models.load(console, run, computing);
    RunFolder folder = RunFolder.at(run);
    Path file = output == null ? folder.report() : output;
    OutputFile.check(file);
    RunReport report = RunReport.reopened(folder, model);
    OutputFile.write(file, report::write);
    console.say("The report is in %s", file);
    return ExitCode.OK;
  }
}
