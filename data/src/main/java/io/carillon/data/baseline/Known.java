package io.carillon.data.baseline;

import io.carillon.data.Splits;
import io.carillon.engine.SeededRandom;
import io.carillon.train.Dataset;
import io.carillon.train.Dataset.Target;
import io.carillon.train.DatasetBuilder;
import java.util.Arrays;
import java.util.stream.IntStream;

/** The sequences that a baseline is fitted on. */
final class Known {
  private Known() {}

  /** How many there are: the training part, and the stored validation part for those that learn. */
  static int size(Splits data, boolean learns, int mostGenerated) {
    int train = data.train().size();
    if (data.train().isGenerated()) {
      return Math.min(train, mostGenerated);
    }
    return learns ? train + data.validation().size() : train;
  }

  /**
   * So many of them as stored arrays, in their order; of generated ones the first.
   *
   * @param seed of the choice: with every n-th one classes that take turns would be left out
   */
  static Dataset of(Splits data, boolean learns, int count, long seed) {
    Dataset train = data.train();
    if (train.isGenerated()) {
      return train.subset(train.name(), IntStream.range(0, count).toArray()).stored();
    }
    int all = size(data, learns, count);
    if (all == train.size()) {
      return count == all ? train : train.subset(train.name(), drawn(count, all, seed));
    }
    return joined(train, data.validation(), drawn(count, all, seed));
  }

  private static int[] drawn(int count, int all, long seed) {
    int[] order = new SeededRandom(seed).permutation(all);
    return Arrays.stream(order).limit(count).sorted().toArray();
  }

  private static Dataset joined(Dataset first, Dataset second, int[] chosen) {
    float[][] values = new float[chosen.length][];
    float[][] masks = new float[chosen.length][];
    int[] labels = new int[chosen.length];
    float[][] targets = new float[chosen.length][];
    for (int k = 0; k < chosen.length; k++) {
      Dataset from = chosen[k] < first.size() ? first : second;
      int i = from == first ? chosen[k] : chosen[k] - first.size();
      values[k] = from.values(i);
      masks[k] = from.mask(i);
      if (from.target() == Target.CLASS) {
        labels[k] = from.label(i);
      } else {
        targets[k] = from.targetValues(i);
      }
    }
    DatasetBuilder builder =
        Dataset.ofValues(first.inputSize(), values).name(first.name()).masks(masks);
    return first.target() == Target.CLASS
        ? builder.labels(first.outputSize(), labels).metric(first.metric()).build()
        : builder.targets(first.outputSize(), targets).metric(first.metric()).build();
  }
}
