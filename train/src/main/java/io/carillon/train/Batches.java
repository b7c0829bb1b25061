package io.carillon.train;

import io.carillon.engine.Parallel;
import io.carillon.engine.Rows;
import io.carillon.engine.SeededRandom;
import io.carillon.nn.Batch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Division of a data set into batches, and gathering of their inputs. */
final class Batches {
  private Batches() {}

  /**
   * The sequences of a batch, at hand: those of a generated data set are drawn once, here.
   *
   * @param data holds them
   * @param sequences their indices in {@code data}
   */
  record Loaded(Dataset data, int[] sequences) {
    /** Inputs, packed. */
    Batch inputs() {
      return gather(data, sequences);
    }

    /** Inputs, packed in the arrays of a batch that is done with, if they fit. */
    Batch inputs(Batch reused) {
      return gather(data, sequences, reused);
    }

    /** Targets for a network that answers for so many last steps. */
    Targets targets(int lastSteps) {
      return targets(lastSteps, null);
    }

    /** {@link #targets(int)} in the arrays of targets that are done with, if they fit. */
    Targets targets(int lastSteps, Targets reused) {
      return Targets.of(data, sequences, lastSteps, reused);
    }
  }

  /** Makes sequences ready to be computed with. */
  static Loaded load(Dataset data, int[] sequences, Parallel parallel) {
    if (!data.isGenerated()) {
      return new Loaded(data, sequences);
    }
    int[] all = new int[sequences.length];
    Arrays.setAll(all, i -> i);
    return new Loaded(data.load(parallel, sequences), all);
  }

  /** Steps per epoch. */
  static int count(int sequences, int batchSize, boolean dropLast) {
    return dropLast ? sequences / batchSize : (sequences + batchSize - 1) / batchSize;
  }

  /** The sequences of every batch of an epoch, in an order decided by seed and epoch alone. */
  static List<int[]> shuffled(
      int sequences, int batchSize, boolean dropLast, long seed, int epoch) {
    int[] order = new SeededRandom(Seeds.mix(seed, epoch)).permutation(sequences);
    int count = count(sequences, batchSize, dropLast);
    List<int[]> batches = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      batches.add(
          Arrays.copyOfRange(order, k * batchSize, Math.min(sequences, (k + 1) * batchSize)));
    }
    return batches;
  }

  /** Batches in the order of the data with at most {@code rows} rows, or one longer sequence. */
  static List<int[]> inOrder(Dataset data, int rows) {
    List<int[]> batches = new ArrayList<>();
    int from = 0;
    while (from < data.size()) {
      long total = data.length(from);
      int to = from + 1;
      while (to < data.size() && total + data.length(to) <= rows) {
        total += data.length(to++);
      }
      int start = from;
      int[] batch = new int[to - from];
      Arrays.setAll(batch, i -> start + i);
      batches.add(batch);
      from = to;
    }
    return batches;
  }

  /** Rows of the largest batch that can occur: the longest sequences together. */
  static Rows largest(Dataset data, int batchSize) {
    if (data.isGenerated()) {
      return Rows.uniform(Math.min(batchSize, data.size()), data.maxLength());
    }
    List<Integer> lengths = new ArrayList<>();
    for (int i = 0; i < data.size(); i++) {
      Arrays.stream(lengths(data, i)).forEach(lengths::add);
    }
    lengths.sort(Comparator.reverseOrder());
    long most = (data.isPairs() ? 2L : 1L) * batchSize;
    Rows rows = Rows.of(lengths.stream().limit(most).mapToInt(Integer::intValue).toArray());
    return data.timed() ? rows.withGaps(filled(rows.total(), 2)) : rows;
  }

  /** Length of a sequence, or of the two of a pair. */
  private static int[] lengths(Dataset data, int i) {
    return data.isPairs()
        ? new int[] {data.firstLength(i), data.length(i) - data.firstLength(i)}
        : new int[] {data.length(i)};
  }

  /** The inputs of the given sequences, packed. */
  static Batch gather(Dataset data, int[] sequences) {
    return gather(data, sequences, null);
  }

  /**
   * {@link #gather(Dataset, int[])} in the arrays of a batch that is done with, if they fit; in
   * that batch itself if the layout is the same.
   */
  static Batch gather(Dataset data, int[] sequences, Batch reused) {
    if (reused != null && isLike(reused.rows(), data, sequences)) {
      fill(data, sequences, reused);
      return reused;
    }
    int[] lengths = Arrays.stream(sequences).map(data::length).toArray();
    int[] each = Arrays.stream(sequences).flatMap(i -> Arrays.stream(lengths(data, i))).toArray();
    Rows rows =
        Rows.of(each)
            .withMask(mask(data, sequences, lengths))
            .withGaps(gaps(data, sequences, lengths));
    Batch batch = data.isTokens() ? tokens(rows, reused) : values(rows, data.inputSize(), reused);
    fill(data, sequences, batch);
    return batch;
  }

  private static Batch tokens(Rows rows, Batch reused) {
    boolean fits = reused != null && reused.tokens().length == rows.total();
    return Batch.ofTokens(rows, fits ? reused.tokens() : new int[rows.total()]);
  }

  private static Batch values(Rows rows, int width, Batch reused) {
    int size = Math.multiplyExact(rows.total(), width);
    boolean fits = reused != null && reused.values().length == size;
    return Batch.ofValues(rows, fits ? reused.values() : new float[size]);
  }

  /** Whether the sequences have these rows, and neither has a mask or gaps. */
  private static boolean isLike(Rows rows, Dataset data, int[] sequences) {
    int rowsOfOne = data.isPairs() ? 2 : 1;
    if (rows.masked() || rows.timed() || rows.count() != rowsOfOne * sequences.length) {
      return false;
    }
    for (int b = 0; b < sequences.length; b++) {
      int i = sequences[b];
      int first = data.isPairs() ? data.firstLength(i) : data.length(i);
      if (data.mask(i) != null
          || data.gaps(i) != null
          || rows.length(rowsOfOne * b) != first
          || data.isPairs() && rows.length(rowsOfOne * b + 1) != data.length(i) - first) {
        return false;
      }
    }
    return true;
  }

  /** Copies the inputs of the sequences into a batch with their rows. */
  private static void fill(Dataset data, int[] sequences, Batch batch) {
    int rowsOfOne = data.isPairs() ? 2 : 1;
    int d = data.inputSize();
    for (int b = 0; b < sequences.length; b++) {
      int start = batch.rows().start(rowsOfOne * b);
      if (data.isTokens()) {
        int[] from = data.tokens(sequences[b]);
        System.arraycopy(from, 0, batch.tokens(), start, from.length);
      } else {
        float[] from = data.values(sequences[b]);
        System.arraycopy(from, 0, batch.values(), start * d, from.length);
      }
    }
  }

  private static float[] mask(Dataset data, int[] sequences, int[] lengths) {
    if (Arrays.stream(sequences).allMatch(i -> data.mask(i) == null)) {
      return null;
    }
    float[] mask = new float[Arrays.stream(lengths).sum()];
    int at = 0;
    for (int b = 0; b < sequences.length; b++) {
      float[] from = data.mask(sequences[b]);
      if (from == null) {
        Arrays.fill(mask, at, at + lengths[b], 1f);
      } else {
        System.arraycopy(from, 0, mask, at, lengths[b]);
      }
      at += lengths[b];
    }
    return mask;
  }

  private static double[] gaps(Dataset data, int[] sequences, int[] lengths) {
    if (Arrays.stream(sequences).allMatch(i -> data.gaps(i) == null)) {
      return null;
    }
    double[] gaps = filled(Arrays.stream(lengths).sum(), 1);
    int at = 0;
    for (int b = 0; b < sequences.length; b++) {
      double[] from = data.gaps(sequences[b]);
      if (from != null) {
        System.arraycopy(from, 0, gaps, at, lengths[b]);
      }
      at += lengths[b];
    }
    return gaps;
  }

  private static double[] filled(int count, double value) {
    double[] all = new double[count];
    Arrays.fill(all, value);
    return all;
  }
}
