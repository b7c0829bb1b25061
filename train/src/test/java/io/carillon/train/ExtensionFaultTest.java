package io.carillon.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.carillon.config.NetworkConfig;
import io.carillon.train.ExtendingGuideTest.Huber;
import io.carillon.train.ExtendingGuideTest.Within;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a loss, a metric or a schedule of one's own does wrong is said by its name. */
class ExtensionFaultTest {
  private static final Dataset TRAIN = Toys.delay(12, 10, 1);
  private static final Dataset VALIDATION = Toys.delay(4, 10, 2);
  private static final NetworkConfig NETWORK = Toys.network(TRAIN, Toys.S4D);
  private static final TrainConfig CONFIG = Toys.training(2).withBatchSize(4);

  @TempDir private Path folder;

  private static Trainer trainer(Objective objective) {
    return new Trainer(NETWORK, CONFIG).withObjective(objective);
  }

  private static TrainResult fit(Trainer trainer) {
    return trainer.fit(TRAIN, VALIDATION, TrainListener.NONE);
  }

  private static AbstractThrowableAssert<?, ?> assertFails(Objective objective) {
    return assertThatThrownBy(() -> fit(trainer(objective))).isInstanceOf(ExtensionException.class);
  }

  private static Objective loss(ToDoubleBiFunction<Answer, double[]> of) {
    return Objective.DEFAULT.withLoss(
        new Loss() {
          @Override
          public String name() {
            return "mine";
          }

          @Override
          public double of(Answer answer, double[] gradient) {
            return of.applyAsDouble(answer, gradient);
          }
        });
  }

  private static Metric metric(String name, int sums, ToDoubleFunction<double[]> value) {
    return new Metric() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public boolean higherIsBetter() {
        return false;
      }

      @Override
      public int sums() {
        return sums;
      }

      @Override
      public void add(Answer answer, double[] all) {
        all[0] += answer.output(0);
      }

      @Override
      public double value(double[] all) {
        return value.applyAsDouble(all);
      }
    };
  }

  @Test
  void ofALoss() {
    assertFails(loss((answer, gradient) -> Double.NaN))
        .hasMessageMatching(
            "loss 'mine' gave NaN for output \\S+, target \\S+; it must be finite .*");
    assertFails(
            loss(
                (answer, gradient) -> {
                  if (gradient != null) {
                    gradient[0] = Double.POSITIVE_INFINITY;
                  }
                  return 1;
                }))
        .hasMessageContaining("loss 'mine' gave derivative Infinity by output 0 for output");
    assertFails(loss((answer, gradient) -> answer.label()))
        .hasMessageContaining("loss 'mine' failed for output")
        .hasMessageContaining("the targets are values, not classes; use target(k)")
        .hasCauseInstanceOf(IllegalStateException.class);
    assertFails(loss((answer, gradient) -> answer.output(1)))
        .hasMessageContaining("output 1 of 1")
        .hasCauseInstanceOf(IndexOutOfBoundsException.class);
  }

  /** It fails in the validation only, where no gradient is asked for. */
  @Test
  void ofALossWithoutItsGradient() {
    assertFails(loss((answer, gradient) -> gradient[0]))
        .hasMessageContaining("loss 'mine' failed")
        .hasCauseInstanceOf(NullPointerException.class);
  }

  @Test
  void ofAMetric() {
    Metric undefined = metric("mine", 1, sums -> Double.NaN);
    assertFails(Objective.DEFAULT.withMetric(undefined).choosingBy("mine"))
        .hasMessageContaining("metric 'mine' gave NaN, and the best epoch is to be chosen by it");
    Metric failing = metric("mine", 1, sums -> sums[1]);
    assertFails(Objective.DEFAULT.withMetric(failing))
        .hasMessageContaining("metric 'mine' failed for its sums")
        .hasCauseInstanceOf(ArrayIndexOutOfBoundsException.class);
    TrainResult result = fit(trainer(Objective.DEFAULT.withMetric(undefined)));
    assertThat(result.best().validationMetrics()).containsEntry("mine", Double.NaN);
    assertThat(EpochMaps.toMap(result.best()).get("validation_metrics").toString())
        .doesNotContain("mine");
  }

  @Test
  void namesOfMetrics() {
    assertThatThrownBy(() -> Objective.DEFAULT.withMetric(metric("My metric", 1, s -> 0)))
        .hasMessageContaining("a metric has the name 'My metric'; use lower-case letters");
    for (String taken : List.of("mse", "accuracy", "r2_batch_mean")) {
      assertThatThrownBy(() -> Objective.DEFAULT.withMetric(metric(taken, 1, s -> 0)))
          .hasMessageContaining("metric '" + taken + "' has the name of another metric");
    }
    Objective one = Objective.DEFAULT.withMetric(metric("mine", 1, s -> 0));
    assertThatThrownBy(() -> one.withMetric(metric("mine", 1, s -> 0)))
        .hasMessageContaining("the name of another metric");
    assertThatThrownBy(() -> Objective.DEFAULT.withMetric(metric("mine", 0, s -> 0)))
        .hasMessageContaining("metric 'mine' has 0 sums");
    assertThatThrownBy(() -> fit(trainer(one.choosingBy("yours"))))
        .hasMessageContaining("there is no metric 'yours' of VALUE_PER_STEP to choose by")
        .hasMessageContaining("mse")
        .hasMessageContaining("mine");
  }

  /** A usual metric may be chosen too, whatever the data set says. */
  @Test
  void aUsualMetricCanBeChosen() {
    TrainResult result = fit(trainer(Objective.DEFAULT.choosingBy("r2")));
    assertThat(result.history()).allSatisfy(e -> assertThat(e.metric()).isEqualTo("r2"));
  }

  @Test
  void ofASchedule() {
    for (double bad : new double[] {Double.NaN, -1, Double.POSITIVE_INFINITY}) {
      Trainer trainer =
          new Trainer(NETWORK, CONFIG).withSchedule("mine", done -> done.step() == 2 ? bad : 1);
      assertThatThrownBy(() -> fit(trainer))
          .isInstanceOf(ExtensionException.class)
          .hasMessage(
              "schedule 'mine' gave " + bad + " for step 3; a factor must be finite and 0 or more");
    }
    Trainer failing =
        new Trainer(NETWORK, CONFIG).withSchedule("mine", done -> done.epochs().get(0).step());
    assertThatThrownBy(() -> fit(failing))
        .isInstanceOf(ExtensionException.class)
        .hasMessageContaining("schedule 'mine' failed for step 1")
        .hasCauseInstanceOf(IndexOutOfBoundsException.class);
  }

  private Trainer interrupted(int atStep) {
    Trainer trainer =
        new Trainer(NETWORK, CONFIG)
            .withObjective(own())
            .withSchedule("by loss", ExtensionFaultTest::byLoss)
            .withResumeFolder(folder);
    trainer.fit(
        TRAIN,
        VALIDATION,
        new TrainListener() {
          @Override
          public void onStep(StepRecord record) {
            if (record.step() == atStep) {
              trainer.requestStop();
            }
          }
        });
    return trainer;
  }

  private static Objective own() {
    return Objective.DEFAULT
        .withLoss(new Huber(0.5))
        .withMetric(new Within(0.5))
        .withMetric(metric("mean_output", 1, sums -> sums[0]))
        .choosingBy("within");
  }

  /** Depends on what was validated, so that a wrong history would show. */
  private static double byLoss(RateSchedule.Progress done) {
    int n = done.epochs().size();
    return n == 0 ? 1 : Math.min(1, done.epochs().get(n - 1).validationLoss());
  }

  @Test
  void aResumedRunMustBeGivenThemAgainAndHasTheSameBits() throws IOException {
    TrainResult whole = fit(trainer(own()).withSchedule("by loss", ExtensionFaultTest::byLoss));
    // In the middle of the second epoch, with sums of all metrics open.
    interrupted(5);
    Trainer without = Trainer.resume(folder);
    assertThatThrownBy(() -> fit(without))
        .hasMessageContaining(
            "was trained with loss 'huber 0.5', metric 'within', metric 'mean_output', epochs"
                + " chosen by 'within', schedule 'by loss', now it has nothing of one's own;"
                + " give the trainer the same by withObjective and withSchedule");
    TrainResult resumed =
        fit(
            Trainer.resume(folder)
                .withObjective(own())
                .withSchedule("by loss", ExtensionFaultTest::byLoss));
    assertThat(resumed.model().fingerprint()).isEqualTo(whole.model().fingerprint());
    EpochRecord last = resumed.history().get(1);
    assertThat(last.trainMetric()).isEqualTo(whole.history().get(1).trainMetric());
    assertThat(last.validationMetrics()).isEqualTo(whole.history().get(1).validationMetrics());
  }

  @Test
  void shardsElsewhereGiveTheSameBits() {
    TrainConfig config = CONFIG.withShardSize(3);
    TrainResult here = fit(new Trainer(NETWORK, config).withObjective(own()));
    try (ScatteredWorkers source = new ScatteredWorkers(2, NETWORK, config, TRAIN, own(), 1)) {
      TrainResult there =
          fit(new Trainer(NETWORK, config).withObjective(own()).withGradients(source));
      assertThat(there.model().fingerprint()).isEqualTo(here.model().fingerprint());
      assertThat(there.best().trainMetric()).isEqualTo(here.best().trainMetric());
    }
  }

  @Test
  void theUsualLossGivenAsOnesOwnTrainsTheSameUpToRounding() {
    Objective square =
        loss(
            (answer, gradient) -> {
              double d = (double) answer.output(0) - answer.target(0);
              if (gradient != null) {
                gradient[0] = 2 * d;
              }
              return d * d;
            });
    TrainResult usual = fit(new Trainer(NETWORK, CONFIG));
    TrainResult own = fit(trainer(square));
    for (int e = 0; e < 2; e++) {
      EpochRecord one = usual.history().get(e);
      EpochRecord other = own.history().get(e);
      assertThat(other.trainLoss()).isCloseTo(one.trainLoss(), within(1e-5));
      assertThat(other.validationLoss()).isCloseTo(one.validationLoss(), within(1e-5));
      assertThat(other.validationLoss()).isCloseTo(other.validationMetric(), within(1e-9));
    }
  }

  @Test
  void aListMustHaveAListener() {
    assertThatThrownBy(() -> TrainListener.all(List.of()))
        .hasMessageContaining("there is no listener");
  }
}
