package io.carillon.report.folder;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.train.Evaluation;
import java.util.LinkedHashMap;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** When a model counts as better than an answer that does not look at the input. */
class VerdictTest {
  private static final Offset<Double> ROUNDING = Offset.offset(1e-9);

  private static Verdict classes(String metric, double reached, long[]... confusion) {
    long count = 0;
    for (long[] row : confusion) {
      for (long cell : row) {
        count += cell;
      }
    }
    Evaluation evaluation =
        new Evaluation(count, 1, metric, Map.of(metric, reached), confusion, true);
    return Verdict.of(evaluation, (int) count, WithoutLearning.Scores.NONE);
  }

  private static Verdict values(double mse, double r2, int sequences, Map<String, Double> others) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("mse", mse);
    metrics.put("r2", r2);
    return Verdict.of(
        new Evaluation(sequences, mse, "mse", metrics, null, false),
        sequences,
        new WithoutLearning.Scores("mse", others));
  }

  @Test
  void alwaysTheSameClassIsAGuess() {
    // The class happens to be the most frequent one of this part.
    Verdict verdict =
        classes(
            "accuracy",
            0.178,
            new long[] {89, 0, 0},
            new long[] {72, 0, 0},
            new long[] {339 - 89, 0, 89});
    assertThat(verdict.guessed()).isCloseTo(339.0 / 500, ROUNDING);
    assertThat(verdict.better()).isFalse();
  }

  @Test
  void aLittleMoreThanTheMostFrequentClassIsChance() {
    // 250 of 500: two standard errors are 0.045.
    assertThat(classes("accuracy", 0.54, rows(270, 230)).better()).isFalse();
    assertThat(classes("accuracy", 0.56, rows(280, 220)).better()).isTrue();
  }

  /** Two classes of 250, of which together so many are right. */
  private static long[][] rows(long right, long wrong) {
    return new long[][] {{right / 2, wrong / 2}, {wrong / 2, right / 2}};
  }

  @Test
  void fewSequencesAllRightAreNoGuess() {
    assertThat(classes("accuracy", 1, new long[] {2, 0}, new long[] {0, 1}).better()).isTrue();
    assertThat(classes("accuracy", 0.5, new long[] {1, 1}, new long[] {1, 1}).better()).isFalse();
  }

  @Test
  void partsWithOneClassTellNothing() {
    assertThat(classes("accuracy", 1, new long[] {9, 0}, new long[] {0, 0}).better()).isFalse();
  }

  @Test
  void theMetricOfTheDataIsCompared() {
    long[][] background = {{900, 0, 0}, {60, 0, 0}, {40, 0, 0}};
    Verdict verdict = classes("macro_f1", 2 * 0.9 / 1.9 / 3, background);
    assertThat(verdict.guessed()).isCloseTo(2 * 0.9 / 1.9 / 3, ROUNDING);
    assertThat(verdict.better()).isFalse();
    assertThat(classes("macro_f1", 0.6, background).better()).isTrue();
    assertThat(verdict.inWords())
        .isEqualTo("macro_f1 0.3158; without learning (always the most frequent class) 0.3158");
  }

  @Test
  void valuesMustBeBetterThanTheMean() {
    assertThat(values(0.5, -0.01, 500, Map.of()).better()).isFalse();
    assertThat(values(0.5, 0.001, 500, Map.of()).better()).isFalse();
    assertThat(values(0.5, 0.05, 500, Map.of()).better()).isTrue();
    assertThat(values(0.5, 0.05, 10, Map.of()).better()).isFalse();
    assertThat(values(0.5, 0.5, 500, Map.of()).guessed()).isCloseTo(1, ROUNDING);
    assertThat(values(0, 1, 3, Map.of()).better()).isTrue();
  }

  @Test
  void forecastsMustBeBetterThanTheLastValue() {
    Verdict verdict = values(0.5, 0.5, 500, Map.of("training mean", 1.1, "last value", 0.4));
    assertThat(verdict.better()).isFalse();
    assertThat(verdict.inWords()).isEqualTo("mse 0.5000; without learning (last value) 0.4000");
    assertThat(values(0.3, 0.7, 500, Map.of("last value", 0.4)).better()).isTrue();
  }
}
