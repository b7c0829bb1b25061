package io.carillon.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.config.NetworkConfig;
import io.carillon.engine.SeededRandom;
import io.carillon.model.Classification;
import io.carillon.model.LiveStream;
import io.carillon.model.Meaning;
import io.carillon.model.Predictor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java quick start of the README, line by line, on sines of two frequencies. */
class QuickStartTest {
  @TempDir Path folder;

  @Test
  void readmeQuickStart() throws IOException {
    float[][] signals = new float[120][];
    int[] labels = new int[signals.length];
    SeededRandom random = new SeededRandom(5);
    for (int i = 0; i < signals.length; i++) {
      labels[i] = i % 2;
      signals[i] = sine(labels[i] == 0 ? 0.2 : 0.25, 40 + random.nextInt(20), random);
    }

    Dataset data = Dataset.ofValues(1, signals).labels(2, labels).build();

    NetworkConfig network = NetworkConfig.sequence(1, 2).withWidth(32).withDepth(2);
    TrainResult result = Trainer.fit(network, data, TrainConfig.DEFAULT.withEpochs(10));
    Meaning meaning = Meaning.builder().values(1).classes(List.of("slow", "fast")).build();
    result.model().withMeaning(meaning).save(folder.resolve("model"));

    Predictor predictor = Predictor.load(folder.resolve("model"));
    Classification answer = predictor.classify(signals[0]);
    LiveStream live = predictor.open();
    Optional<Classification> now = live.classify(0.3);

    assertThat(answer.name()).isEqualTo("slow");
    assertThat(answer.probability()).isGreaterThan(0.5);
    assertThat(predictor.classify(signals[1]).name()).isEqualTo("fast");
    assertThat(now).map(Classification::name).get().isIn("slow", "fast");
  }

  private static float[] sine(double frequency, int length, SeededRandom random) {
    float[] x = new float[length];
    double phase = random.uniform(0, 2 * Math.PI);
    for (int t = 0; t < length; t++) {
      x[t] = (float) (Math.sin(frequency * t + phase) + 0.1 * random.normal());
    }
    return x;
  }
}
