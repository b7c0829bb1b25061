package io.carillon.papers.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.error.FormatException;
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
}
