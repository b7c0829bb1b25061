package io.carillon.model;

import io.carillon.engine.Rows;
import io.carillon.nn.Batch;
import java.util.Arrays;
import java.util.Objects;

/**
 * Consecutive inputs of one stream: numbers or tokens, perhaps with missing steps and with the time
 * between steps. The arrays are used, not copied, and must not be changed afterwards.
 */
public final class Sequence {
  private final float[] values;
  private final int size;
  private final int[] tokens;
  private final float[] mask;
  private final double[] gaps;

  private Sequence(float[] values, int size, int[] tokens, float[] mask, double[] gaps) {
    this.values = values;
    this.size = size;
    this.tokens = tokens;
    this.mask = mask;
    this.gaps = gaps;
  }

  /**
   * Steps of numbers.
   *
   * @param values [steps][size] row-major
   * @param size numbers per step, at least 1
   */
  public static Sequence ofValues(float[] values, int size) {
    Objects.requireNonNull(values, "values");
    if (size < 1) {
      throw new IllegalArgumentException("size is " + size + "; a step has at least one number");
    }
    return new Sequence(values, size, null, null, null);
  }

  /** Steps of one token each. */
  public static Sequence ofTokens(int... tokens) {
    Objects.requireNonNull(tokens, "tokens");
    return new Sequence(null, 1, tokens, null, null);
  }

  /**
   * The same with missing steps.
   *
   * @param value [steps] with 0 where the step is missing (its input is then not used, but must be
   *     valid) and 1 elsewhere; null for none
   */
  public Sequence withMask(float[] value) {
    return new Sequence(values, size, tokens, value, gaps);
  }

  /**
   * The same with a length for every step.
   *
   * @param value [steps] time since the step before, in sampling intervals of training; null for
   *     all 1. See {@link SequenceModel#step(float[], double, State, float[])}
   */
  public Sequence withGaps(double[] value) {
    return new Sequence(values, size, tokens, mask, value);
  }

  /** Number of steps. */
  public int length() {
    return values != null ? values.length / size : tokens.length;
  }

  /** Number of steps that are not missing. */
  public int observedSteps() {
    int count = 0;
    for (int t = 0; t < length(); t++) {
      count += observed(t) ? 1 : 0;
    }
    return count;
  }

  /** The first {@code steps} steps, or all when there are not as many; a copy. */
  public Sequence first(int steps) {
    return slice(0, Math.min(steps, length()));
  }

  /** [steps][size], or null for tokens. */
  float[] values() {
    return values;
  }

  /** Numbers per step; 1 for tokens. */
  int size() {
    return size;
  }

  /** [steps], or null. */
  int[] tokens() {
    return tokens;
  }

  /** [steps], or null. */
  float[] mask() {
    return mask;
  }

  /** [steps], or null. */
  double[] gaps() {
    return gaps;
  }

  boolean observed(int step) {
    return mask == null || mask[step] != 0f;
  }

  double gap(int step) {
    return gaps == null ? 1 : gaps[step];
  }

  /** The last step that is not missing; the last of all when all are. */
  int lastObserved() {
    int t = length() - 1;
    while (t > 0 && !observed(t)) {
      t--;
    }
    return observed(t) ? t : length() - 1;
  }

  /** Steps from .. to-1. */
  Sequence slice(int from, int to) {
    return new Sequence(
        values == null ? null : Arrays.copyOfRange(values, from * size, to * size),
        size,
        tokens == null ? null : Arrays.copyOfRange(tokens, from, to),
        mask == null ? null : Arrays.copyOfRange(mask, from, to),
        gaps == null ? null : Arrays.copyOfRange(gaps, from, to));
  }

  /** Steps from .. to-1 as a batch of one sequence. */
  Batch part(int from, int to) {
    return batch(slice(from, to));
  }

  /** All steps of the sequences, one after another. */
  static Batch batch(Sequence... sequences) {
    Rows rows = Rows.of(Arrays.stream(sequences).mapToInt(Sequence::length).toArray());
    int size = sequences[0].size;
    float[] values = sequences[0].values == null ? null : new float[rows.total() * size];
    int[] tokens = sequences[0].tokens == null ? null : new int[rows.total()];
    float[] mask = null;
    double[] gaps = null;
    for (int b = 0; b < sequences.length; b++) {
      Sequence s = sequences[b];
      int at = rows.start(b);
      if (values != null) {
        System.arraycopy(s.values, 0, values, at * size, s.values.length);
      } else {
        System.arraycopy(s.tokens, 0, tokens, at, s.tokens.length);
      }
      if (s.mask != null) {
        mask = mask == null ? ones(rows.total()) : mask;
        System.arraycopy(s.mask, 0, mask, at, s.mask.length);
      }
      if (s.gaps != null) {
        gaps = gaps == null ? filled(rows.total()) : gaps;
        System.arraycopy(s.gaps, 0, gaps, at, s.gaps.length);
      }
    }
    Rows all = rows.withMask(mask).withGaps(gaps);
    return values != null ? Batch.ofValues(all, values) : Batch.ofTokens(all, tokens);
  }

  private static float[] ones(int count) {
    float[] ones = new float[count];
    Arrays.fill(ones, 1f);
    return ones;
  }

  private static double[] filled(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }
}
