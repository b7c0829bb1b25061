package io.carillon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.config.NetworkConfig;
import io.carillon.config.Pooling;
import io.carillon.engine.SeededRandom;
import io.carillon.model.inside.Inside;
import io.carillon.nn.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that compare two sequences. */
class PairsTest {
  private static final NetworkConfig CONFIG =
      NetworkConfig.tokens(11, 3).withWidth(6).withDepth(1).withPairs(true);

  @TempDir private Path folder;

  private static SequenceModel model() {
    return Inside.model(new Network(CONFIG, new SeededRandom(3)), Map.of());
  }

  private static int[] document(long seed, int length) {
    SeededRandom random = new SeededRandom(seed);
    return java.util.stream.IntStream.generate(() -> random.nextInt(11)).limit(length).toArray();
  }

  @Test
  void everyTwoSequencesHaveOneAnswerWhateverElseIsAsked() {
    SequenceModel model = model();
    int[] a = document(1, 40_000);
    int[] b = document(2, 13);
    int[] c = document(3, 40_000);
    float[][] together = model.predictTokens(a, b, c, b, b, a);
    assertThat(together).hasDimensions(3, 3);
    assertThat(together[1]).containsExactly(model.predictTokens(c, b)[0]);
    assertThat(together[2]).containsExactly(model.predictTokens(b, a)[0]);
    assertThat(together[2]).isNotEqualTo(together[0]);
  }

  @Test
  void itSurvivesTheFiles() throws IOException {
    SequenceModel model = model();
    model.save(folder.resolve("m"));
    SequenceModel loaded = SequenceModel.load(folder.resolve("m"));
    assertThat(loaded.config()).isEqualTo(CONFIG);
    assertThat(loaded.predictTokens(document(1, 9), document(2, 4)))
        .isDeepEqualTo(model.predictTokens(document(1, 9), document(2, 4)));
  }

  @Test
  void parityIsThatOfTheTowersAndStreamingIsRefused() {
    SequenceModel model = model();
    Parity parity = Parity.checkTokens(model, 1e-4, document(1, 70), document(2, 30));
    assertThat(parity.passed()).isTrue();
    assertThat(parity.obstacle()).contains("two whole sequences together");
    assertThatThrownBy(model::newState)
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("Predict whole pairs");
  }

  @Test
  void anOddNumberAndAnswersAtEveryStepAreRefused() {
    int[][] three = {document(1, 5), document(2, 5), document(3, 5)};
    assertThatThrownBy(() -> model().predictTokens(Arrays.copyOf(three, 3)))
        .hasMessageContaining("there are 3 sequences")
        .hasMessageContaining("even number");
    assertThatThrownBy(() -> CONFIG.withPooling(Pooling.EVERY))
        .hasMessageContaining("use MEAN or LAST");
  }
}
