package io.carillon.report.run;

import io.carillon.config.NetworkConfig;
import io.carillon.model.SequenceModel;
import io.carillon.train.Dataset;
import java.util.ArrayList;
import java.util.List;

/**
 * Some sequences of a data set with what the model answers, few enough to be computed in about a
 * second.
 *
 * @param data where they are from
 * @param sequences their indices, spread evenly
 * @param outputs raw outputs of each, [answered steps][size] or [size]
 */
record Sample(Dataset data, int[] sequences, float[][] outputs) {
  /** Steps × channels × layers that are computed. */
  private static final long BUDGET = 30_000_000;

  private static final int MOST_SEQUENCES = 500;

  static Sample of(SequenceModel model, Dataset data) {
    NetworkConfig config = model.config();
    long perStep = (long) config.width() * config.depth();
    long steps = 0;
    int most = Math.min(data.size(), MOST_SEQUENCES);
    List<Integer> lengths = new ArrayList<>();
    for (int i = 0; i < most; i++) {
      lengths.add(data.length(spread(i, most, data.size())));
    }
    int count = 0;
    while (count < most && (count == 0 || (steps + lengths.get(count)) * perStep <= BUDGET)) {
      steps += lengths.get(count++);
    }
    int[] sequences = new int[count];
    for (int i = 0; i < count; i++) {
      sequences[i] = spread(i, count, data.size());
    }
    return new Sample(data, sequences, outputs(model, data, sequences));
  }

  private static int spread(int i, int of, int size) {
    return (int) ((long) i * size / of);
  }

  private static float[][] outputs(SequenceModel model, Dataset data, int[] sequences) {
    int n = sequences.length;
    if (data.isTokens()) {
      int[][] tokens = new int[n][];
      for (int i = 0; i < n; i++) {
        tokens[i] = data.tokens(sequences[i]);
      }
      return model.predictTokens(1, tokens);
    }
    float[][] values = new float[n][];
    float[][] masks = new float[n][];
    for (int i = 0; i < n; i++) {
      values[i] = data.values(sequences[i]);
      masks[i] = data.mask(sequences[i]);
    }
    return model.predict(1, values, masks);
  }

  /** Number of sequences. */
  int size() {
    return sequences.length;
  }

  /** Answered steps of sample i, for targets per step. */
  int steps(int i) {
    return outputs[i].length / data.outputSize();
  }

  /** Step of the sequence that answer t of sample i belongs to. */
  int step(int i, int t) {
    return data.length(sequences[i]) - steps(i) + t;
  }

  /** Whether there is an input at a step of sample i. */
  boolean observed(int i, int step) {
    float[] mask = data.mask(sequences[i]);
    return mask == null || mask[step] != 0;
  }
}
