package io.carillon.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.carillon.config.NetworkConfig;
import io.carillon.config.Pooling;
import io.carillon.model.Meaning;
import io.carillon.model.Scaling;
import io.carillon.model.SequenceModel;
import io.carillon.model.forecast.Forecast;
import io.carillon.model.forecast.Interval;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Quantiles from the loss to the calibrated interval. */
class QuantileLossTest {
  private static final List<Double> LEVELS = List.of(0.1, 0.5, 0.9);
  private static final QuantileLoss LOSS = new QuantileLoss(LEVELS);

  /** A step of length 1 above 0 with targets spread evenly over [x, x + 10] beside it. */
  private static Meaning meaning;

  private static Dataset train;
  private static Dataset other;
  private static SequenceModel model;

  @BeforeAll
  static void train() {
    meaning =
        Meaning.builder()
            .values(1)
            .quantities(1, List.of("y"), new Scaling(new double[] {5}, new double[] {4}))
            .quantiles(LEVELS)
            .build();
    train = data(600, 1);
    other = data(600, 2);
    NetworkConfig network =
        NetworkConfig.sequence(1, 3).withWidth(8).withDepth(1).withPooling(Pooling.LAST);
    TrainConfig config = TrainConfig.DEFAULT.withEpochs(25).withThreads(1);
    model =
        new Trainer(network, config)
            .withMeaning(meaning)
            .fit(train, null, TrainListener.NONE)
            .model();
  }

  private static Dataset data(int count, long seed) {
    Random random = new Random(seed);
    float[][] x = new float[count][];
    float[][] y = new float[count][];
    for (int i = 0; i < count; i++) {
      x[i] = new float[] {random.nextInt(3) - 1};
      y[i] = new float[] {(10 * random.nextFloat() + x[i][0] - 5) / 4};
    }
    return Dataset.ofValues(1, x).targets(1, y).metric("mae").build();
  }

  private static Losses.Value mean(float[] outputs, float[] targets, float[] gradient) {
    return OwnLoss.mean(
        LOSS, outputs, new Targets(1, null, targets, null), outputs.length, null, gradient);
  }

  @Test
  void theLossIsThatOfTheQuantilesInOrder() {
    double expected = (0.1 * (2 - 1) + 0.5 * 0 + (1 - 0.9) * (4 - 2)) / 3;
    assertThat(mean(new float[] {1, 2, 4}, new float[] {2}, null).mean())
        .isCloseTo(expected, within(1e-12));
    assertThat(mean(new float[] {4, 1, 2}, new float[] {2}, null).mean())
        .as("whatever the order of the outputs")
        .isCloseTo(expected, within(1e-12));
  }

  @Test
  void theGradientIsThatOfTheLoss() {
    float[] outputs = {0.5f, -1, 0.25f, 3, 1, 2};
    float[] targets = {0.3f, 1.5f};
    float[] gradient = new float[6];
    mean(outputs, targets, gradient);
    for (int k = 0; k < outputs.length; k++) {
      double h = 1e-2;
      float[] more = outputs.clone();
      more[k] += (float) h;
      float[] less = outputs.clone();
      less[k] -= (float) h;
      double slope = (mean(more, targets, null).sum() - mean(less, targets, null).sum()) / (2 * h);
      assertThat((double) gradient[k]).as("output %d", k).isCloseTo(slope, within(1e-5));
    }
  }

  @Test
  void whatIsNotKnownCountsNowhere() {
    float[] gradient = new float[6];
    Losses.Value value = mean(new float[] {1, 2, 4, 7, 8, 9}, new float[] {2, Float.NaN}, gradient);
    assertThat(value.mean()).isCloseTo((0.1 + 0.2) / 6, within(1e-7));
    assertThat(gradient).endsWith(0, 0, 0);
  }

  /** The quantiles of an even spread over [x, x + 10] are x + 1, x + 5 and x + 9. */
  @Test
  void aNetworkLearnsTheQuantiles() {
    for (float x : new float[] {-1, 0, 1}) {
      Forecast forecast = meaning.forecast(model.predict(new float[][] {{x}})[0]);
      assertThat(forecast.quantile(1, 0, 0)).isCloseTo(x + 1, within(0.8f));
      assertThat(forecast.quantile(1, 0, 1)).isCloseTo(x + 5, within(0.8f));
      assertThat(forecast.quantile(1, 0, 2)).isCloseTo(x + 9, within(0.8f));
      assertThat(forecast.value(1, 0)).isEqualTo(forecast.quantile(1, 0, 1));
    }
  }

  @Test
  void theEvaluationIsOfTheMedianAndTheLoss() {
    Evaluation evaluation = Evaluator.evaluate(model, other);
    assertThat(evaluation.mainMetric()).isEqualTo("mae");
    assertThat(evaluation.main()).as("a quarter of the spread").isCloseTo(2.5 / 4, within(0.06));
    // Of an even spread over s: p (1 − p) s / 2, here mean over the levels.
    double best = (0.09 + 0.25 + 0.09) / 3 * 10 / 4 / 2;
    assertThat(evaluation.loss()).isCloseTo(best, within(0.02));
  }

  /** Of 600 new values 80 % lie in the interval, up to three standard errors of both samples. */
  @Test
  void intervalsHoldTheWantedShare() {
    double error = 3 * Math.sqrt(2 * 0.8 * 0.2 / 600);
    for (double coverage : new double[] {0.8, 0.95}) {
      Interval interval = Calibration.of(model, other, coverage);
      Meaning calibrated = meaning.withInterval(interval);
      Dataset fresh = data(600, 3);
      int inside = 0;
      for (int i = 0; i < fresh.size(); i++) {
        Forecast forecast = calibrated.forecast(model.predict(new float[][] {fresh.values(i)})[0]);
        float truth = meaning.targets(fresh.targetValues(i))[0];
        inside += forecast.low(1, 0) <= truth && truth <= forecast.high(1, 0) ? 1 : 0;
      }
      assertThat(inside / 600.0).as("coverage").isCloseTo(coverage, within(error));
    }
  }

  @Test
  void tooFewValuesForACoverageAreRefused() {
    Dataset few = other.subset("few", 0, 1, 2, 3);
    assertThatThrownBy(() -> Calibration.of(model, few, 0.9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'few' has 4 true values of an answer; an interval for 0.9 needs at least 9");
    assertThat(Calibration.of(model, few, 0.8).margins()).hasSize(1);
  }

  @Test
  void wrongLevelsAndNetworksAreNamed() {
    for (List<Double> wrong : List.of(List.of(0.5, 0.1), List.of(0.0), List.of(0.5, 1.0))) {
      assertThatThrownBy(() -> new QuantileLoss(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("ascending");
    }
    NetworkConfig one = NetworkConfig.sequence(1, 2).withPooling(Pooling.LAST);
    Trainer trainer =
        new Trainer(one, TrainConfig.DEFAULT).withObjective(Objective.DEFAULT.withLoss(LOSS));
    assertThatThrownBy(() -> trainer.fit(train, null, TrainListener.NONE))
        .hasMessageContaining("needs 3 outputs (classes or target values, 3 for each)");
  }
}
