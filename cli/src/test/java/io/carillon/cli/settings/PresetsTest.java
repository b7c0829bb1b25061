package io.carillon.cli.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.cli.UsageException;
import io.carillon.core.SeededRandom;
import io.carillon.data.FileKind;
import io.carillon.data.Option;
import io.carillon.data.Tasks;
import io.carillon.io.FormatException;
import io.carillon.nn.Network;
import io.carillon.nn.NetworkConfig;
import io.carillon.ssm.DlrConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The presets that come with the command, and preset files. */
class PresetsTest {
  @TempDir private Path folder;

  static List<String> names() {
    return Presets.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyPresetBuildsANetworkAndATraining(String name) throws IOException {
    Preset preset = Presets.load(name);
    RunSettings settings = RunSettings.merge(preset, List.of(), preset.data().keySet());
    NetworkConfig config = RunSettings.networkConfig(settings.network(), 3, 0, 7);
    Network network = new Network(config, new SeededRandom(1));
    assertThat(network.layers()).hasSize(config.depth());
    assertThat(settings.trainConfig().epochs()).isPositive();
    assertThat(preset.description()).isNotBlank();
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyDataOptionOfAPresetExists(String name) throws IOException {
    Set<String> known = new TreeSet<>();
    for (FileKind kind : FileKind.values()) {
      kind.options().stream().map(Option::key).forEach(known::add);
    }
    Tasks.all().forEach(task -> task.options().stream().map(Option::key).forEach(known::add));
    assertThat(known).containsAll(Presets.load(name).data().keySet());
  }

  @Test
  void theListNamesEveryFile() throws IOException {
    Path resources = Path.of("src/main/resources/presets");
    try (Stream<Path> files = Files.list(resources)) {
      List<String> inFolder =
          files
              .map(file -> file.getFileName().toString())
              .filter(file -> file.endsWith(".yaml"))
              .map(file -> file.substring(0, file.length() - ".yaml".length()))
              .toList();
      assertThat(Presets.names()).containsExactlyInAnyOrderElementsOf(inFolder);
    }
  }

  @Test
  void aPresetChangesTheOneItIsBasedOn() throws IOException {
    Path file = folder.resolve("mine.yaml");
    Files.writeString(file, "based_on: s4d\nnetwork: {width: 5}\ntrain: {learning_rate: 2e-3}\n");
    Preset preset = Presets.load(file.toString());
    Preset base = Presets.load("s4d");
    assertThat(preset.network()).containsEntry("width", 5);
    assertThat(preset.network().get("depth")).isEqualTo(base.network().get("depth"));
    assertThat(preset.train()).containsEntry("learning_rate", 0.002);
    assertThat(preset.train().get("epochs")).isEqualTo(base.train().get("epochs"));
  }

  @Test
  void aPresetWithAnotherKernelStartsItFresh() throws IOException {
    Preset preset = Presets.load("dlr");
    RunSettings settings = RunSettings.merge(preset, List.of(), List.of());
    assertThat(RunSettings.networkConfig(settings.network(), 1, 0, 2).block().ssm())
        .isInstanceOf(DlrConfig.class);
  }

  @Test
  void wrongPresetsAreRefused() throws IOException {
    assertThatThrownBy(() -> Presets.load("fsd"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("did you mean 'fsdd'");
    Path file = folder.resolve("a.yaml");
    Files.writeString(file, "netwrok: {width: 5}\n");
    assertThatThrownBy(() -> Presets.load(file.toString()))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("unknown key 'netwrok'; did you mean 'network'?");
    Files.writeString(file, "network: 5\n");
    assertThatThrownBy(() -> Presets.load(file.toString()))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("network must be settings");
    Files.writeString(file, "based_on: " + file + "\n");
    assertThatThrownBy(() -> Presets.load(file.toString()))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("circle");
  }
}
