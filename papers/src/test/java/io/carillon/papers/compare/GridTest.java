package io.carillon.papers.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.carillon.error.FormatException;
import io.carillon.report.console.UsageException;
import io.carillon.report.settings.Change;
import io.carillon.report.settings.Yaml;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Comparison files, and the grids that they are turned into. */
class GridTest {
  private static final String SMALL =
      """
      title: t
      shows: s
      metric: accuracy
      sizes:
        small: {preset: "{task}-small", seeds: [1, 2], set: {train.epochs: 3, block.ssm.init: lin}}
        large: {preset: big, task: tones}
      axes:
        task:
          shift: {task: shift}
          own: {folder: data}
        model:
          s4d: {}
          dlr: {block.ssm.kind: dlr, block.ssm.state_size: 8}
      rules:
        - {when: {size: small, task: shift, model: dlr}, set: {block.ssm.state_size: 16}}
        - {when: {size: large, model: dlr}, skip: too slow}
      """;

  @TempDir private Path folder;

  static List<String> names() {
    return Comparisons.names();
  }

  private static Comparison read(String yaml) {
    return new ComparisonReader("file").read("test", Yaml.read(yaml, "file"));
  }

  @Test
  void everyCombinationIsACellWithTheLastAxisFastest() {
    List<Cell> cells = Grid.cells(read(SMALL), "small", folder, List.of(), List.of());
    assertThat(cells)
        .extracting(Cell::id)
        .containsExactly("shift-s4d", "shift-dlr", "own-s4d", "own-dlr");
    assertThat(cells.get(0).preset()).isEqualTo("shift-small");
    assertThat(cells.get(0).task()).isEqualTo("shift");
    assertThat(settings(cells.get(0))).containsExactly("train.epochs=3", "block.ssm.init=lin");
  }

  @Test
  void aKindOfLayerDropsTheLayerSettingsBeforeItAndRulesComeLast() {
    List<Cell> cells = Grid.cells(read(SMALL), "small", folder, List.of(), List.of());
    assertThat(settings(cells.get(1)))
        .containsExactly("train.epochs=3", "block.ssm.kind=dlr", "block.ssm.state_size=16");
  }

  @Test
  void changesOfTheUserComeLast() {
    List<Change> own = List.of(new Change("epochs", "1"));
    Cell cell = Grid.cells(read(SMALL), "small", folder, own, List.of()).get(0);
    assertThat(settings(cell)).endsWith("epochs=1");
  }

  @Test
  void cellsAreLeftOutByRulesAndForMissingFolders() {
    List<Cell> large = Grid.cells(read(SMALL), "large", null, List.of(), List.of("task=shift"));
    assertThat(large).extracting(Cell::skip).containsExactly("", "too slow");
    List<Cell> own = Grid.cells(read(SMALL), "large", folder, List.of(), List.of("task=own"));
    assertThat(own.get(0).skip()).contains("there is no data in " + folder);
    assertThat(own.get(0).task()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model|expected axis=level",
        "modell=dlr|there is no axis 'modell'",
        "model=dlrr|has no level 'dlrr'; did you mean 'dlr'?"
      })
  void wrongFiltersAreNamed(String only, String message) {
    assertThatThrownBy(() -> Grid.cells(read(SMALL), "small", folder, List.of(), List.of(only)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "title: t|'shows' is missing",
        "titel: t|unknown key 'titel'; did you mean 'title'?",
        "sizes: {small: {preste: x}}|did you mean 'preset'?",
        "sizes: {small: {seeds: [a]}}|'a' is no whole number",
        "claims: [{text: t}]|either 'at_least' or 'than'",
        "claims: [{text: t, at_least: 1, when: {model: foo}}]|has no level 'foo'",
        "rules: [{when: {colour: red}}]|names no axis 'colour'",
        "numbers: [{value: x, note: n}]|'x' is no number"
      })
  void mistakesInAFileAreNamed(String line, String message) {
    String key = line.substring(0, line.indexOf(':') + 1);
    String yaml =
        line.startsWith("title")
            ? line + "\nsizes: {small: {}}"
            : key.equals("sizes:")
                ? SMALL.replaceFirst("(?s)sizes:.*", line)
                : SMALL.replaceFirst("(?s)rules:.*", line);
    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyComparisonIsComplete(String name) throws IOException {
    Comparison comparison = Comparisons.load(name);
    assertThat(comparison.sizes()).containsKeys("small", "paper");
    comparison.sizes().values().forEach(size -> assertThat(size.differences()).isNotEmpty());
    if (!comparison.study().isEmpty()) {
      return;
    }
    assertThat(comparison.metric()).isNotEmpty();
    for (String size : comparison.sizes().keySet()) {
      List<Cell> cells = Grid.cells(comparison, size, folder, List.of(), List.of());
      assertThat(cells.stream().map(Cell::id)).doesNotHaveDuplicates();
    }
  }

  /** S4's own rows are those of the official runs, whose channels share two copies of A, B, P. */
  @ParameterizedTest
  @CsvSource({"lra-small", "sequential-images", "speech-rate"})
  void s4HasTheOfficialNumberOfCopiesAtPaperSize(String name) throws IOException {
    List<Cell> cells = paperCells(name, "s4-legs");
    assertThat(cells).isNotEmpty();
    for (Cell cell : cells) {
      assertThat(cell.changes()).contains(new Change("block.ssm.ssm_copies", "2"));
    }
  }

  /** A batch of 8 on each of two devices in the official runs; the preset has the 16. */
  @Test
  void localAttentionKeepsTheBatchOfThePathfinderPreset() throws IOException {
    for (Cell cell : paperCells("dlr-pathfinder", "local-attention")) {
      assertThat(cell.preset()).isEqualTo("pathfinder-segmentation-paper");
      assertThat(cell.changes()).extracting(Change::key).doesNotContain("train.batch_size");
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void aCosineOfThePapersWithItsOwnTotalRisesAgain(String name) throws IOException {
    for (Cell cell : paperCells(name, null)) {
      List<String> keys = cell.changes().stream().map(Change::key).toList();
      assertThat(keys.contains("train.cosine_rises")).isEqualTo(keys.contains("train.total_steps"));
    }
  }

  private List<Cell> paperCells(String name, String model) throws IOException {
    Comparison comparison = Comparisons.load(name);
    if (!comparison.study().isEmpty()) {
      return List.of();
    }
    List<String> only = model == null ? List.of() : List.of("model=" + model);
    return Grid.cells(comparison, "paper", folder, List.of(), only);
  }

  @Test
  void claimsAreCheckedOnMeans() {
    Comparison comparison =
        read(
            SMALL.replaceFirst(
                "(?s)rules:.*",
                """
                claims:
                  - {text: good, when: {model: s4d}, at_least: 0.8}
                  - {text: better, when: {model: s4d}, than: {model: dlr}, by: 0.1}
                """));
    List<CellResult> results =
        CellResult.of(
            List.of(
                result("shift", "s4d", 0.8), result("shift", "s4d", 1.0),
                result("shift", "dlr", 0.85), result("own", "s4d", 0.7)));
    ClaimCheck good = ClaimCheck.of(comparison.claims().get(0), comparison, results);
    assertThat(good.checked()).isEqualTo(2);
    assertThat(good.against()).containsExactly("own, s4d: 0.7000");
    ClaimCheck better = ClaimCheck.of(comparison.claims().get(1), comparison, results);
    assertThat(better.verdict()).isEqualTo("seen in 0 of 1");
    assertThat(results.get(0).spread("accuracy")).isCloseTo(Math.sqrt(0.02), within(1e-15));
  }

  private static RunResult result(String task, String model, double accuracy) {
    Map<String, String> levels = new LinkedHashMap<>();
    levels.put("task", task);
    levels.put("model", model);
    Cell cell = new Cell(levels, "", task, "", List.of(), "");
    return new RunResult(
        new PlannedRun(cell, 1),
        Path.of("x"),
        RunResult.Status.FINISHED,
        "",
        Map.of("accuracy", accuracy),
        Map.of(),
        List.of());
  }

  private static List<String> settings(Cell cell) {
    return cell.changes().stream().map(Change::toString).toList();
  }
}
