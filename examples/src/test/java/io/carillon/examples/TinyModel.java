package io.carillon.examples;

import io.carillon.config.NetworkConfig;
import io.carillon.engine.SeededRandom;
import io.carillon.model.Meaning;
import io.carillon.model.Scaling;
import io.carillon.model.SequenceModel;
import io.carillon.train.Dataset;
import io.carillon.train.TrainConfig;
import io.carillon.train.TrainListener;
import io.carillon.train.Trainer;
import java.util.List;

/** Low and high tones of 8 kHz and a model that has learned to tell them apart. */
final class TinyModel {
  static final int RATE = 8000;
  static final double LOW = 220;
  static final double HIGH = 880;

  /** The model is trained on scaled sound. */
  static final Scaling SCALING = new Scaling(new double[] {0.02}, new double[] {0.35});

  private static SequenceModel trained;

  private TinyModel() {}

  /** The model; trained once for all tests. */
  static synchronized SequenceModel trained() {
    if (trained == null) {
      trained = train();
    }
    return trained;
  }

  static float[] tone(double hertz, int length, double phase) {
    float[] x = new float[length];
    for (int t = 0; t < length; t++) {
      x[t] = (float) (0.5 * Math.sin(2 * Math.PI * hertz / RATE * t + phase));
    }
    return x;
  }

  private static SequenceModel train() {
    float[][] sounds = new float[64][];
    int[] labels = new int[sounds.length];
    SeededRandom random = new SeededRandom(5);
    for (int i = 0; i < sounds.length; i++) {
      labels[i] = i % 2;
      float[] sound =
          tone(i % 2 == 0 ? LOW : HIGH, 100 + random.nextInt(60), 6 * random.uniform(0, 1));
      SCALING.applyInPlace(sound);
      sounds[i] = sound;
    }
    Dataset data = Dataset.ofValues(1, sounds).labels(2, labels).build();
    NetworkConfig network = NetworkConfig.sequence(1, 2).withWidth(8).withDepth(1);
    TrainConfig config = TrainConfig.DEFAULT.withEpochs(10).withBatchSize(8);
    Meaning meaning =
        Meaning.builder()
            .values(1, List.of("sound"), SCALING)
            .classes(List.of("low", "high"))
            .sampleRate(RATE)
            .build();
    return new Trainer(network, config)
        .withMeaning(meaning)
        .fit(data, null, TrainListener.NONE)
        .model();
  }
}
