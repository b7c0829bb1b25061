package io.carillon.data.baseline;

import io.carillon.data.Splits;
import io.carillon.train.Dataset;
import io.carillon.train.DatasetBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The windows of the test part of one series in their order, in pieces: for each piece all windows
 * before it are there to learn from.
 */
public final class RollingOrigin {
  private RollingOrigin() {}

  /**
   * The test part in pieces.
   *
   * @param data windows of one series, parts one after the other
   * @param pieces at least 1; the first one has the training and validation part of the data
   * @param every of the windows of each piece every how manieth is tested
   * @return for each piece the data to learn from, and the piece as test part; the validation part
   *     has as many windows as that of the data, the last ones, and none of them has a target in or
   *     after the piece
   * @throws IllegalArgumentException if there are fewer windows than pieces
   */
  public static List<Splits> pieces(Splits data, int pieces, int every) {
    int windows = data.test().size();
    if (pieces < 1 || pieces > windows) {
      throw new IllegalArgumentException(
          "the test part has " + windows + " windows; it cannot be cut into " + pieces);
    }
    int train = data.train().size();
    int validation = data.validation().size();
    // As many rows as a target has steps; with times a row may be shorter than a step.
    int apart = data.meaning().horizon() * (data.test().timed() ? 2 : 1);
    List<Splits> all = new ArrayList<>();
    for (int p = 0; p < pieces; p++) {
      int from = (int) ((long) p * windows / pieces);
      int to = (int) ((long) (p + 1) * windows / pieces);
      int known = train + validation + (p == 0 ? 0 : Math.max(0, from - apart));
      int split = known - validation;
      int[] tested = IntStream.range(from, to).filter(i -> i % every == 0 || i == from).toArray();
      all.add(
          new Splits(
              p == 0 ? data.train() : part(data, "train", 0, split),
              p == 0 ? data.validation() : part(data, "validation", split, known),
              data.test().subset(data.test().name(), tested),
              data.meaning(),
              data.description(),
              data.provenance()));
    }
    return all;
  }

  /** Windows [from, to) of all parts one after the other. */
  private static Dataset part(Splits data, String name, int from, int to) {
    Dataset[] parts = {data.train(), data.validation(), data.test()};
    int count = to - from;
    float[][] values = new float[count][];
    float[][] masks = new float[count][];
    double[][] gaps = new double[count][];
    float[][] targets = new float[count][];
    for (int k = 0; k < count; k++) {
      int i = from + k;
      int p = 0;
      while (i >= parts[p].size()) {
        i -= parts[p++].size();
      }
      values[k] = parts[p].values(i);
      masks[k] = parts[p].mask(i);
      gaps[k] = parts[p].gaps(i);
      targets[k] = parts[p].targetValues(i);
    }
    DatasetBuilder builder =
        Dataset.ofValues(data.train().inputSize(), values)
            .name(name)
            .masks(Arrays.stream(masks).allMatch(mask -> mask == null) ? null : masks)
            .gaps(Arrays.stream(gaps).allMatch(gap -> gap == null) ? null : gaps)
            .targets(data.train().outputSize(), targets)
            .metric(data.train().metric());
    boolean missing = Arrays.stream(parts).anyMatch(Dataset::missingTargets);
    return (missing ? builder.missingTargets() : builder).build();
  }
}
