package io.carillon.train;

import io.carillon.config.Activation;
import io.carillon.config.BlockConfig;
import io.carillon.config.Mixer;
import io.carillon.config.NetworkConfig;
import io.carillon.engine.SeededRandom;
import java.util.stream.Stream;

/** Trainings with everything that could couple the sequences of a batch. */
final class ShardCases {
  private static final BlockConfig RECURRENCE = BlockConfig.DEFAULT.withSsm(Toys.S4D);

  /** Two directions, a convolution and a feed-forward layer. */
  private static final BlockConfig CONVOLUTION =
      BlockConfig.DEFAULT
          .withSsm(Toys.PRODUCT)
          .withBidirectional(true)
          .withKernels(1, Activation.NONE)
          .withMixer(Mixer.GEGLU)
          .withFeedForward(2);

  private ShardCases() {}

  /**
   * One training.
   *
   * @param config cuts batches of 7 into shards of 3, 3 and 1
   */
  record Case(String name, NetworkConfig network, TrainConfig config, Dataset data) {
    @Override
    public String toString() {
      return name;
    }

    Case withDropout(double probability) {
      BlockConfig block = network.block();
      return new Case(
          name,
          network.withBlock(block.withDropout(probability, block.tiedDropout())),
          config,
          data);
    }
  }

  static Stream<Case> all() {
    Dataset periods = Toys.periods(17, 9, 25, 1);
    return Stream.of(
        of("unequal lengths, dropout", periods, RECURRENCE.withDropout(0.2, false)),
        of("dropout tied over time", periods, CONVOLUTION.withDropout(0.2, true)),
        of("values at every step, missing steps", missing(), RECURRENCE),
        of("classes at some steps", someSteps(), RECURRENCE),
        weighted("class weights of the data", ClassWeights.BALANCED),
        weighted("class weights of the batch", ClassWeights.BATCH),
        of("pairs, dropout", pairs(), RECURRENCE.withDropout(0.1, false)),
        of("steps of unequal length", timed(), RECURRENCE),
        of("sequences that are drawn", Dataset.ofSource("drawn", new Drawn()), RECURRENCE));
  }

  private static Case weighted(String name, ClassWeights rule) {
    Case plain = of(name, someSteps(), RECURRENCE);
    return new Case(name, plain.network, plain.config.withClassWeights(rule), plain.data);
  }

  private static Case of(String name, Dataset data, BlockConfig block) {
    NetworkConfig network =
        Toys.network(data, Toys.S4D).withBlock(block).withDepth(2).withPairs(data.isPairs());
    TrainConfig config = Toys.training(2).withBatchSize(7).withShardSize(3).withLearningRate(0.01);
    return new Case(name, network, config, data);
  }

  private static Dataset missing() {
    Dataset delay = Toys.delay(17, 15, 1);
    float[][] values = new float[17][];
    float[][] targets = new float[17][];
    float[][] masks = new float[17][];
    for (int i = 0; i < 17; i++) {
      values[i] = delay.values(i);
      targets[i] = delay.targetValues(i);
      // Some sequences have no missing step, others many: shards weigh differently.
      masks[i] = i % 3 == 0 ? null : new float[15];
      for (int t = 0; i % 3 != 0 && t < 15; t++) {
        masks[i][t] = t % (i % 3 + 1) == 0 ? 1 : 0;
      }
    }
    return Dataset.ofValues(2, values).stepTargets(1, targets).masks(masks).build();
  }

  private static Dataset someSteps() {
    SeededRandom random = new SeededRandom(3);
    float[][] values = new float[17][];
    int[][] labels = new int[17][];
    for (int i = 0; i < 17; i++) {
      int length = 5 + random.nextInt(12);
      values[i] = new float[length];
      labels[i] = new int[length];
      for (int t = 0; t < length; t++) {
        values[i][t] = (float) random.normal();
        boolean labelled = random.nextInt(3) > 0 && i != 4;
        // Class 2 is rare: most shards have none.
        int known = random.nextInt(20) == 0 ? 2 : values[i][t] > 0 ? 1 : 0;
        labels[i][t] = labelled ? known : Dataset.IGNORE;
      }
    }
    return Dataset.ofValues(1, values).stepLabels(3, labels).build();
  }

  private static Dataset pairs() {
    SeededRandom random = new SeededRandom(4);
    int[][] tokens = new int[17][];
    int[] first = new int[17];
    int[] labels = new int[17];
    for (int i = 0; i < 17; i++) {
      first[i] = 2 + random.nextInt(5);
      tokens[i] = new int[first[i] + 2 + random.nextInt(5)];
      for (int t = 0; t < tokens[i].length; t++) {
        tokens[i][t] = random.nextInt(4);
      }
      labels[i] = tokens[i][0] == tokens[i][first[i]] ? 1 : 0;
    }
    return Dataset.ofTokens(4, tokens).labels(2, labels).pairs(first).build();
  }

  private static Dataset timed() {
    Dataset periods = Toys.periods(17, 9, 25, 2);
    float[][] values = new float[17][];
    double[][] gaps = new double[17][];
    int[] labels = new int[17];
    for (int i = 0; i < 17; i++) {
      values[i] = periods.values(i);
      labels[i] = periods.label(i);
      gaps[i] = i % 4 == 0 ? null : new double[values[i].length];
      for (int t = 0; i % 4 != 0 && t < gaps[i].length; t++) {
        gaps[i][t] = 0.5 + t % 3;
      }
    }
    return Dataset.ofValues(1, values).labels(2, labels).gaps(gaps).build();
  }

  /** Other sequences in every epoch. */
  private static final class Drawn implements SampleSource {
    @Override
    public int size() {
      return 17;
    }

    @Override
    public int minLength() {
      return 9;
    }

    @Override
    public int maxLength() {
      return 15;
    }

    @Override
    public Dataset draw(int epoch, int index) {
      return Toys.periods(1, 9, 15, Seeds.mix(epoch, index));
    }
  }
}
