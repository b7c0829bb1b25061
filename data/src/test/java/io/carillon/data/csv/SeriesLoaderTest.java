package io.carillon.data.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.carillon.data.DataException;
import io.carillon.data.Inputs;
import io.carillon.data.Loaders;
import io.carillon.data.Splits;
import io.carillon.data.baseline.Baseline;
import io.carillon.data.baseline.Baselines;
import io.carillon.model.Meaning;
import io.carillon.model.Scaling;
import io.carillon.train.Dataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeriesLoaderTest {
  @TempDir Path folder;

  /** Rows 0 .. n-1 with a date, the row number, and ten times it. */
  private Path series(int rows) throws IOException {
    StringBuilder text = new StringBuilder("date,a,b\n");
    for (int r = 0; r < rows; r++) {
      text.append("2016-07-01 00:").append(r).append(',').append(r).append(',').append(10 * r);
      text.append('\n');
    }
    return Files.writeString(folder.resolve("s.csv"), text);
  }

  private static Map<String, String> options(String... pairs) {
    Map<String, String> options =
        new HashMap<>(Map.of("history", "4", "horizon", "2", "split", "10/5/5", "scale", "none"));
    for (int i = 0; i < pairs.length; i += 2) {
      options.put(pairs[i], pairs[i + 1]);
    }
    return options;
  }

  @Test
  void windowsOfEachPart() throws IOException {
    Splits splits = Loaders.open(series(20), options(), 1);
    assertThat(splits.meaning().inputNames()).containsExactly("a", "b");
    assertThat(splits.meaning().targetNames()).containsExactly("a", "b");
    assertThat(splits.train().size()).isEqualTo(10 - 4 - 2 + 1);
    assertThat(splits.train().values(0)).containsExactly(0, 0, 1, 10, 2, 20, 3, 30);
    assertThat(splits.train().targetValues(0)).containsExactly(4, 40, 5, 50);
    assertThat(splits.validation().size()).isEqualTo(5 - 2 + 1);
    assertThat(splits.validation().values(0)).as("looks back").startsWith(6, 60);
    assertThat(splits.validation().targetValues(0)).containsExactly(10, 100, 11, 110);
    assertThat(splits.test().targetValues(3)).containsExactly(18, 180, 19, 190);
  }

  @Test
  void targetsNeverCrossAPart() throws IOException {
    Splits splits = Loaders.open(series(60), options("split", "0.5/0.25/0.25"), 1);
    int[] ends = {0, 30, 45, 60};
    Dataset[] parts = {splits.train(), splits.validation(), splits.test()};
    for (int p = 0; p < 3; p++) {
      for (int i = 0; i < parts[p].size(); i++) {
        float[] target = parts[p].targetValues(i);
        assertThat(target[0]).isGreaterThanOrEqualTo(ends[p]);
        assertThat(target[2]).isLessThan(ends[p + 1]);
      }
    }
  }

  @Test
  void strideAndColumns() throws IOException {
    Splits splits =
        Loaders.open(series(20), options("stride", "3", "columns", "b,a", "targets", "a"), 1);
    assertThat(splits.train().size()).isEqualTo(2);
    assertThat(splits.train().values(1)).startsWith(30, 3);
    assertThat(splits.train().targetValues(1)).containsExactly(7, 8);
    assertThat(splits.test().size()).as("stride is for training").isEqualTo(4);
    Splits less = Loaders.open(series(20), options("ignore", "b"), 1);
    assertThat(less.train().inputSize()).isEqualTo(1);
  }

  @Test
  void scalingFromTheTrainingRowsAlone() throws IOException {
    Path file = series(20);
    Splits splits = Loaders.open(file, options("scale", "standard"), 1);
    // Rows 0 .. 9: mean 4.5, variance 8.25.
    Scaling inputs = splits.meaning().inputScaling().orElseThrow();
    assertThat(inputs.mean()).containsExactly(4.5, 45);
    assertThat(inputs.std()[0]).isCloseTo(Math.sqrt(8.25), within(1e-12));
    assertThat(splits.meaning().values(splits.test().targetValues(3))[0])
        .isCloseTo(18, within(1e-4f));
    Files.writeString(file, Files.readString(file).replace("19,190", "1e6,-1e6"));
    assertThat(Loaders.open(file, options("scale", "standard"), 1).meaning().inputScaling())
        .contains(inputs);
  }

  @Test
  void regressionEstimatesAColumnFromTheOthers() throws IOException {
    Splits splits = Loaders.open(series(20), options("horizon", "0", "targets", "b"), 1);
    assertThat(splits.train().inputSize()).isEqualTo(1);
    assertThat(splits.train().values(0)).containsExactly(0, 1, 2, 3);
    assertThat(splits.train().targetValues(0)).containsExactly(30);
    assertThat(splits.validation().targetValues(0)).containsExactly(100);
    assertThatThrownBy(() -> Loaders.open(series(20), options("horizon", "0"), 1))
        .hasMessageContaining("option targets");
  }

  @Test
  void badCellsAreNamed() throws IOException {
    for (String bad : new String[] {"NaN", "", "x", "inf", "1,5"}) {
      String cell = bad.contains(",") ? '"' + bad + '"' : bad;
      Path file = series(20);
      Files.writeString(file, Files.readString(file).replace("7,70", "7," + cell));
      assertThatThrownBy(() -> Loaders.open(file, options(), 1))
          .as(bad)
          .isInstanceOf(DataException.class)
          .hasMessageContaining(file + ":9: column 'b'");
    }
  }

  @Test
  void missingInputsAreMaskedOrFilledAndMissingTargetsCountNowhere() throws IOException {
    Path file = series(20);
    Files.writeString(file, Files.readString(file).replace("7,70", "7,"));
    Splits masked = Loaders.open(file, options("missing", "mask", "scale", "none"), 1);
    assertThat(masked.train().size()).as("no window is left out").isEqualTo(5);
    assertThat(masked.train().mask(4)).containsExactly(1, 1, 1, 0);
    assertThat(masked.train().values(4)).endsWith(6, 60, 0, 0);
    assertThat(masked.train().missingTargets()).isTrue();
    assertThat(masked.train().targetValues(2)).containsExactly(6, 60, 7, Float.NaN);
    assertThat(masked.train().targetValues(4)).containsExactly(8, 80, 9, 90);
    assertThat(masked.notes())
        .contains(
            "s.csv train: in 2 of 5 windows some target values are missing, 10.0 % of all; these"
                + " count nowhere")
        .noneMatch(note -> note.contains("left out"));
    Splits filled = Loaders.open(file, options("missing", "fill"), 1);
    assertThat(filled.train().values(4)).containsExactly(4, 40, 5, 50, 6, 60, 7, 60);
    assertThat(filled.train().mask(4)).isNull();
    assertThat(filled.train().targetValues(2)).as("no true value").contains(Float.NaN);
  }

  @Test
  void windowsThatAreLeftOutAreCountedWithTheirReason() throws IOException {
    Path file = series(30);
    String text = Files.readString(file);
    for (int r : new int[] {3, 4, 5, 6, 8, 9}) {
      text = text.replace("," + r + "," + 10 * r + "\n", ",,\n");
    }
    Files.writeString(file, text);
    Splits splits = Loaders.open(file, options("missing", "mask", "split", "20/5/5"), 1);
    // The targets (4,5), (5,6) and (8,9) are not there; the history before (7,8) is rows 3 to 6.
    assertThat(splits.notes())
        .contains(
            "s.csv train: 4 of 15 windows are left out: 3 without any target value, 1 without an"
                + " observed row in the history");
    assertThat(splits.train().size()).isEqualTo(11);
    Dataset labelled = Loaders.labelled(file, splits.meaning());
    assertThat(labelled.notes().get(0)).startsWith("s.csv: 4 of 25 windows are left out");
  }

  @Test
  void withoutTimesItIsSaidThatRowsAreEqualSteps() throws IOException {
    assertThat(Loaders.open(series(20), options(), 1).notes())
        .containsExactly(
            folder.resolve("s.csv")
                + ": rows are taken as EQUAL STEPS of time; if they are not, give a column of times"
                + " as data.time");
    Path file = timed("2026-01-01 00:00:00", 20, r -> 3600 * r);
    assertThat(Loaders.open(file, options("ignore", "when"), 1).notes().get(0))
        .contains("EQUAL STEPS", "whatever column 'when' says", "data.time=when");
    assertThat(Loaders.open(file, options("time", "when"), 1).notes()).isEmpty();
  }

  /** Columns when and a, the number of the row; row r comes so many seconds after the start. */
  private Path timed(String start, int rows, IntUnaryOperator seconds) throws IOException {
    LocalDateTime first = LocalDateTime.parse(start.replace(' ', 'T'));
    StringBuilder text = new StringBuilder("when,a\n");
    for (int r = 0; r < rows; r++) {
      text.append(first.plusSeconds(seconds.applyAsInt(r))).append(',').append(r).append('\n');
    }
    return Files.writeString(folder.resolve("t.csv"), text);
  }

  /** Equal distances are the same as no times; the time of a step is known all the same. */
  @Test
  void equalDistancesNeedNoGaps() throws IOException {
    Path file = timed("2026-01-01 00:00:00", 20, r -> 600 * r);
    Splits splits = Loaders.open(file, options("time", "when"), 1);
    assertThat(splits.train().timed()).isFalse();
    assertThat(splits.meaning().timeUnit()).isEqualTo(600);
    assertThat(splits.meaning().inputNames()).containsExactly("a");
    Splits plain = Loaders.open(file, options("ignore", "when"), 1);
    assertThat(splits.fingerprint()).isEqualTo(plain.fingerprint());
  }

  /** A target is what is so many steps of time later, not so many rows. */
  @Test
  void irregularRowsKeepTheirDistances() throws IOException {
    int[] minutes = {0, 1, 2, 3, 5, 6, 7, 8, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20};
    Path file = timed("2026-01-01 00:00:00", 20, r -> 60 * minutes[r] + (r == 8 ? 20 : 0));
    Splits splits = Loaders.open(file, options("time", "when"), 1);
    Dataset train = splits.train();
    assertThat(splits.meaning().timeUnit()).isEqualTo(60);
    assertThat(train.gaps(0)).containsExactly(1, 1, 1, 1);
    assertThat(train.gaps(1)).containsExactly(1, 1, 1, 2);
    // After minute 3: nothing at minute 4, row 4 at 5. After 5: rows 5 and 6.
    assertThat(train.targetValues(0)).containsExactly(Float.NaN, 4);
    assertThat(train.targetValues(1)).containsExactly(5, 6);
    // After minute 6: row 6 at 7, rows 7 and 8 at 8 and a third.
    assertThat(train.targetValues(2)).containsExactly(6, 7.5f);
    // After 8 and a third: row 9 is 1.67 steps away, hence the second step.
    assertThat(Loaders.labelled(file, splits.meaning()).targetValues(5))
        .containsExactly(Float.NaN, 9);
    assertThat(splits.notes().get(0))
        .isEqualTo(
            "a step is 60.0 seconds; the distances of rows go from 0.3333 to 2.000 steps and are"
                + " taken as they are (resample=yes puts rows on a grid instead)");
    Inputs inputs = Loaders.inputs(file, splits.meaning());
    assertThat(inputs.values()[0]).containsExactly(16, 17, 18, 19);
    assertThat(inputs.ends()).hasToString("[2026-01-01T00:20]");
    assertThat(inputs.ends().get(0).plus(splits.meaning().timeUnit()))
        .hasToString("2026-01-01T00:21");
  }

  @Test
  void irregularRowsArePutOnAGridWhenAsked() throws IOException {
    int[] minutes = {0, 1, 2, 3, 5, 6, 7, 8, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20};
    Path file = timed("2026-01-01 00:00:00", 20, r -> 60 * minutes[r] + (r == 8 ? 20 : 0));
    Map<String, String> options = options("time", "when", "resample", "yes", "missing", "mask");
    Splits splits = Loaders.open(file, options, 1);
    assertThat(splits.train().timed()).isFalse();
    assertThat(splits.train().values(0)).containsExactly(0, 1, 2, 3);
    assertThat(splits.train().targetValues(0)).containsExactly(Float.NaN, 4);
    assertThat(splits.train().targetValues(3)).containsExactly(6, 7.5f);
    assertThat(splits.notes().get(0))
        .isEqualTo(
            "rows were put on a grid of steps of 60.0 seconds, on which 2 of 21 values were not"
                + " observed");
    assertThat(Loaders.inputs(file, splits.meaning()).values()[0]).containsExactly(16, 17, 18, 19);
    assertThatThrownBy(() -> Loaders.open(file, options("time", "when", "resample", "yes"), 1))
        .hasMessageContaining("2 of 21 values are missing")
        .hasMessageContaining("missing=mask");
    assertThatThrownBy(() -> Loaders.open(file, options("resample", "yes"), 1))
        .hasMessageContaining("option time");
  }

  @Test
  void timesMustIncrease() throws IOException {
    Path file = timed("2026-01-01 00:00:00", 20, r -> 60 * (r == 7 ? 6 : r));
    assertThatThrownBy(() -> Loaders.open(file, options("time", "when"), 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("t.csv:9: column 'when' is '2026-01-01T00:06'")
        .hasMessageContaining("option id");
  }

  /** Two series whose rows take turns: the same windows as each by itself. */
  @Test
  void severalSeriesAreCutByThemselves() throws IOException {
    StringBuilder text = new StringBuilder("well,a\n");
    for (int r = 0; r < 20; r++) {
      text.append("north,").append(r).append("\nsouth,").append(100 + r).append('\n');
    }
    Path file = Files.writeString(folder.resolve("wells.csv"), text);
    Splits splits = Loaders.open(file, options("id", "well"), 1);
    assertThat(splits.train().size()).isEqualTo(2 * 5);
    assertThat(splits.train().values(0)).containsExactly(0, 1, 2, 3);
    assertThat(splits.train().values(5)).containsExactly(100, 101, 102, 103);
    assertThat(splits.test().targetValues(7)).containsExactly(118, 119);
    assertThat(splits.description()).contains("2 series of 40 rows");
    Inputs inputs = Loaders.inputs(file, splits.meaning());
    assertThat(inputs.names()).containsExactly("north", "south");
    assertThat(inputs.values()[1]).containsExactly(116, 117, 118, 119);
    Scaling both =
        Loaders.open(file, options("id", "well", "scale", "standard"), 1)
            .meaning()
            .inputScaling()
            .orElseThrow();
    assertThat(both.mean()).containsExactly(54.5);
  }

  @Test
  void quantilesAndIntervalsAreInTheMeaning() throws IOException {
    Splits splits =
        Loaders.open(series(20), options("quantiles", "0.1,0.5,0.9", "interval", "0.8"), 1);
    assertThat(splits.meaning().quantiles()).containsExactly(0.1, 0.5, 0.9);
    assertThat(splits.meaning().outputSize()).isEqualTo(2 * 2 * 3);
    assertThat(splits.meaning().horizon()).isEqualTo(2);
    assertThat(splits.meaning().wantedCoverage()).isEqualTo(0.8);
    assertThat(splits.train().outputSize()).as("numbers of a target").isEqualTo(2 * 2);
    assertThat(splits.train().metric()).isEqualTo("mae");
    for (String wrong : new String[] {"0.5,0.1", "0,0.5", "0.5,1", "half"}) {
      assertThatThrownBy(() -> Loaders.open(series(20), options("quantiles", wrong), 1))
          .as(wrong)
          .hasMessageContaining("option quantiles='" + wrong + "'");
    }
    assertThatThrownBy(() -> Loaders.open(series(20), options("interval", "90"), 1))
        .hasMessageContaining("option interval='90'");
  }

  @Test
  void impossibleWindowsAndSplits() throws IOException {
    assertThatThrownBy(() -> Loaders.open(series(20), options("history", "9"), 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no complete window has its target in rows 1 to 10 (s.csv train)");
    assertThatThrownBy(() -> Loaders.open(series(20), options("horizon", "6"), 1))
        .hasMessageContaining("rows 11 to 15 (s.csv validation)");
    assertThatThrownBy(() -> Loaders.open(series(20), options("split", "ett-hours"), 1))
        .hasMessageContaining("has 20 rows, split=ett-hours needs 14400");
    for (String split : new String[] {"1/2", "0.5/0.5/0.5", "10/5.5/4", "x/y/z", "10/0/5"}) {
      assertThatThrownBy(() -> Loaders.open(series(20), options("split", split), 1))
          .as(split)
          .hasMessageContaining("split='" + split + "'");
    }
    assertThatThrownBy(() -> Loaders.open(series(20), options("columns", "c"), 1))
        .hasMessageContaining("has no column 'c'");
    assertThatThrownBy(() -> Loaders.open(series(20), options("ignore", "a,b"), 1))
        .hasMessageContaining("no column is left");
    assertThatThrownBy(() -> Loaders.open(series(20), options("columns", "date"), 1))
        .hasMessageContaining("s.csv:2: column 'date' is '2016-07-01 00:0'");
  }

  @Test
  void newRowsArePreparedAsInTraining() throws IOException {
    Splits splits = Loaders.open(series(20), options("scale", "standard"), 1);
    Meaning kept = Meaning.fromMap(splits.meaning().toMap());
    assertThat(Loaders.open(series(20), kept, 1).fingerprint()).isEqualTo(splits.fingerprint());
    // Other order of columns, and one more.
    Path file = folder.resolve("new.csv");
    Files.writeString(file, "z,b,a\n0,140,14\n0,150,15\n0,160,16\n0,170,17\n");
    Inputs inputs = Loaders.inputs(file, kept);
    assertThat(inputs.values()[0]).isEqualTo(splits.test().values(3));
    assertThat(inputs.notes()).isEmpty();
    Inputs longer = Loaders.inputs(series(18), kept);
    assertThat(longer.values()[0]).isEqualTo(splits.test().values(3));
    assertThat(longer.notes().get(0)).contains("the last 4 of 18 rows");
    Dataset labelled = Loaders.labelled(series(18), kept);
    assertThat(labelled.size()).isEqualTo(18 - 4 - 2 + 1);
    Files.writeString(file, "z,a\n0,1\n");
    assertThatThrownBy(() -> Loaders.inputs(file, kept)).hasMessageContaining("has no column 'b'");
  }

  @Test
  void baselinesOfAPerfectSeason() throws IOException {
    StringBuilder text = new StringBuilder("a\n");
    for (int r = 0; r < 40; r++) {
      text.append(r % 4).append('\n');
    }
    Path file = Files.writeString(folder.resolve("p.csv"), text);
    Map<String, String> options = options("history", "8", "horizon", "6", "split", "20/10/10");
    Splits splits = Loaders.open(file, options, 1);
    Map<String, Double> season = score(Baselines.pastValue(splits.meaning(), 4), splits);
    assertThat(season).containsEntry("mse", 0.0).containsEntry("mae", 0.0);
    assertThat(score(Baselines.pastValue(splits.meaning(), 0), splits).get("mse")).isPositive();
    assertThatThrownBy(() -> score(Baselines.pastValue(splits.meaning(), 9), splits))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the period is 9, the history 8");
  }

  private static Map<String, Double> score(Baseline baseline, Splits splits) {
    return Baselines.score(baseline, splits).metrics();
  }

  @Test
  void baselinesByHand() throws IOException {
    Splits splits = Loaders.open(series(20), options("targets", "a"), 1);
    // Targets are 1 and 2 above the last shown row.
    Map<String, Double> last = score(Baselines.pastValue(splits.meaning(), 0), splits);
    assertThat(last).containsEntry("mse", (1 + 4) / 2.0).containsEntry("mae", 1.5);
    // Training targets are rows 4,5 .. 8,9: means 6 and 7; the first test target is 15, 16.
    Splits one =
        new Splits(
            splits.train(),
            splits.validation(),
            splits.test().subset("one", 0),
            splits.meaning(),
            "",
            Map.of());
    List<Baseline> all = Baselines.withoutLearning(splits);
    assertThat(all).extracting(Baseline::title).containsExactly("training mean", "last value");
    assertThat(score(all.get(0), one)).containsEntry("mae", 9.0);
    Splits regression = Loaders.open(series(20), options("horizon", "0", "targets", "b"), 1);
    Baseline repeated = Baselines.pastValue(regression.meaning(), 0);
    assertThatThrownBy(() -> Baselines.score(repeated, regression))
        .hasMessageContaining("forecasts of a time series");
  }

  /** The columns of a model are those of its training. */
  @Test
  void settingsWithoutEffectOnAModelAreRefused() throws IOException {
    Path file = series(20);
    Meaning fitted = Loaders.open(file, options(), 1).meaning();
    assertThat(Loaders.inputs(file, fitted, Map.of("history", "6")).values()[0]).hasSize(2 * 6);
    for (Map<String, String> useless :
        List.of(Map.of("columns", "b"), Map.of("ignore", "a"), Map.of("stride", "2"))) {
      String key = useless.keySet().iterator().next();
      String named = "option " + key + "='" + useless.get(key) + "' has no effect";
      assertThatThrownBy(() -> Loaders.inputs(file, fitted, useless))
          .isInstanceOf(DataException.class)
          .hasMessageStartingWith(file + ": " + named);
      assertThatThrownBy(
              () -> Loaders.stream(file, fitted, useless, (name, piece, first, last) -> {}))
          .isInstanceOf(DataException.class)
          .hasMessageContaining(named);
    }
  }

  /** A model that knows no columns by name takes those that are chosen. */
  @Test
  void columnsAreChosenForAModelWithoutNames() throws IOException {
    Path file = series(5);
    Meaning one =
        Meaning.of("ts", Map.of())
            .values(1, List.of(), null)
            .classes(List.of("low", "high"))
            .build();
    for (Map<String, String> choice : List.of(Map.of("columns", "b"), Map.of("ignore", "a"))) {
      assertThat(Loaders.inputs(file, one, choice).values()[0]).containsExactly(0, 10, 20, 30, 40);
    }
    assertThatThrownBy(() -> Loaders.inputs(file, one)).hasMessageContaining("2 columns");
  }
}
