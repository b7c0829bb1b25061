package io.carillon.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import io.carillon.config.Computing;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Pooling;
import io.carillon.engine.SeededRandom;
import io.carillon.model.SequenceModel;
import io.carillon.model.inside.Inside;
import io.carillon.nn.Network;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EvaluatorTest {

  private static SequenceModel model(NetworkConfig config) {
    return Inside.model(new Network(config, new SeededRandom(2)), Map.of());
  }

  /** 3 classes, the third never labelled; confusion [[2,0,1],[1,3,0],[0,0,0]]. */
  @Test
  void metricsOfClassesByHand() {
    int[] labels = {0, 0, 0, 1, 1, 1, 1, Dataset.IGNORE};
    int[] predicted = {0, 0, 2, 0, 1, 1, 1, 2};
    float[] scores = new float[24];
    for (int r = 0; r < 8; r++) {
      scores[3 * r + predicted[r]] = 1;
    }
    Metrics metrics = new ClassMetrics(3, "accuracy");
    metrics.add(scores, new Targets(8, labels, null, null));
    Evaluation e = metrics.evaluation(0.5);
    assertThat(e.count()).isEqualTo(7);
    assertThat(e.confusion()).isDeepEqualTo(new long[][] {{2, 0, 1}, {1, 3, 0}, {0, 0, 0}});
    assertThat(e.mainMetric()).isEqualTo("accuracy");
    assertThat(e.main()).isCloseTo(5.0 / 7, offset(1e-15));
    // F1: 2·2/(3+3), 2·3/(4+3), 0 for the class that was only predicted.
    assertThat(e.metrics().get("macro_f1")).isCloseTo((4.0 / 6 + 6.0 / 7 + 0) / 3, offset(1e-15));
    assertThat(e.metrics().get("balanced_accuracy"))
        .isCloseTo((2.0 / 3 + 3.0 / 4) / 2, offset(1e-15));
    assertThat(e.metrics().keySet()).containsExactly("accuracy", "macro_f1", "balanced_accuracy");
  }

  @Test
  void metricsOfValuesByHand() {
    Metrics metrics = new ValueMetrics(1, "mse", null);
    float[] outputs = {1, 2, 4, 1000};
    float[] targets = {1, 4, 1, 0};
    boolean[] used = {true, true, true, false};
    metrics.add(outputs, new Targets(4, null, targets, used));
    Evaluation e = metrics.evaluation(0);
    assertThat(e.count()).isEqualTo(3);
    assertThat(e.main()).isCloseTo(13.0 / 3, offset(1e-14));
    assertThat(e.metrics().get("mae")).isCloseTo(5.0 / 3, offset(1e-14));
    assertThat(e.metrics().get("rmse")).isCloseTo(Math.sqrt(13.0 / 3), offset(1e-14));
    // Targets 1, 4, 1: mean 2, Σ (t − 2)² = 6.
    assertThat(e.metrics().get("r2")).isCloseTo(1 - 13.0 / 6, offset(1e-14));
    assertThat(e.higherIsBetter()).isFalse();
  }

  @Test
  void constantTargetsHaveAnR2() {
    Metrics perfect = new ValueMetrics(1, "mse", null);
    perfect.add(new float[] {2, 2}, new Targets(2, null, new float[] {2, 2}, null));
    assertThat(perfect.evaluation(0).metrics()).containsEntry("r2", 1.0);
    Metrics wrong = new ValueMetrics(1, "mse", null);
    wrong.add(new float[] {2, 3}, new Targets(2, null, new float[] {2, 2}, null));
    assertThat(wrong.evaluation(0).metrics()).containsEntry("r2", 0.0);
  }

  /** Answers of a network that are handed over are measured as the network is. */
  @Test
  void answersFromElsewhereAreMeasuredAlike() {
    Dataset classes = Toys.periods(40, 20, 50, 1);
    SequenceModel model = model(Toys.network(classes, Toys.S4D));
    Evaluation given = Evaluator.evaluate((data, i) -> model.predict(data.values(i))[0], classes);
    Evaluation own = Evaluator.evaluate(model, classes);
    assertThat(given.metrics()).isEqualTo(own.metrics());
    assertThat(given.confusion()).isDeepEqualTo(own.confusion());
    assertThat(given.loss()).isNaN();

    Dataset lastSteps =
        Dataset.ofValues(1, new float[][] {{1, 2, 3, 4}, {5, 6, 7}})
            .masks(new float[][] {null, {1, 0, 1}})
            .lastStepTargets(1, 2, new float[][] {{30, 40}, {60, 70}})
            .build();
    Evaluation values =
        Evaluator.evaluate(
            (data, i) -> i == 0 ? new float[] {31, 42} : new float[] {1000, 73}, lastSteps);
    // The step that was not observed is not compared.
    assertThat(values.count()).isEqualTo(3);
    assertThat(values.loss()).isEqualTo((1 + 4 + 9) / 3.0);
    assertThat(values.main()).isEqualTo(values.loss());
  }

  @Test
  void answersOfAnotherSizeAreRefused() {
    Dataset data = Toys.periods(4, 20, 20, 1);
    assertThatThrownBy(() -> Evaluator.evaluate((d, i) -> new float[2 + 2 * (i % 2)], data))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has 4 numbers; a multiple of 2 is due, and 0 are left");
    assertThatThrownBy(() -> Evaluator.evaluate((d, i) -> new float[0], data))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("have 0 numbers, not 8");
  }

  @Test
  void agreesWithPredictionAndDoesNotDependOnTheBatches() {
    Dataset data = Toys.periods(40, 20, 50, 1);
    NetworkConfig config = Toys.network(data, Toys.S4D);
    SequenceModel model = model(config);
    int correct = 0;
    double loss = 0;
    for (int i = 0; i < data.size(); i++) {
      float[] scores = model.predict(data.values(i))[0];
      correct += (scores[1] > scores[0] ? 1 : 0) == data.label(i) ? 1 : 0;
      loss += Math.log(Math.exp(scores[0]) + Math.exp(scores[1])) - scores[data.label(i)];
    }
    Evaluation whole = Evaluator.evaluate(model, data);
    assertThat(whole.main()).isEqualTo((double) correct / data.size());
    // Scores are rounded to float: relative 6e-8 each.
    assertThat(whole.loss()).isCloseTo(loss / data.size(), offset(1e-6));
    SequenceModel two = model.withComputing(Computing.standard().withThreads(2));
    assertThat(Evaluator.evaluate(two, data).loss()).isEqualTo(whole.loss());
  }

  @Test
  void maskedStepsChangeNothing() {
    Dataset data = Toys.delay(6, 20, 3);
    NetworkConfig config = Toys.network(data, Toys.S4D);
    SequenceModel model = model(config);
    float[][] values = new float[6][];
    float[][] targets = new float[6][];
    float[][] masks = new float[6][20];
    float[][] otherValues = new float[6][];
    float[][] otherTargets = new float[6][];
    for (int i = 0; i < 6; i++) {
      values[i] = data.values(i);
      targets[i] = data.targetValues(i);
      otherValues[i] = values[i].clone();
      otherTargets[i] = targets[i].clone();
      for (int t = 0; t < 20; t++) {
        masks[i][t] = (t + i) % 4 == 1 ? 0 : 1;
        if (masks[i][t] == 0) {
          otherValues[i][2 * t] = 1e6f;
          otherTargets[i][t] = -1e6f;
        }
      }
    }
    masks[2] = null;
    otherValues[2] = values[2];
    otherTargets[2] = targets[2];
    Evaluation a = Evaluator.evaluate(model, masked(values, targets, masks));
    Evaluation b = Evaluator.evaluate(model, masked(otherValues, otherTargets, masks));
    assertThat(b.metrics()).isEqualTo(a.metrics());
    assertThat(a.count()).isEqualTo(5 * 15 + 20);
  }

  private static Dataset masked(float[][] values, float[][] targets, float[][] masks) {
    return Dataset.ofValues(2, values).stepTargets(1, targets).masks(masks).build();
  }

  @Test
  void lastStepsAreComparedWithTheLastTargets() {
    Dataset data = Toys.delay(4, 12, 5);
    SequenceModel model =
        model(Toys.network(data, Toys.S4D).withPooling(Pooling.EVERY).withLastSteps(3));
    double sum = 0;
    for (int i = 0; i < 4; i++) {
      float[] y = model.predict(data.values(i))[0];
      for (int t = 0; t < 3; t++) {
        double d = (double) y[t] - data.targetValues(i)[9 + t];
        sum += d * d;
      }
    }
    Evaluation e = Evaluator.evaluate(model, data);
    assertThat(e.count()).isEqualTo(12);
    assertThat(e.main()).isCloseTo(sum / 12, offset(1e-6));
    assertThat(e.loss()).isCloseTo(e.main(), offset(1e-12));
  }

  @Test
  void dataThatDoNotFitAreRefusedByName() {
    Dataset data = Toys.periods(4, 20, 20, 1);
    NetworkConfig fits = Toys.network(data, Toys.S4D);
    assertRefused(NetworkConfig.tokens(7, 2).withWidth(4).withDepth(1), data, "input_size 0");
    assertRefused(NetworkConfig.sequence(3, 2).withWidth(4).withDepth(1), data, "input_size 3");
    assertRefused(NetworkConfig.sequence(1, 5).withWidth(4).withDepth(1), data, "output_size 5");
    assertRefused(fits.withPooling(Pooling.EVERY), data, "use pooling MEAN or LAST");
    Dataset steps = Toys.delay(2, 5, 1);
    assertRefused(
        Toys.network(steps, Toys.S4D).withPooling(Pooling.MEAN), steps, "use pooling EVERY");
    assertRefused(Toys.network(steps, Toys.S4D).withLastSteps(6), steps, "answers for the last 6");
    assertRefused(
        NetworkConfig.tokens(9, 4).withWidth(4).withDepth(1),
        Toys.firstToken(2, 5, 1),
        "vocabulary of 4");
    assertRefused(fits, Dataset.ofValues(1, new float[0][]).labels(2, new int[0]).build(), "empty");
  }

  private static void assertRefused(NetworkConfig config, Dataset data, String message) {
    assertThatThrownBy(() -> Evaluator.evaluate(model(config), data))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(data.name())
        .hasMessageContaining(message);
  }

  @Test
  void dataWithoutAnyTargetAreRefused() {
    int[][] none = {{Dataset.IGNORE, Dataset.IGNORE}};
    Dataset data = Dataset.ofValues(1, new float[][] {{1, 2}}).stepLabels(2, none).build();
    assertRefused(Toys.network(data, Toys.S4D), data, "no target");
  }
}
