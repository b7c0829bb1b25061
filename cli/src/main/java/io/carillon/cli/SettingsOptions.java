package io.carillon.cli;

import io.carillon.report.settings.Change;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The option {@code --set}. */
final class SettingsOptions {
  @Option(
      names = {"-s", "--set"},
      paramLabel = "KEY=VALUE",
      description = {
        "Change a setting: train.epochs=5, network.width=32, block.ssm.init=inv, data.length=1000.",
        "The last part of a name is enough when it is unique; the value 'default' undoes a preset's."
      })
  private final List<String> settings = new ArrayList<>();

  /** All changes in their order. */
  List<Change> changes() {
    return new ArrayList<>(settings.stream().map(Change::parse).toList());
  }
}
