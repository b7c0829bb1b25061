package io.carillon.model;

import io.carillon.config.NetworkConfig;
import io.carillon.engine.Engine;
import io.carillon.engine.Pass;
import io.carillon.engine.Rows;
import io.carillon.engine.SequenceChecks;
import io.carillon.engine.Workspace;
import io.carillon.nn.Batch;
import io.carillon.nn.Network;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * Answers for whole sequences: checks them, cuts them into batches, and takes the answers apart.
 */
final class Prediction {
  /** Rows that are predicted together at most, unless one sequence alone is longer. */
  private static final int ROWS_AT_ONCE = 1 << 16;

  private final Network network;
  private final NetworkConfig config;
  private final Engine engine;
  private final double rate;

  Prediction(Network network, Engine engine, double rate) {
    this.network = network;
    this.config = network.config();
    this.engine = engine;
    this.rate = rate;
  }

  float[][] values(float[][] sequences, float[][] masks) {
    InputChecks.requireValues(config, sequences);
    InputChecks.requireAsMany(sequences.length, masks);
    Sequence[] all = new Sequence[sequences.length];
    for (int i = 0; i < all.length; i++) {
      all[i] =
          Sequence.ofValues(sequences[i], config.inputSize())
              .withMask(masks == null ? null : masks[i]);
    }
    return answers(all);
  }

  float[][] tokens(int[][] sequences) {
    Sequence[] all = new Sequence[Objects.requireNonNull(sequences, "sequences").length];
    for (int i = 0; i < all.length; i++) {
      all[i] = Sequence.ofTokens(InputChecks.requirePresent(sequences[i], "sequences", i));
    }
    return answers(all);
  }

  float[][] answers(Sequence... sequences) {
    int group = config.pairs() ? 2 : 1;
    return run(sequences, group, config.outputSize(), network::forward, network::outputRows);
  }

  float[][] features(Sequence... sequences) {
    return run(sequences, 1, config.width(), this::pooled, network::pooledRows);
  }

  private float[] pooled(Pass pass, Batch batch) {
    float[] features = network.features(pass, batch);
    // There are at most as many, so that their number is known to fit.
    float[] pooled = new float[network.pooledRows(batch.rows()).total() * config.width()];
    network.pool(pass, features, pooled);
    return pooled;
  }

  /**
   * What is computed for all sequences, taken apart again.
   *
   * @param group how many sequences stand for one result
   * @param size numbers of a row
   * @param resultRows layout of the results, from that of the inputs
   */
  private float[][] run(
      Sequence[] sequences,
      int group,
      int size,
      BiFunction<Pass, Batch, float[]> computation,
      UnaryOperator<Rows> resultRows) {
    InputChecks.require(config, true, sequences);
    InputChecks.requireGroups(sequences.length, group);
    float[][] results = new float[sequences.length / group][];
    Workspace workspace = new Workspace();
    int from = 0;
    while (from < sequences.length) {
      int to = from + group;
      long total = rows(sequences, from, to);
      while (to < sequences.length && total + rows(sequences, to, to + group) <= ROWS_AT_ONCE) {
        total += rows(sequences, to, to + group);
        to += group;
      }
      Batch batch = Sequence.batch(Arrays.copyOfRange(sequences, from, to));
      Pass pass = Pass.inference(batch.rows(), workspace, engine).withRate(rate);
      float[] all = computation.apply(pass, batch);
      Rows rows = resultRows.apply(batch.rows());
      for (int b = 0; b < rows.count(); b++) {
        int start = rows.start(b) * size;
        float[] result = Arrays.copyOfRange(all, start, start + rows.length(b) * size);
        requireFinite(from / group + b, result);
        results[from / group + b] = result;
      }
      from = to;
    }
    return results;
  }

  private static long rows(Sequence[] sequences, int from, int to) {
    return Arrays.stream(sequences, from, to).mapToLong(Sequence::length).sum();
  }

  private void requireFinite(int sequence, float[] answer) {
    int i = SequenceChecks.firstNotFinite(answer, answer.length);
    if (i >= 0) {
      throw new ArithmeticException(
          "sequence "
              + sequence
              + ": output "
              + i
              + " is "
              + answer[i]
              + ": "
              + InputChecks.overflow(network, "", "Scale the inputs as in training"));
    }
  }
}
