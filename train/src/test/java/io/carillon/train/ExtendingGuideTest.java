package io.carillon.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.carillon.config.NetworkConfig;
import io.carillon.engine.Parallel;
import io.carillon.model.SequenceModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs of docs/extending.md, on the recall of what came two steps before. */
class ExtendingGuideTest {
  private static final Dataset TRAIN = Toys.delay(24, 20, 1);
  private static final Dataset VALIDATION = Toys.delay(8, 20, 2);
  private static final NetworkConfig NETWORK = Toys.network(TRAIN, Toys.S4D);
  private static final TrainConfig CONFIG = Toys.training(3).withBatchSize(8);

  @TempDir private Path folder;

  /** Squared error near the target, absolute error far from it: outliers pull less. */
  record Huber(double delta) implements Loss {
    @Override
    public String name() {
      return "huber " + delta;
    }

    @Override
    public double of(Answer answer, double[] gradient) {
      double loss = 0;
      for (int k = 0; k < answer.size(); k++) {
        double d = answer.output(k) - answer.target(k);
        boolean near = Math.abs(d) <= delta;
        loss += near ? d * d / 2 : delta * (Math.abs(d) - delta / 2);
        if (gradient != null) {
          gradient[k] = near ? d : delta * Math.signum(d);
        }
      }
      return loss;
    }
  }

  /** Share of the answers that are off by no more than a bound. */
  record Within(double bound) implements Metric {
    @Override
    public String name() {
      return "within";
    }

    @Override
    public boolean higherIsBetter() {
      return true;
    }

    @Override
    public int sums() {
      return 2;
    }

    @Override
    public void add(Answer answer, double[] sums) {
      sums[0] += Math.abs(answer.output(0) - answer.target(0)) <= bound ? 1 : 0;
      sums[1]++;
    }

    @Override
    public double value(double[] sums) {
      return sums[0] / sums[1];
    }
  }

  private static final Objective OBJECTIVE =
      Objective.DEFAULT.withLoss(new Huber(0.5)).withMetric(new Within(0.3)).choosingBy("within");

  @Test
  void lossAndMetric() {
    Objective objective =
        Objective.DEFAULT.withLoss(new Huber(0.5)).withMetric(new Within(0.3)).choosingBy("within");
    TrainResult result =
        new Trainer(NETWORK, CONFIG)
            .withObjective(objective)
            .fit(TRAIN, VALIDATION, TrainListener.NONE);
    Evaluation test =
        Evaluator.evaluate(result.model(), VALIDATION, Parallel.serial(), 1, objective);

    assertThat(result.history()).allSatisfy(e -> assertThat(e.metric()).isEqualTo("within"));
    EpochRecord best = result.best();
    assertThat(best.validationMetric())
        .isEqualTo(
            result.history().stream().mapToDouble(EpochRecord::validationMetric).max().orElse(0));
    assertThat(best.validationMetrics()).containsKeys("within", "mse", "mae");
    assertThat(test.main()).isEqualTo(best.validationMetric()).isBetween(0.05, 1.0);
    assertThat(test.loss()).isEqualTo(best.validationLoss());
    assertThat(test.main()).isEqualTo(shareWithin(result.model(), 0.3), within(1e-12));
    assertThat(test.higherIsBetter()).isTrue();
  }

  /** From the answers themselves. */
  private static double shareWithin(SequenceModel model, double bound) {
    int near = 0;
    int all = 0;
    for (int i = 0; i < VALIDATION.size(); i++) {
      float[] answers = model.predict(VALIDATION.values(i))[0];
      for (int t = 0; t < answers.length; t++, all++) {
        near += Math.abs(answers[t] - VALIDATION.targetValues(i)[t]) <= bound ? 1 : 0;
      }
    }
    return (double) near / all;
  }

  @Test
  void schedule() {
    // Rises for half a period of two epochs, falls for the other half, and is halved every period.
    RateSchedule triangles =
        done -> {
          double period = done.epoch() / 2;
          double at = period - Math.floor(period);
          return (1 - Math.abs(2 * at - 1)) * Math.pow(0.5, Math.floor(period));
        };
    List<Double> rates = new ArrayList<>();
    new Trainer(NETWORK, CONFIG)
        .withSchedule("triangles", triangles)
        .fit(
            TRAIN,
            VALIDATION,
            new TrainListener() {
              @Override
              public void onStep(StepRecord record) {
                rates.add(record.learningRate() / CONFIG.learningRate());
              }
            });
    double third = 1 / 3.0;
    double[] expected = {0, third, 2 * third, 1, 2 * third, third, 0, third / 2, third};
    assertThat(rates).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(rates.get(i)).as("step %d", i + 1).isCloseTo(expected[i], within(1e-12));
    }
  }

  /** Ends the training once it is good enough, and counts what it is told. */
  static final class GoodEnough implements TrainListener {
    private final Trainer trainer;
    private final double enough;
    final List<String> told = new ArrayList<>();

    GoodEnough(Trainer trainer, double enough) {
      this.trainer = trainer;
      this.enough = enough;
    }

    @Override
    public void onStart(TrainPlan plan) {
      told.add("start of " + plan.totalSteps() + " steps");
    }

    @Override
    public void onStep(StepRecord record) {
      told.add("step " + record.step());
    }

    @Override
    public void onValidation(int epoch) {
      told.add("validation of epoch " + epoch);
    }

    @Override
    public void onEpoch(EpochRecord record) {
      told.add("epoch " + record.epoch());
      if (record.validationMetric() >= enough) {
        trainer.requestStop();
      }
    }

    @Override
    public void onBest(EpochRecord record, Supplier<SequenceModel> model) {
      told.add("best");
    }

    @Override
    public void onCheckpoint(Path folder, long step) {
      told.add("checkpoint at step " + step);
    }

    @Override
    public void onEnd(TrainResult result) {
      told.add("end: " + result.end());
    }
  }

  @Test
  void listener() {
    Trainer trainer = new Trainer(NETWORK, CONFIG).withObjective(OBJECTIVE);
    GoodEnough goodEnough = new GoodEnough(trainer, 0.01);
    List<EpochRecord> epochs = new ArrayList<>();
    TrainListener log =
        new TrainListener() {
          @Override
          public void onEpoch(EpochRecord record) {
            epochs.add(record);
          }
        };
    TrainResult result =
        trainer
            .withResumeFolder(folder)
            .fit(TRAIN, VALIDATION, TrainListener.all(List.of(goodEnough, log)));
    assertThat(goodEnough.told)
        .containsExactly(
            "start of 9 steps",
            "checkpoint at step 0",
            "step 1",
            "step 2",
            "step 3",
            "validation of epoch 1",
            "epoch 1",
            "best",
            "checkpoint at step 3",
            "end: STOPPED");
    assertThat(epochs).isEqualTo(result.history());
  }

  @Test
  void gradientsElsewhere() {
    TrainConfig config = CONFIG.withShardSize(3);
    TrainResult here = new Trainer(NETWORK, config).fit(TRAIN, VALIDATION, TrainListener.NONE);
    try (GradientWorker one = new GradientWorker(NETWORK, config, TRAIN);
        GradientWorker two = new GradientWorker(NETWORK, config, TRAIN)) {
      GradientSource source =
          (weights, shards, inOrder) -> {
            for (Shard shard : shards) {
              GradientWorker worker = shard.index() % 2 == 0 ? one : two;
              inOrder.accept(worker.gradient(weights, shard));
            }
          };
      TrainResult there =
          new Trainer(NETWORK, config)
              .withGradients(source)
              .fit(TRAIN, VALIDATION, TrainListener.NONE);

      assertThat(there.model().fingerprint()).isEqualTo(here.model().fingerprint());
    }
  }

  /** So that the page cannot say what does not compile. */
  @Test
  void thePageHasTheLinesOfThisTest() throws IOException {
    Path source = Path.of("src/test/java/io/carillon/train/ExtendingGuideTest.java");
    Set<String> known = new HashSet<>();
    Files.readAllLines(source).forEach(line -> known.add(line.strip()));
    List<String> page = Files.readAllLines(Path.of("../docs/extending.md"));
    List<String> unknown = new ArrayList<>();
    boolean code = false;
    int lines = 0;
    for (String line : page) {
      if (line.startsWith("```")) {
        code = line.equals("```java");
      } else if (code && !line.isBlank()) {
        lines++;
        if (!known.contains(line.strip())) {
          unknown.add(line);
        }
      }
    }
    assertThat(lines).isGreaterThan(40);
    assertThat(unknown).isEmpty();
    assertThat(Arrays.asList(page.get(0))).containsExactly("# Extending the training");
  }
}
