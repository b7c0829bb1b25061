package io.carillon.cli.reproduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.io.FormatException;
import io.carillon.train.Dataset;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is measured beyond the metrics of a training. */
class AnalysisTest {
  private static final List<String> NAMES = List.of("<pad>", "1", "7", "[MAX", "[SM", "X");

  @Test
  void heightsAndOperatorsAreFoundFromTokens() {
    // [MAX 1 [SM 7 [SM 1 1 ] ] [MAX 7 7 ] ], then padding
    int[] tokens = {3, 1, 4, 2, 4, 1, 1, 5, 5, 3, 2, 2, 5, 5, 0};
    assertThat(SubTrees.of(tokens, NAMES))
        .containsExactly(
            new SubTrees.SubTree(7, "SM", 1),
            new SubTrees.SubTree(8, "SM", 2),
            new SubTrees.SubTree(12, "MAX", 1),
            new SubTrees.SubTree(13, "MAX", 3));
    assertThatThrownBy(() -> SubTrees.of(new int[] {1, 5}, NAMES))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("token 1 closes nothing");
  }

  @Test
  void halfTheRateKeepsEverySecondStep() {
    Dataset data =
        Dataset.ofValues(2, new float[][] {{1, 2, 3, 4, 5, 6}, {7, 8}})
            .masks(new float[][] {{1, 0, 0}, null})
            .labels(3, new int[] {2, 0})
            .build();
    Dataset half = RateAnalysis.decimated(data, 2);
    assertThat(half.values(0)).containsExactly(1, 2, 5, 6);
    assertThat(half.values(1)).containsExactly(7, 8);
    assertThat(half.mask(0)).containsExactly(1, 0);
    assertThat(half.mask(1)).isNull();
    assertThat(half.label(0)).isEqualTo(2);
    assertThatThrownBy(
            () ->
                RateAnalysis.decimated(
                    Dataset.ofTokens(3, new int[][] {{1}}).labels(2, new int[] {0}).build(), 2))
        .hasMessageContaining("sequences of numbers");
  }
}
