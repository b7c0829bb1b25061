package io.carillon.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.carillon.config.NetworkConfig;
import io.carillon.config.Pooling;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Target values that are not known count in no loss, no gradient and no metric. */
class MissingTargetsTest {
  private static final float NONE = Float.NaN;

  @Test
  void theSquaredErrorIsThatOfTheKnownOnes() {
    float[] outputs = {1, 2, 3, 4, 5, 6};
    float[] targets = {0, NONE, 1, NONE, NONE, NONE};
    float[] gradient = {9, 9, 9, 9, 9, 9};
    Losses.Value value = Losses.squaredError(outputs, 3, 2, targets, null, gradient);
    assertThat(value.weight()).isEqualTo(2);
    assertThat(value.mean()).isEqualTo((1 + 4) / 2.0);
    assertThat(gradient).containsExactly(1, 0, 2, 0, 0, 0);
    float[] none = {NONE, NONE};
    assertThat(Losses.squaredError(outputs, 1, 2, none, null, null).mean()).isZero();
  }

  private static Dataset data(float[]... targets) {
    float[][] x = new float[targets.length][];
    for (int i = 0; i < x.length; i++) {
      x[i] = new float[] {i, 1, -i};
    }
    return Dataset.ofValues(1, x).targets(2, targets).missingTargets().build();
  }

  @Test
  void metricsAreThoseOfTheKnownOnes() {
    Dataset data = data(new float[] {1, NONE}, new float[] {NONE, NONE}, new float[] {3, 5});
    Evaluation evaluation = Evaluator.evaluate((set, i) -> new float[] {2, 2}, data);
    assertThat(evaluation.metrics().get("mse")).isEqualTo((1 + 1 + 9) / 3.0);
    assertThat(evaluation.metrics().get("mae")).isEqualTo((1 + 1 + 3) / 3.0);
    assertThat(evaluation.loss()).isEqualTo(11 / 3.0);
  }

  /**
   * A loss of one's own is asked about rows with a known target only, and can leave out the rest.
   */
  @Test
  void aLossOfOnesOwnSeesWhatIsKnown() {
    Loss absolute =
        new Loss() {
          @Override
          public String name() {
            return "absolute";
          }

          @Override
          public double of(Answer answer, double[] gradient) {
            double sum = 0;
            for (int k = 0; k < answer.size(); k++) {
              sum += answer.hasTarget(k) ? Math.abs(answer.output(k) - answer.target(k)) : 0;
            }
            return sum;
          }
        };
    Dataset data = data(new float[] {1, NONE}, new float[] {NONE, NONE}, new float[] {3, 5});
    Targets targets = Targets.of(data, new int[] {0, 1, 2}, 0);
    Losses.Value value =
        OwnLoss.mean(absolute, new float[] {2, 2, 2, 2, 2, 2}, targets, 2, null, new float[6]);
    assertThat(value.weight()).as("rows with a target").isEqualTo(2);
    assertThat(value.sum()).isEqualTo(1 + 1 + 3);
  }

  @Test
  void theyAreRefusedUnlessAllowed() {
    float[][] x = {{1}, {2}};
    float[][] y = {{1}, {NONE}};
    assertThatThrownBy(() -> Dataset.ofValues(1, x).targets(1, y).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sequence 1 target value 0 is NaN")
        .hasMessageContaining("missingTargets()");
    Dataset allowed = Dataset.ofValues(1, x).targets(1, y).missingTargets().build();
    assertThat(allowed.missingTargets()).isTrue();
    assertThat(allowed.subset("one", 1).missingTargets()).isTrue();
    float[][] infinite = {{1}, {Float.POSITIVE_INFINITY}};
    assertThatThrownBy(() -> Dataset.ofValues(1, x).targets(1, infinite).missingTargets().build())
        .hasMessageContaining("is Infinity");
  }

  /** What cannot be seen changes nothing: a third of the targets is enough to learn from. */
  @Test
  void trainingLearnsFromWhatIsKnown() {
    float[][] x = new float[60][];
    float[][] y = new float[60][];
    for (int i = 0; i < x.length; i++) {
      float value = (i % 20) / 10f - 1;
      x[i] = new float[] {value, value};
      y[i] = new float[] {i % 3 == 0 ? value : NONE, i % 3 == 1 ? -value : NONE};
    }
    Dataset data = Dataset.ofValues(1, x).targets(2, y).missingTargets().build();
    NetworkConfig network =
        NetworkConfig.sequence(1, 2).withWidth(8).withDepth(1).withPooling(Pooling.LAST);
    TrainConfig config = TrainConfig.DEFAULT.withEpochs(40).withBatchSize(10).withThreads(1);
    TrainResult result = new Trainer(network, config).fit(data, null, TrainListener.NONE);
    Map<String, Double> metrics = Evaluator.evaluate(result.model(), data).metrics();
    assertThat(metrics.get("mse")).isCloseTo(0, within(0.03));
    float[] answer = result.model().predict(new float[][] {{0.5f, 0.5f}})[0];
    assertThat(answer[0]).isCloseTo(0.5f, within(0.3f));
    assertThat(answer[1]).isCloseTo(-0.5f, within(0.3f));
  }
}
