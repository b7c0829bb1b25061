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

  /**
   * How many there are: the training part, and the stored validation part for those that learn;
   * these learn from sequences all of whose targets are known.
   */
  static int size(Splits data, boolean learns, int mostGenerated) {
    int train = data.train().size();
    if (data.train().isGenerated()) {
      return Math.min(train, mostGenerated);
    }
    return learns ? complete(data.train(), data.validation()).length : train;
  }

  /** Those of two parts, one after the other, all of whose targets are known. */
  private static int[] complete(Dataset first, Dataset second) {
    return IntStream.range(0, first.size() + second.size())
        .filter(i -> i < first.size() ? complete(first, i) : complete(second, i - first.size()))
        .toArray();
  }

  private static boolean complete(Dataset data, int i) {
    if (data.missingTargets()) {
      for (float value : data.targetValues(i)) {
        if (Float.isNaN(value)) {
          return false;
        }
      }
    }
    return true;
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
    if (!learns) {
      return count == train.size()
          ? train
          : train.subset(train.name(), drawn(count, train.size(), seed));
    }
    int[] complete = complete(train, data.validation());
    int[] chosen = drawn(count, complete.length, seed);
    return joined(train, data.validation(), Arrays.stream(chosen).map(k -> complete[k]).toArray());
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
