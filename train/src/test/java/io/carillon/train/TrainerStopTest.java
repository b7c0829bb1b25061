package io.carillon.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import io.carillon.config.NetworkConfig;
import io.carillon.engine.Parameter;
import io.carillon.model.inside.Inside;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Ends of training other than the last epoch: stops, early stopping, divergence. */
class TrainerStopTest {
  private static final Dataset TRAIN = Toys.periods(40, 30, 40, 1);
  private static final Dataset VALIDATION = Toys.periods(20, 30, 40, 2);
  private static final NetworkConfig NETWORK = Toys.network(TRAIN, Toys.S4D);
  private static final TrainConfig CONFIG = Toys.training(3).withBatchSize(10);

  private static TrainListener stopAt(Trainer trainer, long step) {
    return new TrainListener() {
      @Override
      public void onStep(StepRecord record) {
        assertThat(record.step()).as("steps after the stop").isLessThanOrEqualTo(step);
        if (record.step() == step) {
          Thread other = new Thread(trainer::requestStop);
          other.start();
          try {
            other.join();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        }
      }
    };
  }

  @Test
  void aStopBeforeAnyValidationValidatesThePresentModel() {
    Trainer trainer = new Trainer(NETWORK, CONFIG);
    TrainResult result = trainer.fit(TRAIN, VALIDATION, stopAt(trainer, 2));
    assertThat(result.end()).isEqualTo(TrainResult.End.STOPPED);
    assertThat(result.stopped()).isTrue();
    assertThat(result.steps()).isEqualTo(2);
    assertThat(result.history()).hasSize(1);
    assertThat(result.best().validated()).isTrue();
    assertValidated(result);
  }

  /** The model gives the loss of the best epoch; the last bit depends on how batches are cut. */
  private static void assertValidated(TrainResult result) {
    assertThat(Evaluator.evaluate(result.model(), VALIDATION).loss())
        .isCloseTo(result.best().validationLoss(), offset(1e-14));
  }

  @Test
  void aLaterStopReturnsTheBestModelSoFar() {
    Trainer trainer = new Trainer(NETWORK, CONFIG);
    TrainResult result = trainer.fit(TRAIN, VALIDATION, stopAt(trainer, 6));
    assertThat(result.best().epoch()).isEqualTo(1);
    assertThat(result.history()).hasSize(2);
    assertThat(result.history().get(1).validated()).isFalse();
    assertValidated(result);
  }

  @Test
  void withoutValidationThePresentModelIsReturned() {
    Trainer trainer = new Trainer(NETWORK, CONFIG);
    TrainResult result = trainer.fit(TRAIN, null, stopAt(trainer, 3));
    assertThat(result.stopped()).isTrue();
    assertThat(result.best().isBest()).isTrue();
    assertThat(result.model().predict(TRAIN.values(0))[0]).hasSize(2);
  }

  @Test
  void aStopBeforeTheStartDoesOneStep() {
    Trainer trainer = new Trainer(NETWORK, CONFIG);
    trainer.requestStop();
    assertThat(trainer.fit(TRAIN, VALIDATION, TrainListener.NONE).steps()).isEqualTo(1);
    assertThat(trainer.fit(TRAIN, VALIDATION, TrainListener.NONE).end())
        .as("the request is spent")
        .isEqualTo(TrainResult.End.COMPLETED);
  }

  @Test
  void trainingEndsEarlyWithoutImprovement() {
    TrainConfig frozen =
        CONFIG.withEpochs(10).withLearningRate(0).withSsmLearningRate(0).withPatience(2);
    TrainResult result = new Trainer(NETWORK, frozen).fit(TRAIN, VALIDATION, TrainListener.NONE);
    assertThat(result.end()).isEqualTo(TrainResult.End.EARLY);
    assertThat(result.history()).hasSize(3);
    assertThat(result.best().epoch()).isEqualTo(1);
  }

  @Test
  void settingsThatNeedValidationDataSayIt() {
    assertThatThrownBy(
            () -> new Trainer(NETWORK, CONFIG.withPatience(2)).fit(TRAIN, null, TrainListener.NONE))
        .hasMessageContaining("patience is 2");
    assertThatThrownBy(
            () ->
                new Trainer(NETWORK, CONFIG.withPlateau(0.5, 3))
                    .fit(TRAIN, null, TrainListener.NONE))
        .hasMessageContaining("plateau");
    assertThatThrownBy(
            () ->
                new Trainer(NETWORK, CONFIG.withBatchSize(41).withDropLast(true))
                    .fit(TRAIN, null, TrainListener.NONE))
        .hasMessageContaining("no batch is left");
  }

  /** The rate is 0 in the first step, and far too large after it. */
  private static final TrainConfig WILD =
      CONFIG
          .withBatchSize(40)
          .withEpochs(12)
          .withLearningRate(1e35)
          .withSsmLearningRate(1e35)
          .withWarmupSteps(2);

  @Test
  void divergenceIsNamedAndTheBestModelKept() {
    TrainingDivergedException e = diverge(WILD, VALIDATION);
    assertThat(e.step()).isGreaterThan(1);
    assertThat(e.block()).isNotNull();
    assertThat(e.learningRate()).isGreaterThan(1e30);
    assertThat(e)
        .hasMessageContaining("step " + e.step())
        .hasMessageContaining("is " + e.block())
        .hasMessageContaining("Lower learning_rate");
    TrainResult result = e.result();
    assertThat(result.end()).isEqualTo(TrainResult.End.DIVERGED);
    assertThat(result.best().epoch()).isEqualTo(1);
    assertValidated(result);
  }

  @Test
  void withoutValidationTheLastFiniteModelIsKept() {
    TrainingDivergedException e = diverge(WILD, null);
    assertFinite(e.result());
    assertThat(e.result().model().predict(TRAIN.values(0))[0])
        .as("outputs")
        .doesNotContain(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY);
  }

  @Test
  void aGradientThatIsNotFiniteIsNamedAtTheFirstStep() {
    float[][] values = {{1, 2, 3}};
    float[][] targets = {{3e38f}};
    Dataset data = Dataset.ofValues(1, values).targets(1, targets).build();
    Trainer trainer = new Trainer(Toys.network(data, Toys.S4D), CONFIG);
    assertThatThrownBy(() -> trainer.fit(data, null, TrainListener.NONE))
        .isInstanceOfSatisfying(
            TrainingDivergedException.class,
            e -> {
              assertThat(e.step()).isEqualTo(1);
              assertThat(e.parameter()).isNotNull();
              assertThat(e.result().best()).isNull();
              assertFinite(e.result());
            })
        .hasMessageContaining("gradient")
        .hasMessageContaining("inputs and targets are scaled");
  }

  @Test
  void theKeptModelHasLearntUpToTheLastGoodStep() {
    float[][] values = new float[8][20];
    float[][] targets = new float[8][1];
    targets[0][0] = 3e38f;
    Dataset data = Dataset.ofValues(1, values).targets(1, targets).build();
    NetworkConfig network = Toys.network(data, Toys.S4D);
    TrainConfig config = CONFIG.withBatchSize(1).withSchedule(Schedule.CONSTANT);
    Trainer trainer = new Trainer(network, config);
    assertThatThrownBy(() -> trainer.fit(data, null, TrainListener.NONE))
        .isInstanceOfSatisfying(
            TrainingDivergedException.class,
            e -> {
              assertThat(e.step()).as("the poisoned step must not be the first").isGreaterThan(2);
              assertFinite(e.result());
              float[] fresh =
                  new Trainer(network, config.withLearningRate(0).withSsmLearningRate(0))
                      .fit(data.subset("good", 1, 2), null, TrainListener.NONE)
                      .model()
                      .predict(values[1])[0];
              float[] kept = e.result().model().predict(values[1])[0];
              assertThat(Math.abs(kept[0])).isLessThan(Math.abs(fresh[0]));
            });
  }

  private static TrainingDivergedException diverge(TrainConfig config, Dataset validation) {
    try {
      new Trainer(NETWORK, config).fit(TRAIN, validation, TrainListener.NONE);
    } catch (TrainingDivergedException e) {
      return e;
    }
    throw new AssertionError("training did not diverge");
  }

  private static void assertFinite(TrainResult result) {
    for (Parameter p : Inside.network(result.model()).parameters()) {
      for (float x : p.value()) {
        assertThat(x).as(p.name()).isFinite();
      }
    }
  }

  @Test
  void listenersHearOfEverythingInOrder() {
    List<String> events = new ArrayList<>();
    TrainListener listener =
        new TrainListener() {
          @Override
          public void onStart(TrainPlan plan) {
            events.add("start " + plan.totalSteps() + " " + plan.stepsPerEpoch());
            assertThat(plan.parameters()).isPositive();
            assertThat(plan.algorithms()).hasSize(1);
            assertThat(plan.estimatedPeakBytes()).isPositive();
            assertThat(plan.kernels()).isNotEmpty();
          }

          @Override
          public void onStep(StepRecord record) {
            events.add("step " + record.step());
            assertThat(record.loss()).isFinite();
            assertThat(record.gradientNorm()).isPositive();
            // Six quick steps are not enough to tell.
            assertThat(record.secondsLeft()).isNaN();
          }

          @Override
          public void onValidation(int epoch) {
            events.add("validation " + epoch);
          }

          @Override
          public void onEpoch(EpochRecord record) {
            events.add("epoch " + record.epoch());
          }
        };
    new Trainer(NETWORK, CONFIG.withBatchSize(25).withValidateEvery(2))
        .fit(TRAIN, VALIDATION, listener);
    assertThat(events)
        .containsExactly(
            "start 6 2",
            "step 1",
            "step 2",
            "epoch 1",
            "step 3",
            "step 4",
            "validation 2",
            "epoch 2",
            "step 5",
            "step 6",
            "validation 3",
            "epoch 3");
  }
}
