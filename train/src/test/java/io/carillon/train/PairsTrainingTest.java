package io.carillon.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.carillon.config.Computing;
import io.carillon.config.NetworkConfig;
import io.carillon.engine.SeededRandom;
import io.carillon.nn.Batch;
import org.junit.jupiter.api.Test;

/** Data sets of pairs. */
class PairsTrainingTest {
  private static final int[][] TOKENS = {{1, 2, 3, 4}, {5, 6}, {7, 8, 9}};

  private static Dataset pairs(int... first) {
    return Dataset.ofTokens(10, TOKENS).labels(2, new int[] {0, 1, 0}).pairs(first).build();
  }

  @Test
  void aBatchHoldsBothSequencesOfEveryPairInTurn() {
    Batch batch = Batches.gather(pairs(3, 1, 1), new int[] {2, 0});
    assertThat(batch.rows().count()).isEqualTo(4);
    assertThat(batch.rows().length(0)).isEqualTo(1);
    assertThat(batch.rows().length(1)).isEqualTo(2);
    assertThat(batch.rows().length(2)).isEqualTo(3);
    assertThat(batch.tokens()).containsExactly(7, 8, 9, 1, 2, 3, 4);
    assertThat(Batches.largest(pairs(3, 1, 1), 2).total()).isEqualTo(7);
    assertThat(pairs(3, 1, 1).subset("some", 1).firstLength(0)).isEqualTo(1);
    assertThat(Fingerprint.of(pairs(3, 1, 1))).isNotEqualTo(Fingerprint.of(pairs(2, 1, 1)));
  }

  @Test
  void aPairNeedsTwoSequencesAndANetworkForPairs() {
    assertThatThrownBy(() -> pairs(3, 2, 1)).hasMessageContaining("pair 1 has 2 steps");
    NetworkConfig single = NetworkConfig.tokens(10, 2);
    assertThatThrownBy(() -> FitChecks.check(single, pairs(3, 1, 1), 1))
        .hasMessageContaining("pairs true");
    Dataset alone = Dataset.ofTokens(10, TOKENS).labels(2, new int[] {0, 1, 0}).build();
    assertThatThrownBy(() -> FitChecks.check(single.withPairs(true), alone, 1))
        .hasMessageContaining("pairs false");
  }

  @Test
  void theMemoryOfPairsIsThatOfTwiceAsManySequencesAndOfWhatComparesThem() {
    NetworkConfig single = NetworkConfig.tokens(10, 2);
    assertThat(MemoryEstimate.of(single.withPairs(true), 3, 50, Computing.standard()).workspace())
        .isGreaterThan(MemoryEstimate.of(single, 6, 50, Computing.standard()).workspace())
        .isCloseTo(
            MemoryEstimate.of(single, 6, 50, Computing.standard()).workspace(),
            withinPercentage(1));
  }

  /** Which of 4 tokens is the most frequent in both documents: no single document tells. */
  @Test
  void aNetworkLearnsWhetherTwoSequencesAreAlike() {
    NetworkConfig config = NetworkConfig.tokens(4, 2).withWidth(16).withDepth(1).withPairs(true);
    TrainConfig train = TrainConfig.DEFAULT.withEpochs(12).withBatchSize(16).withLearningRate(0.01);
    TrainResult result =
        new Trainer(config, train).fit(alike(256, 1), alike(64, 2), new TrainListener() {});
    assertThat(Evaluator.evaluate(result.model(), alike(64, 3)).main()).isGreaterThan(0.9);
  }

  private static Dataset alike(int count, long seed) {
    SeededRandom random = new SeededRandom(seed);
    int[][] tokens = new int[count][];
    int[] first = new int[count];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      int a = random.nextInt(4);
      labels[i] = random.nextInt(2);
      int b = labels[i] == 1 ? a : (a + 1 + random.nextInt(3)) % 4;
      first[i] = 4 + random.nextInt(5);
      tokens[i] = new int[first[i] + 4 + random.nextInt(5)];
      for (int t = 0; t < tokens[i].length; t++) {
        boolean noise = random.uniform() < 0.2;
        tokens[i][t] = noise ? random.nextInt(4) : t < first[i] ? a : b;
      }
    }
    return Dataset.ofTokens(4, tokens).labels(2, labels).pairs(first).build();
  }
}
