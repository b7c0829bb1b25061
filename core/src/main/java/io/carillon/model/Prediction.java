package io.carillon.model;

import io.carillon.core.Parallel;
import io.carillon.core.Rows;
import io.carillon.core.Workspace;
import io.carillon.internal.kernel.Kernels;
import io.carillon.nn.Batch;
import io.carillon.nn.Network;
import io.carillon.nn.NetworkConfig;
import io.carillon.nn.Pass;
import java.util.Arrays;

/**
 * Answers for whole sequences: checks them, cuts them into batches, and takes the answers apart.
 */
final class Prediction {
  /** Rows that are predicted together at most, unless one sequence alone is longer. */
  private static final int ROWS_AT_ONCE = 1 << 16;

  private final Network network;
  private final NetworkConfig config;
  private final Kernels kernels;
  private final Parallel parallel;
  private final double rate;

  /** Makes the batch of sequences from .. to-1. */
  private interface BatchMaker {
    Batch make(int from, int to, Rows rows);
  }

  Prediction(Network network, Kernels kernels, Parallel parallel, double rate) {
    this.network = network;
    this.config = network.config();
    this.kernels = kernels;
    this.parallel = parallel;
    this.rate = rate;
  }

  float[][] values(float[][] sequences, float[][] masks) {
    int d = config.inputSize();
    InputChecks.requireValues(config, sequences);
    int[] lengths = Arrays.stream(sequences).mapToInt(s -> s.length / d).toArray();
    InputChecks.requireMasks(lengths, masks);
    return answers(
        lengths,
        (from, to, rows) -> {
          float[] values = new float[rows.total() * d];
          for (int i = from; i < to; i++) {
            System.arraycopy(
                sequences[i], 0, values, rows.start(i - from) * d, sequences[i].length);
          }
          return Batch.ofValues(rows.withMask(joined(masks, from, to, rows)), values);
        });
  }

  private static float[] joined(float[][] masks, int from, int to, Rows rows) {
    if (masks == null) {
      return null;
    }
    float[] mask = new float[rows.total()];
    Arrays.fill(mask, 1f);
    for (int i = from; i < to; i++) {
      if (masks[i] != null) {
        System.arraycopy(masks[i], 0, mask, rows.start(i - from), masks[i].length);
      }
    }
    return mask;
  }

  float[][] tokens(int[][] sequences) {
    InputChecks.requireTokens(config, sequences);
    int[] lengths = Arrays.stream(sequences).mapToInt(s -> s.length).toArray();
    return answers(
        lengths,
        (from, to, rows) -> {
          int[] tokens = new int[rows.total()];
          for (int i = from; i < to; i++) {
            System.arraycopy(sequences[i], 0, tokens, rows.start(i - from), sequences[i].length);
          }
          return Batch.ofTokens(rows, tokens);
        });
  }

  private float[][] answers(int[] lengths, BatchMaker maker) {
    int group = config.pairs() ? 2 : 1;
    InputChecks.requireGroups(lengths.length, group);
    float[][] answers = new float[lengths.length / group][];
    Workspace workspace = new Workspace();
    int from = 0;
    while (from < lengths.length) {
      int to = from + group;
      long total = rows(lengths, from, to);
      while (to < lengths.length && total + rows(lengths, to, to + group) <= ROWS_AT_ONCE) {
        total += rows(lengths, to, to + group);
        to += group;
      }
      Batch batch = maker.make(from, to, Rows.of(Arrays.copyOfRange(lengths, from, to)));
      Pass pass = Pass.inference(batch.rows(), workspace, parallel, kernels).withRate(rate);
      answer(pass, batch, answers, from / group);
      from = to;
    }
    return answers;
  }

  private static long rows(int[] lengths, int from, int to) {
    return Arrays.stream(lengths, from, to).asLongStream().sum();
  }

  private void answer(Pass pass, Batch batch, float[][] answers, int from) {
    float[] out = network.forward(pass, batch);
    Rows pooled = network.outputRows(batch.rows());
    int n = config.outputSize();
    for (int b = 0; b < pooled.count(); b++) {
      int start = pooled.start(b) * n;
      answers[from + b] = Arrays.copyOfRange(out, start, start + pooled.length(b) * n);
    }
  }
}
