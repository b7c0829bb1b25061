package io.carillon.data.baseline;

import io.carillon.train.Dataset;
import java.util.Arrays;

/** Sequences of a data set, channel by channel and without holes. */
final class Signals {
  private Signals() {}

  /**
   * The channels of sequence i. A missing step repeats the last one that was observed, those before
   * the first one that one; steps are taken as equally long.
   *
   * @return [inputSize][length]
   */
  static float[][] channels(Dataset data, int i) {
    int size = data.inputSize();
    int length = data.length(i);
    float[] values = data.values(i);
    float[] mask = data.mask(i);
    float[][] channels = new float[size][length];
    int source = 0;
    while (mask != null && source < length - 1 && mask[source] == 0) {
      source++;
    }
    for (int t = 0; t < length; t++) {
      source = mask == null || mask[t] != 0 ? t : source;
      for (int c = 0; c < size; c++) {
        channels[c][t] = values[source * size + c];
      }
    }
    return channels;
  }

  /** The middle one of the lengths. */
  static int medianLength(Dataset data) {
    int[] lengths = new int[data.size()];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = data.length(i);
    }
    Arrays.sort(lengths);
    return lengths[lengths.length / 2];
  }
}
