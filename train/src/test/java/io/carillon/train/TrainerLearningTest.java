package io.carillon.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.ssm.SsmConfig;
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
