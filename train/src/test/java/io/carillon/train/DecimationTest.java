package io.carillon.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Data at a lower sampling rate. */
class DecimationTest {
  private static final float[][] VALUES = {{1, 10, 2, 20, 3, 30, 4, 40, 5, 50}};

  @Test
  void everyNthStepIsKeptFromTheFirstOnWithItsTarget() {
    Dataset data =
        Dataset.ofValues(2, VALUES)
            .masks(new float[][] {{1, 0, 1, 1, 0}})
            .stepTargets(1, new float[][] {{6, 7, 8, 9, 10}})
            .build();
    Dataset half = Decimation.everyNth(data, 2);
    assertThat(half.values(0)).containsExactly(1, 10, 3, 30, 5, 50);
    assertThat(half.mask(0)).containsExactly(1, 1, 0);
    assertThat(half.targetValues(0)).containsExactly(6, 8, 10);
    assertThat(data.values(0)).hasSize(10);
    assertThat(Fingerprint.of(Decimation.everyNth(data, 1))).isEqualTo(Fingerprint.of(data));
  }

  @Test
  void targetsOfWholeSequencesStay() {
    Dataset steps =
        Dataset.ofValues(2, VALUES).stepLabels(4, new int[][] {{0, 1, 2, 3, 0}}).build();
    assertThat(Decimation.everyNth(steps, 3).stepLabels(0)).containsExactly(0, 3);
    Dataset classes = Dataset.ofValues(2, VALUES).labels(4, new int[] {3}).build();
    assertThat(Decimation.everyNth(classes, 5).label(0)).isEqualTo(3);
    Dataset values = Dataset.ofValues(2, VALUES).targets(2, new float[][] {{7, 8}}).build();
    assertThat(Decimation.everyNth(values, 4).targetValues(0)).containsExactly(7, 8);
  }

  @Test
  void tokensAndNoStepsAreRefused() {
    Dataset tokens = Dataset.ofTokens(3, new int[][] {{1, 2}}).labels(2, new int[] {0}).build();
    assertThatThrownBy(() -> Decimation.everyNth(tokens, 2))
        .hasMessageContaining("can be thinned out");
    assertThatThrownBy(() -> Decimation.everyNth(tokens, 0)).hasMessageContaining("at least 1");
  }
}
