package io.carillon.cli;

import io.carillon.data.DataException;
import io.carillon.papers.download.Downloader;
import io.carillon.papers.download.PublishedData;
import io.carillon.papers.download.PublishedFile;
import io.carillon.report.console.ExitCode;
import io.carillon.report.console.Table;
import io.carillon.report.console.UsageException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Fetches published data sets. */
@Command(
    name = "download",
    sortOptions = false,
    description = {
      "Fetch a published data set, verify its checksum and unpack it. Without a name: what there is.",
      "The same command goes on with what an interruption has left. Nothing is fetched with --from."
    })
final class DownloadCommand extends ConsoleCommand {
  @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "A data set.")
  private String name;

  @Option(
      names = {"-t", "--to"},
      paramLabel = "FOLDER",
      description = "Where it goes.")
  private Path to;

  @Option(
      names = "--from",
      paramLabel = "FOLDER",
      description = "A folder that has the files already; there they are read, not fetched.")
  private Path from;

  @Option(
      names = "--mirror",
      paramLabel = "URL",
      description = "Address to fetch the files from, instead of the published one.")
  private String mirror;

  @Override
  public Integer call() {
    if (name == null) {
      list();
      return ExitCode.OK;
    }
    PublishedData data = data();
    if (to == null) {
      throw new UsageException("say where it goes: carillon download " + name + " --to FOLDER");
    }
    if (from != null && mirror != null) {
      throw new UsageException("give --from or --mirror, not both");
    }
    if (from != null && !Files.isDirectory(from)) {
      throw new UsageException("--from " + from + ": there is no such folder");
    }
    if (mirror != null && !mirror.matches("https?://\\S+")) {
      throw new UsageException("--mirror " + mirror + ": give an address http(s)://...");
    }
    console.say("%s: %s. Licence: %s. See %s", name, data.task(), data.licence(), data.home());
    Path folder = new Downloader(to, line -> console.say("%s", line)).fetch(data, from, mirror);
    String preset = data.preset().replaceFirst(",.*", "") + "-small";
    console.say("Train on it: carillon train --data %s --preset %s", folder, preset);
    return ExitCode.OK;
  }

  private PublishedData data() {
    try {
      return PublishedData.get(name);
    } catch (DataException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  private void list() {
    Table table = new Table("name", "task", "file", "checksum", "licence");
    for (PublishedData data : PublishedData.all()) {
      for (PublishedFile file : data.files()) {
        String checksum =
            file.checksum() == null ? "recorded at first" : file.checksum().algorithm();
        table.row(data.name(), data.task(), file.name(), checksum, data.licence());
      }
    }
    table.print(console);
  }
}
