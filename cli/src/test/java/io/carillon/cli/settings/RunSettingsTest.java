package io.carillon.cli.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.config.DlrConfig;
import io.carillon.config.S4dConfig;
import io.carillon.config.kernel.S4dInit;
import io.carillon.report.console.UsageException;
import io.carillon.report.settings.Change;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Presets, changes and their names. */
class RunSettingsTest {
  private static final Preset PRESET =
      new Preset(
          "p",
          "",
          Map.of(
              "width",
              8L,
              "block",
              Map.of("ssm", Map.of("kind", "s4d", "init", "inv", "state_size", 6L))),
          Map.of("epochs", 3L, "learning_rate", 0.5),
          Map.of("validation", "0.1"));

  private static RunSettings merge(String... changes) {
    return RunSettings.merge(
        PRESET,
        List.of(changes).stream().map(Change::parse).toList(),
        List.of("validation", "label-regex"));
  }

  @Test
  void aPresetAloneGivesItsSettingsAndDefaultsElsewhere() {
    RunSettings settings = merge();
    assertThat(settings.trainConfig().epochs()).isEqualTo(3);
    assertThat(settings.trainConfig().learningRate()).isEqualTo(0.5);
    assertThat(settings.trainConfig().batchSize()).isEqualTo(32);
    assertThat(RunSettings.networkConfig(settings.network(), 2, 0, 5).width()).isEqualTo(8);
    assertThat(settings.data()).isEqualTo(Map.of("validation", "0.1"));
  }

  @ParameterizedTest
  @CsvSource({
    "train.epochs, train.epochs",
    "epochs, train.epochs",
    "width, network.width",
    "block.ssm.init, network.block.ssm.init",
    "ssm.init, network.block.ssm.init",
    "init, network.block.ssm.init",
    "batch-size, train.batch_size",
    "label_regex, data.label-regex",
    "bandlimit, network.block.ssm.bandlimit",
    "ssm_learning_rate, train.ssm_learning_rate"
  })
  void theLastPartsOfANameAreEnough(String given, String full) {
    assertThat(new KnownKeys("s4d", List.of("label-regex")).resolve(given)).isEqualTo(full);
  }

  @Test
  void anAmbiguousNameListsWhatItCanMean() {
    assertThatThrownBy(() -> new KnownKeys("dss", List.of()).resolve("epsilon"))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "setting 'epsilon' can mean network.block.ssm.epsilon or train.epsilon; write more of it");
  }

  @ParameterizedTest
  @CsvSource({
    "train.epohcs, train.epochs",
    "epohcs, train.epochs",
    "learnig_rate, train.learning_rate",
    "ssm.inti, network.block.ssm.init",
    "data.validaton, data.validation"
  })
  void anUnknownNameSuggestsTheNearest(String given, String nearest) {
    assertThatThrownBy(() -> merge(given + "=1"))
        .isInstanceOf(UsageException.class)
        .hasMessage("unknown setting '" + given + "'; did you mean '" + nearest + "'?");
  }

  @Test
  void sizesOfTheDataCannotBeSet() {
    assertThatThrownBy(() -> merge("network.input_size=3"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("'network.input_size' is given by the data");
  }

  @Test
  void aValueOfTheWrongKindNamesSettingAndValue() {
    assertThatThrownBy(() -> merge("epochs=many").trainConfig())
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("epochs")
        .hasMessageContaining("\"many\"");
    assertThatThrownBy(() -> RunSettings.networkConfig(merge("init=wide").network(), 1, 0, 2))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("network.block.ssm.init")
        .hasMessageContaining("\"wide\"");
  }

  @Test
  void laterChangesWinAndDefaultUndoesThePreset() {
    RunSettings settings = merge("epochs=7", "epochs=9", "learning_rate=default");
    assertThat(settings.trainConfig().epochs()).isEqualTo(9);
    assertThat(settings.trainConfig().learningRate()).isEqualTo(0.004);
    assertThat(settings.changes())
        .containsEntry("train.epochs", "9")
        .containsEntry("train.learning_rate", "default");
  }

  @Test
  void anotherKernelDropsThePresetsKernelSettingsButKeepsTheStateSize() {
    RunSettings settings = merge("kind=dlr", "ssm.cast=sum");
    DlrConfig ssm =
        (DlrConfig) RunSettings.networkConfig(settings.network(), 1, 0, 2).block().ssm();
    assertThat(ssm.stateSize()).isEqualTo(6);
    assertThat(ssm.init()).isEqualTo(DlrConfig.DEFAULT.init());
    assertThat(settings.notes()).hasSize(1);
    assertThatThrownBy(() -> merge("kind=dlr", "ssm.discretisation=zoh"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("unknown setting 'ssm.discretisation'");
  }

  @Test
  void theSameKernelKeepsThePresetsSettings() {
    RunSettings settings = merge("kind=s4d");
    S4dConfig ssm =
        (S4dConfig) RunSettings.networkConfig(settings.network(), 1, 0, 2).block().ssm();
    assertThat(ssm.init()).isEqualTo(S4dInit.INV);
  }

  @Test
  void anUnknownKernelIsRefusedWithTheNearest() {
    assertThatThrownBy(() -> merge("kind=dlrr"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("'dlr'");
  }

  @Test
  void aWrongKeyOfAPresetNamesThePreset() {
    Preset wrong = new Preset("mine.yaml", "", Map.of("widht", 3L), Map.of(), Map.of());
    assertThatThrownBy(() -> RunSettings.merge(wrong, List.of(), List.of()))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "preset mine.yaml: unknown setting 'network.widht'; did you mean 'network.width'?");
  }

  @ParameterizedTest
  @CsvSource({"epochs", "=3", "epochs="})
  void aChangeNeedsANameAndAValue(String text) {
    assertThatThrownBy(() -> Change.parse(text))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("expected key=value");
  }
}
