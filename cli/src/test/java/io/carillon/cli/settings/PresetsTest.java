package io.carillon.cli.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.config.BlockConfig;
import io.carillon.config.DlrConfig;
import io.carillon.config.NetworkConfig;
import io.carillon.config.S4dConfig;
import io.carillon.data.DataFormat;
import io.carillon.data.Loaders;
import io.carillon.data.Option;
import io.carillon.data.generated.Tasks;
import io.carillon.engine.Parameter;
import io.carillon.engine.SeededRandom;
import io.carillon.io.FormatException;
import io.carillon.nn.Network;
import io.carillon.report.console.UsageException;
import io.carillon.report.settings.Change;
import io.carillon.train.TrainConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.aggregator.ArgumentsAccessor;
import org.junit.jupiter.params.provider.CsvSource;
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
  void theDataOptionsOfAPresetBelongToOneKindOfData(String name) throws IOException {
    List<Set<String>> known = new ArrayList<>();
    for (DataFormat kind : Loaders.formats()) {
      known.add(keys(kind.options()));
    }
    Tasks.all().forEach(task -> known.add(keys(task.options())));
    Set<String> given = Presets.load(name).data().keySet();
    assertThat(known).as("%s", given).anyMatch(keys -> keys.containsAll(given));
  }

  private static Set<String> keys(List<Option> options) {
    return options.stream().map(Option::key).collect(Collectors.toCollection(TreeSet::new));
  }

  /** The hyperparameters of the release of the S4 repository for the S4D paper, task by task. */
  @ParameterizedTest
  @CsvSource({
    "lra-listops, 8, 128, BATCH, false, 0, 0.01, 0.01, 0.001, 0.05, 50, 40, 80000, 1000, 0, MEAN, 2222",
    "lra-text, 6, 256, BATCH, true, 0, 0.01, 0.01, 0.001, 0.05, 16, 32, 50000, 1000, 0, MEAN, 2222",
    "lra-retrieval, 6, 256, BATCH, true, 0, 0.01, 0.01, 0.001, 0.05, 64, 20, 50000, 2500, 256, MEAN, 2222",
    "lra-image, 6, 512, LAYER, false, 0.1, 0.01, 0.01, 0.001, 0.05, 50, 200, 200000, 1000, 2, MEAN, 2222",
    "lra-pathfinder, 6, 256, BATCH, true, 0, 0.004, 0.001, 0.001, 0.03, 64, 200, 500000, 2500, 256, LAST, 2222",
    "lra-pathx, 6, 256, BATCH, true, 0, 0.0005, 0.0005, 0.0005, 0.05, 16, 50, 500000, 10000, 256, MEAN, 1112",
    "scifar, 6, 512, LAYER, false, 0.1, 0.01, 0.001, 0.001, 0.05, 50, 200, 200000, 1000, 2, MEAN, 2222",
    "sc35, 6, 128, BATCH, true, 0, 0.01, 0.001, 0.001, 0.05, 16, 40, 200000, 1000, 2, MEAN, 2222",
    "bidmc, 6, 128, LAYER, true, 0, 0.01, 0.001, 0.001, 0.05, 32, 500, 0, 0, 2, MEAN, 1112"
  })
  void thePaperPresetsCarryThePublishedHyperparameters(ArgumentsAccessor row) throws IOException {
    Preset preset = Presets.load(row.getString(0) + "-paper");
    RunSettings settings = RunSettings.merge(preset, List.of(), preset.data().keySet());
    NetworkConfig network = RunSettings.networkConfig(settings.network(), 1, 0, 10);
    BlockConfig block = network.block();
    S4dConfig ssm = (S4dConfig) block.ssm();
    TrainConfig train = settings.trainConfig();
    List<Object> actual =
        List.of(
            network.depth(),
            network.width(),
            block.norm().toString(),
            block.prenorm(),
            block.dropout(),
            train.learningRate(),
            train.dtRate(ssm),
            train.aRate(ssm),
            train.weightDecay(),
            train.batchSize(),
            train.epochs(),
            train.totalSteps(),
            train.warmupSteps(),
            ssm.ssmCopies(),
            network.pooling().toString(),
            train.seed());
    List<Object> expected =
        List.of(
            row.getInteger(1),
            row.getInteger(2),
            row.getString(3),
            row.getBoolean(4),
            row.getDouble(5),
            row.getDouble(6),
            row.getDouble(7),
            row.getDouble(8),
            row.getDouble(9),
            row.getInteger(10),
            row.getInteger(11),
            row.getInteger(12),
            row.getInteger(13),
            row.getInteger(14),
            row.getString(15),
            row.getLong(16));
    assertThat(actual).isEqualTo(expected);
    assertThat(block.bidirectional()).isTrue();
    assertThat(network.finalNorm()).isEqualTo(block.prenorm());
    assertThat(ssm.stateSize()).isEqualTo(row.getString(0).equals("bidmc") ? 256 : 64);
    assertThat(train.clipNorm()).isZero();
    assertThat(train.dropLast()).isTrue();
  }

  /** Official runs may be longer than the T of their cosine (35 words of Speech Commands are). */
  @ParameterizedTest
  @MethodSource("names")
  void aCosineOfThePapersWithItsOwnTotalRisesAgainAsTheOfficialOne(String name) throws IOException {
    Preset preset = Presets.load(name);
    TrainConfig train = RunSettings.merge(preset, List.of(), preset.data().keySet()).trainConfig();
    assertThat(train.cosineRises())
        .isEqualTo(name.matches(".*-(paper|ablation)") && train.totalSteps() > 0);
  }

  @Test
  void vitalSignsAreNotScaledByThePaperPreset() throws IOException {
    assertThat(Presets.load("bidmc-paper").data()).containsEntry("scale", "none");
  }

  /** The count that the paper's table gives as 306K, computed parameter by parameter. */
  @Test
  void theSpeechNetworkHasThePublishedNumberOfParameters() throws IOException {
    Preset preset = Presets.load("sc35-paper");
    NetworkConfig config = RunSettings.networkConfig(preset.network(), 1, 0, 35);
    long trained =
        new Network(config, new SeededRandom(1))
            .parameters().stream().filter(Parameter::trainable).mapToLong(Parameter::size).sum();
    assertThat(trained).isEqualTo(306_083);
  }

  /** S4 in its place, with the official two copies of A, B and P; the table gives 307K. */
  @Test
  void theSpeechNetworkOfS4HasThePublishedNumberOfParameters() throws IOException {
    Preset preset = Presets.load("sc35-paper");
    List<Change> changes =
        List.of(new Change("block.ssm.kind", "s4"), new Change("block.ssm.ssm_copies", "2"));
    RunSettings settings = RunSettings.merge(preset, changes, preset.data().keySet());
    NetworkConfig config = RunSettings.networkConfig(settings.network(), 1, 0, 35);
    long trained =
        new Network(config, new SeededRandom(1))
            .parameters().stream().filter(Parameter::trainable).mapToLong(Parameter::size).sum();
    assertThat(trained).isBetween(306_500L, 307_499L);
  }

  /** Counted from the official code and its sizes, tensor by tensor. */
  @ParameterizedTest
  @CsvSource({
    "scifar-example, 3, 10, 201482",
    "scifar-ablation, 3, 10, 135946",
    "sc35-ablation, 1, 35, 106403",
    "bidmc-ablation, 2, 1, 333057"
  })
  void smallOfficialNetworksHaveTheirNumberOfParameters(
      String name, int inputs, int outputs, long parameters) throws IOException {
    Preset preset = Presets.load(name);
    RunSettings settings = RunSettings.merge(preset, List.of(), preset.data().keySet());
    NetworkConfig config = RunSettings.networkConfig(settings.network(), inputs, 0, outputs);
    long trained =
        new Network(config, new SeededRandom(1))
            .parameters().stream().filter(Parameter::trainable).mapToLong(Parameter::size).sum();
    assertThat(trained).isEqualTo(parameters);
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
