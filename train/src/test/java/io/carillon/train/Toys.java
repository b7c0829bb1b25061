package io.carillon.train;

import io.carillon.config.BlockConfig;
import io.carillon.config.DlrConfig;
import io.carillon.config.LayerConfig;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Pooling;
import io.carillon.config.S4dConfig;
import io.carillon.config.SsmConfig;
import io.carillon.config.kernel.KernelCast;
import io.carillon.engine.SeededRandom;

/** Small tasks with known answers, and networks that fit them. */
final class Toys {
  /** N = 16: eight stored modes, fast enough for sequences of tens of steps. */
  static final SsmConfig S4D = S4dConfig.DEFAULT.withStateSize(16).withDtRange(0.02, 0.5);

  /** N = 16 shared modes that forget within about a hundred steps. */
  static final SsmConfig DLR =
      DlrConfig.DEFAULT.withStateSize(16).withDtRange(0.01, 0.2).withWScale(0.2);

  /** A kernel that is a product of sums: it has no recurrence and is computed as a convolution. */
  static final SsmConfig PRODUCT =
      DlrConfig.DEFAULT
          .withStateSize(8)
          .withDtRange(0.01, 0.2)
          .withWScale(0.3)
          .withCast(KernelCast.PROD);

  private Toys() {}

  /** Which of two periods (8 or 13 steps, random phase, some noise) a sequence has. */
  static Dataset periods(int count, int shortest, int longest, long seed) {
    SeededRandom random = new SeededRandom(seed);
    float[][] values = new float[count][];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = i % 2;
      double phase = random.uniform(0, 2 * Math.PI);
      values[i] = new float[shortest + random.nextInt(longest - shortest + 1)];
      for (int t = 0; t < values[i].length; t++) {
        double angle = 2 * Math.PI * t / (labels[i] == 0 ? 8 : 13) + phase;
        values[i][t] = (float) (Math.sin(angle) + 0.3 * random.normal());
      }
    }
    return Dataset.ofValues(1, values).name("periods").labels(2, labels).build();
  }

  /** y_t = x_{t−2}, zero before; two inputs, of which the second is noise. */
  static Dataset delay(int count, int length, long seed) {
    SeededRandom random = new SeededRandom(seed);
    float[][] values = new float[count][2 * length];
    float[][] targets = new float[count][length];
    for (int i = 0; i < count; i++) {
      for (int t = 0; t < length; t++) {
        values[i][2 * t] = (float) random.normal();
        values[i][2 * t + 1] = (float) random.normal();
        targets[i][t] = t < 2 ? 0 : values[i][2 * (t - 2)];
      }
    }
    return Dataset.ofValues(2, values).name("delay").stepTargets(1, targets).build();
  }

  /** The class is the first of the tokens 0 .. 3. */
  static Dataset firstToken(int count, int length, long seed) {
    SeededRandom random = new SeededRandom(seed);
    int[][] tokens = new int[count][length];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      for (int t = 0; t < length; t++) {
        tokens[i][t] = random.nextInt(4);
      }
      labels[i] = tokens[i][0];
    }
    return Dataset.ofTokens(4, tokens).name("first token").labels(4, labels).build();
  }

  /** One block of width 8. */
  static NetworkConfig network(Dataset data, LayerConfig ssm) {
    boolean perStep =
        data.target() == Dataset.Target.CLASS_PER_STEP
            || data.target() == Dataset.Target.VALUE_PER_STEP;
    NetworkConfig config =
        data.isTokens()
            ? NetworkConfig.tokens(data.vocabulary(), data.outputSize())
            : NetworkConfig.sequence(data.inputSize(), data.outputSize());
    return config
        .withWidth(8)
        .withDepth(1)
        .withBlock(BlockConfig.DEFAULT.withSsm(ssm))
        .withPooling(perStep ? Pooling.EVERY : Pooling.MEAN);
  }

  /** One thread, batches of 16. */
  static TrainConfig training(int epochs) {
    return TrainConfig.DEFAULT.withEpochs(epochs).withBatchSize(16).withThreads(1).withSeed(11);
  }
}
