package io.carillon.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.config.AttentionConfig;
import io.carillon.config.GruConfig;
import io.carillon.config.LayerConfig;
import io.carillon.config.S4Config;
import io.carillon.config.SgConvConfig;
import io.carillon.config.SsmConfig;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tiny networks really learn; bounds are far from what chance gives and well below what is reached.
 */
class TrainerLearningTest {

  static Stream<SsmConfig> kernels() {
    return Stream.of(Toys.S4D, Toys.DLR);
  }

  private static TrainResult train(Dataset train, Dataset validation, SsmConfig ssm, int epochs) {
    return new Trainer(Toys.network(train, ssm), Toys.training(epochs).withLearningRate(0.01))
        .fit(train, validation, TrainListener.NONE);
  }

  static Stream<LayerConfig> otherLayers() {
    return Stream.of(
        S4Config.DEFAULT.withStateSize(16).withDtRange(0.02, 0.5).withKernelLength(64),
        SgConvConfig.DEFAULT.withStateSize(8).withMaxKernelLength(64),
        AttentionConfig.DEFAULT.withHeads(2),
        AttentionConfig.DEFAULT.withHeads(2).withChunk(16),
        GruConfig.DEFAULT);
  }

  /** From chance to a loss well below ln 2, on sequences of 40 to 60 steps. */
  @ParameterizedTest
  @MethodSource("otherLayers")
  void theBaselinesLearnToo(LayerConfig layer) {
    Dataset data = Toys.periods(200, 40, 60, 1);
    TrainResult result =
        new Trainer(Toys.network(data, layer), Toys.training(20).withLearningRate(0.01))
            .fit(data, Toys.periods(100, 40, 60, 2), TrainListener.NONE);
    assertThat(result.best().validationMetric()).isGreaterThan(0.9);
  }

  @Test
  void s4RefusesToTrainBeyondItsKernelLength() {
    Dataset data = Toys.periods(20, 40, 60, 1);
    S4Config shorter = S4Config.DEFAULT.withStateSize(8).withKernelLength(32);
    assertThatThrownBy(() -> Trainer.fit(Toys.network(data, shorter), data, Toys.training(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("kernel_length = 32 at most");
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void learnsTwoClassesOfUnequalLength(SsmConfig ssm) {
    TrainResult result = train(Toys.periods(200, 40, 60, 1), Toys.periods(100, 40, 60, 2), ssm, 12);
    Evaluation test = Evaluator.evaluate(result.model(), Toys.periods(200, 40, 60, 3));
    assertThat(test.main()).isGreaterThan(0.95);
    assertThat(result.end()).isEqualTo(TrainResult.End.COMPLETED);
    assertThat(result.best().validationMetric()).isGreaterThan(0.95);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void learnsARegressionPerStep(SsmConfig ssm) {
    TrainResult result = train(Toys.delay(200, 30, 1), Toys.delay(50, 30, 2), ssm, 20);
    Evaluation test = Evaluator.evaluate(result.model(), Toys.delay(50, 30, 3));
    assertThat(test.metrics().get("r2")).isGreaterThan(0.8);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void learnsATokenTask(SsmConfig ssm) {
    TrainResult result = train(Toys.firstToken(400, 12, 1), Toys.firstToken(100, 12, 2), ssm, 20);
    Evaluation test = Evaluator.evaluate(result.model(), Toys.firstToken(200, 12, 3));
    assertThat(test.main()).isGreaterThan(0.95);
  }

  /**
   * The class of a step is the sign of the input before; the first step and every fifth have none.
   */
  @Test
  void learnsClassesPerStepWhereSomeStepsHaveNone() {
    Dataset train = signs(200, 1);
    TrainResult result = train(train, signs(50, 2), Toys.S4D, 12);
    Evaluation test = Evaluator.evaluate(result.model(), signs(50, 3));
    assertThat(test.main()).isGreaterThan(0.9);
    assertThat(test.count()).isEqualTo(50 * 16);
  }

  private static Dataset signs(int count, long seed) {
    Dataset inputs = Toys.delay(count, 21, seed);
    float[][] values = new float[count][];
    int[][] labels = new int[count][21];
    for (int i = 0; i < count; i++) {
      values[i] = inputs.values(i);
      for (int t = 0; t < 21; t++) {
        labels[i][t] = t % 5 == 0 ? Dataset.IGNORE : values[i][2 * (t - 1)] > 0 ? 1 : 0;
      }
    }
    return Dataset.ofValues(2, values).name("signs").stepLabels(2, labels).build();
  }
}
