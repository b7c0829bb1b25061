package io.carillon.papers.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.carillon.data.Loaders;
import io.carillon.data.Splits;
import io.carillon.data.baseline.Baseline;
import io.carillon.data.baseline.Baselines;
import io.carillon.reference.SharedFolder;
import io.carillon.reference.UsesShared;
import io.carillon.train.Dataset;
import io.carillon.train.Dataset.Target;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The published sizes of real data sets, when these are at hand. */
@UsesShared
class RealDataTest {
  private static final String ARCHIVE = "ucr_uea_from_aeon/";

  @ParameterizedTest
  @CsvSource({
    "JapaneseVowels, 270, 370, 12, 9, 7, 29",
    "BasicMotions, 40, 40, 6, 4, 100, 100",
    "ACSF1, 100, 100, 1, 10, 1460, 1460",
    "OSULeaf, 200, 242, 1, 6, 427, 427",
    "ArrowHead, 36, 175, 1, 3, 251, 251",
    "GunPoint, 50, 150, 1, 2, 150, 150",
    "ItalyPowerDemand, 67, 1029, 1, 2, 24, 24",
    "PickupGestureWiimoteZ, 50, 50, 1, 10, 29, 361"
  })
  void archive(String name, int train, int test, int dims, int classes, int shortest, int longest) {
    Splits splits = Loaders.open(SharedFolder.data(ARCHIVE + name), Map.of(), 1);
    assertThat(splits.train().size() + splits.validation().size()).isEqualTo(train);
    assertThat(splits.validation().size()).isEqualTo(Math.round(0.2 * train));
    assertThat(splits.test().size()).isEqualTo(test);
    assertThat(splits.train().inputSize()).isEqualTo(dims);
    assertThat(splits.train().target()).isEqualTo(Target.CLASS);
    assertThat(splits.train().outputSize()).isEqualTo(classes);
    assertThat(splits.meaning().classNames()).hasSize(classes);
    List<Dataset> all = List.of(splits.train(), splits.validation(), splits.test());
    assertThat(all.stream().mapToInt(Dataset::maxLength).max()).hasValue(longest);
    assertThat(all.stream().mapToInt(RealDataTest::shortest).min()).hasValue(shortest);
    assertStandardised(splits.train());
    assertThat(Loaders.open(SharedFolder.data(ARCHIVE + name), Map.of(), 1).fingerprint())
        .isEqualTo(splits.fingerprint());
  }

  @Test
  void spokenDigitsByOfficialSplit() {
    Path zip = SharedFolder.data("fsdd/recordings.zip");
    Map<String, String> options =
        Map.of(
            "label-regex", "(\\d)_.*",
            "split-file", "split.csv",
            "split-column", "official_split",
            "validation", "0.1");
    Splits splits = Loaders.open(zip, options, 1);
    assertThat(splits.train().size()).isEqualTo(2430);
    assertThat(splits.validation().size()).isEqualTo(270);
    assertThat(splits.test().size()).isEqualTo(300);
    assertThat(splits.meaning().sampleRate()).isEqualTo(8000);
    assertThat(splits.meaning().classNames())
        .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    assertThat(counts(splits.test())).containsOnly(30);
    assertThat(counts(splits.validation())).containsOnly(27);
    assertThat(shortest(splits.train())).isGreaterThanOrEqualTo(1148);
    assertStandardised(splits.train());
  }

  @Test
  void spokenDigitsBySpeaker() {
    Path zip = SharedFolder.data("fsdd/recordings.zip");
    Map<String, String> options =
        Map.of(
            "label-column", "label",
            "split-file", "split.csv",
            "split-column", "speaker_split",
            "max-length", "2000");
    Splits splits = Loaders.open(zip, options, 1);
    assertThat(splits.train().size() + splits.validation().size()).isEqualTo(2000);
    assertThat(splits.test().size()).isEqualTo(1000);
    assertThat(splits.train().maxLength()).isEqualTo(2000);
  }

  @Test
  void transformerForecastWindows() {
    Path csv = SharedFolder.data("ett_h/ETTh1.csv");
    Map<String, String> options = Map.of("history", "336", "horizon", "96", "split", "ett-hours");
    Splits splits = Loaders.open(csv, options, 1);
    assertThat(splits.provenance().get("division")).endsWith("of 17420 rows");
    assertThat(splits.train().size()).isEqualTo(8640 - 336 - 96 + 1);
    assertThat(splits.validation().size()).isEqualTo(2880 - 96 + 1);
    assertThat(splits.test().size()).isEqualTo(2880 - 96 + 1);
    assertThat(splits.train().inputSize()).isEqualTo(7);
    assertThat(splits.train().outputSize()).isEqualTo(96 * 7);
    assertThat(splits.meaning().inputNames())
        .containsExactly("HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL", "OT");
    // Mean of column OT over the first 8640 rows, from an independent computation with NumPy.
    assertThat(splits.meaning().inputScaling().orElseThrow().mean()[6])
        .isCloseTo(17.128262, within(1e-5));
    double last = mse(Baselines.pastValue(splits.meaning(), 0), splits);
    double day = mse(Baselines.pastValue(splits.meaning(), 24), splits);
    System.out.printf("ETTh1, horizon 96: mse of repeat-last %s, seasonal 24 %s%n", last, day);
    assertThat(day).isLessThan(last);
  }

  private static double mse(Baseline baseline, Splits splits) {
    return Baselines.score(baseline, splits).main();
  }

  private static int shortest(Dataset data) {
    return IntStream.range(0, data.size()).map(data::length).min().orElseThrow();
  }

  private static int[] counts(Dataset data) {
    int[] counts = new int[data.outputSize()];
    IntStream.range(0, data.size()).forEach(i -> counts[data.label(i)]++);
    return counts;
  }

  /** Mean 0 and deviation 1 over all steps of each dimension; 1e-4 is the rounding of floats. */
  private static void assertStandardised(Dataset train) {
    int dims = train.inputSize();
    for (int d = 0; d < dims; d++) {
      int dim = d;
      double[] values =
          IntStream.range(0, train.size())
              .mapToObj(train::values)
              .flatMapToDouble(
                  v ->
                      IntStream.range(0, v.length)
                          .filter(k -> k % dims == dim)
                          .mapToDouble(k -> v[k]))
              .toArray();
      double mean = Arrays.stream(values).average().orElseThrow();
      double square = Arrays.stream(values).map(v -> v * v).average().orElseThrow();
      assertThat(mean).isCloseTo(0, within(1e-4));
      assertThat(square).isCloseTo(1, within(1e-3));
    }
  }
}
