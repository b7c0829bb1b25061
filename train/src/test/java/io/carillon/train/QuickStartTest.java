package io.carillon.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.config.NetworkConfig;
import io.carillon.engine.SeededRandom;
import io.carillon.model.SequenceModel;
import io.carillon.model.State;
import java.io.IOException;
import java.nio.file.Path;
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
    result.model().save(folder.resolve("model"));

    SequenceModel model = SequenceModel.load(folder.resolve("model"));
    float[] logits = model.predict(signals[0])[0];
    State state = model.newState();
    float[] now = model.step(new float[] {0.3f}, state);

    assertThat(logits).hasSize(2);
    assertThat(now).hasSize(2);
    assertThat(logits[0]).as("signal 0 is of class 0").isGreaterThan(logits[1]);
    assertThat(model.predict(signals[1])[0][1]).isGreaterThan(model.predict(signals[1])[0][0]);
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
