package io.carillon.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.carillon.config.BlockConfig;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Pooling;
import io.carillon.config.S4dConfig;
import io.carillon.engine.SeededRandom;
import io.carillon.model.inside.Inside;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sequences drawn when they are needed, targets at the last steps, and the metrics of both. */
class SampleSourceTest {
  private static final int LAST = 3;

  @TempDir private Path folder;

  /** Noise of 5 to 9 steps whose last steps are to be repeated; remembers what was drawn. */
  private static final class Noise implements SampleSource {
    private final List<String> drawn = Collections.synchronizedList(new ArrayList<>());

    @Override
    public int size() {
      return 8;
    }

    @Override
    public int minLength() {
      return 5;
    }

    @Override
    public int maxLength() {
      return 9;
    }

    @Override
    public Dataset draw(int epoch, int index) {
      drawn.add(epoch + "/" + index);
      SeededRandom random = new SeededRandom(Seeds.mix(epoch, index));
      int length = 5 + random.nextInt(5);
      float[] x = new float[length];
      float[] y = new float[LAST];
      for (int t = 0; t < length; t++) {
        x[t] = (float) random.normal();
        if (t >= length - LAST) {
          y[t - length + LAST] = x[t];
        }
      }
      return Dataset.ofValues(1, new float[][] {x})
          .lastStepTargets(1, LAST, new float[][] {y})
          .metric("r2")
          .build();
    }
  }

  private static NetworkConfig network(int lastSteps) {
    BlockConfig block = BlockConfig.DEFAULT.withSsm(S4dConfig.DEFAULT.withStateSize(4));
    return NetworkConfig.sequence(1, 1)
        .withWidth(4)
        .withDepth(1)
        .withBlock(block)
        .withPooling(Pooling.EVERY)
        .withLastSteps(lastSteps);
  }

  private static TrainConfig config(int epochs) {
    return TrainConfig.DEFAULT
        .withEpochs(epochs)
        .withBatchSize(3)
        .withSchedule(Schedule.CONSTANT)
        .withThreads(1);
  }

  @Test
  void everyEpochDrawsItsOwnSamplesOnce() {
    Noise noise = new Noise();
    Dataset data = Dataset.ofSource("noise", noise);
    noise.drawn.clear();
    Dataset stored = Dataset.ofSource("fixed", new Noise()).stored();
    new Trainer(network(LAST), config(2)).fit(data, stored, TrainListener.NONE);
    List<String> expected = new ArrayList<>();
    for (int epoch = 1; epoch <= 2; epoch++) {
      for (int i = 0; i < 8; i++) {
        expected.add(epoch + "/" + i);
      }
    }
    assertThat(noise.drawn).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void aResumedRunSeesTheSameStream() throws IOException {
    Dataset validation = Dataset.ofSource("fixed", new Noise());
    Dataset data = Dataset.ofSource("noise", new Noise());
    float[] whole =
        weights(new Trainer(network(LAST), config(4)).fit(data, validation, TrainListener.NONE));
    Trainer first = new Trainer(network(LAST), config(4)).withResumeFolder(folder);
    first.fit(
        Dataset.ofSource("noise", new Noise()),
        validation,
        new TrainListener() {
          @Override
          public void onEpoch(EpochRecord record) {
            if (record.epoch() == 2) {
              first.requestStop();
            }
          }
        });
    TrainResult resumed =
        Trainer.resume(folder)
            .fit(Dataset.ofSource("noise", new Noise()), validation, TrainListener.NONE);
    assertThat(resumed.history()).hasSize(4);
    assertThat(weights(resumed)).isEqualTo(whole);
  }

  @Test
  void sameBitsForAnyNumberOfThreads() {
    Dataset data = Dataset.ofSource("noise", new Noise());
    TrainResult one = new Trainer(network(LAST), config(2)).fit(data, null, TrainListener.NONE);
    TrainResult three =
        new Trainer(network(LAST), config(2).withThreads(3)).fit(data, null, TrainListener.NONE);
    assertThat(weights(three)).isEqualTo(weights(one));
  }

  private static float[] weights(TrainResult result) {
    List<Float> all = new ArrayList<>();
    Inside.network(result.model())
        .parameters()
        .forEach(
            p -> {
              for (float v : p.value()) {
                all.add(v);
              }
            });
    float[] values = new float[all.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = all.get(i);
    }
    return values;
  }

  @Test
  void aSubsetIsStillDrawnAndStoringKeepsEverything() {
    Dataset data = Dataset.ofSource("noise", new Noise());
    Dataset some = data.subset("some", 6, 2);
    assertThat(some.isGenerated()).isTrue();
    assertThat(some.values(0)).isEqualTo(data.values(6));
    assertThat(some.epoch(3).values(1)).isEqualTo(data.epoch(3).values(2));
    Dataset stored = some.stored();
    assertThat(stored.isGenerated()).isFalse();
    assertThat(stored.values(1)).isEqualTo(data.values(2));
    assertThat(stored.targetValues(1)).isEqualTo(data.targetValues(2));
    assertThat(stored.lastSteps()).isEqualTo(LAST);
    assertThat(stored.metric()).isEqualTo("r2");
  }

  /** Answering everywhere must give the loss of answering where there are targets. */
  @Test
  void stepsWithoutATargetCountNowhere() {
    Dataset data = Dataset.ofSource("noise", new Noise()).stored();
    TrainResult last = new Trainer(network(LAST), config(1)).fit(data, null, TrainListener.NONE);
    TrainResult every = new Trainer(network(0), config(1)).fit(data, null, TrainListener.NONE);
    assertThat(every.history().get(0).trainLoss())
        .isCloseTo(last.history().get(0).trainLoss(), within(1e-6));
    Evaluation e = Evaluator.evaluate(every.model(), data);
    assertThat(e.count()).isEqualTo(8L * LAST);
    assertThat(e.mainMetric()).isEqualTo("r2");
    assertThat(e.higherIsBetter()).isTrue();
    assertThat(e.metrics()).containsKeys("r2_batch_mean", "mse");
  }

  @Test
  void rSquaredByTheBatch() {
    Metrics metrics = new ValueMetrics(1, "r2", null);
    metrics.add(new float[] {1, 2}, new Targets(2, null, new float[] {1, 3}, null));
    metrics.add(new float[] {5, 5}, new Targets(2, null, new float[] {5, 5.001f}, null));
    Evaluation e = metrics.evaluation(0);
    // First batch: MSE 0.5, variance 1. Second: MSE 5e-7, variance 2.5e-7, below the least, 1e-5.
    assertThat(e.metrics().get("r2_batch_mean")).isCloseTo((0.5 + 0.95) / 2, within(1e-4));
    // Together: squares 1 + 1e-6 about a spread of 11.0035 for targets 1, 3, 5, 5.001.
    assertThat(e.main()).isCloseTo(1 - 1 / 11.0035, within(1e-4));
  }

  @Test
  void macroF1AsMainMetricAndByTheBatch() {
    Metrics metrics = new ClassMetrics(2, "macro_f1");
    metrics.add(new float[] {1, 0, 0, 1}, new Targets(2, new int[] {0, 1}, null, null));
    metrics.add(new float[] {1, 0, 1, 0}, new Targets(2, new int[] {0, 1}, null, null));
    Evaluation e = metrics.evaluation(0);
    // Second batch: F1 of class 0 is 2/3, of class 1 zero. Together: 4/5 and 2/3.
    assertThat(e.metrics().get("macro_f1_batch_mean")).isCloseTo((1 + 1.0 / 3) / 2, within(1e-12));
    assertThat(e.main()).isCloseTo((4.0 / 5 + 2.0 / 3) / 2, within(1e-12));
    assertThat(e.metrics().keySet().iterator().next()).isEqualTo("macro_f1");
  }

  @Test
  void weightsOfABatch() {
    double[] weights = ClassBalance.ofBatch(new int[] {0, 0, 0, 2, Dataset.IGNORE}, 3);
    assertThat(weights).containsExactly(1.0 / 3, 0, 1);
  }

  @Test
  void wrongMetricsAndLastStepsAreRefused() {
    float[][] x = {{1, 2}};
    assertThatThrownBy(() -> Dataset.ofValues(1, x).stepTargets(1, x).metric("accuracy").build())
        .hasMessageContaining("there is no metric 'accuracy' of VALUE_PER_STEP");
    assertThatThrownBy(() -> Dataset.ofValues(1, x).lastStepTargets(1, 3, x).build())
        .hasMessageContaining("the last 3 steps");
  }
}
