package io.carillon.cli;

import io.carillon.cli.settings.Preset;
import io.carillon.cli.settings.Presets;
import io.carillon.report.console.ExitCode;
import io.carillon.report.console.Table;
import java.io.IOException;
import picocli.CommandLine.Command;

/** Lists the presets. */
@Command(
    name = "presets",
    description = {
      "The presets that come with carillon.",
      "'carillon describe PRESET' shows the settings of one. A YAML file of your own works as well."
    })
final class PresetsCommand extends ConsoleCommand {
  @Override
  public Integer call() throws IOException {
    Table table = new Table("preset", "for");
    for (String name : Presets.names()) {
      Preset preset = Presets.load(name);
      table.row(name, preset.description());
    }
    table.print(console);
    return ExitCode.OK;
  }
}
