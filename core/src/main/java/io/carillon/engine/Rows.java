package io.carillon.engine;

import java.util.Arrays;

/**
 * How the rows of a batch are laid out. Sequences of different lengths lie one after another
 * without padding: sequence b occupies the rows {@code start(b) .. start(b) + length(b) - 1} of an
 * array {@code [total()][channels]}. With equal lengths this is exactly the layout
 * [B][L][channels].
 *
 * <p>An optional mask marks rows whose input is missing (mask 0): a state-space layer sees zero
 * there, and normalisation statistics, pooling and losses leave the row out.
 *
 * <p>Optional gaps say how long every step is, in sampling intervals of training: the time since
 * the step before it. Without them every step has length 1.
 *
 * <p>Packing instead of padding is what makes "padded = unpadded" true by construction: no
 * operation ever touches a row that is not data.
 */
public final class Rows {
  private final int[] starts;
  private final float[] mask;
  private final double[] gaps;
  private final int maxLength;

  private Rows(int[] starts, float[] mask, double[] gaps) {
    this.starts = starts;
    this.mask = mask;
    this.gaps = gaps;
    int max = 0;
    for (int b = 0; b + 1 < starts.length; b++) {
      max = Math.max(max, starts[b + 1] - starts[b]);
    }
    this.maxLength = max;
  }

  /**
   * Rows of sequences with the given lengths.
   *
   * @throws IllegalArgumentException if there is no sequence, or a length is below 1
   */
  public static Rows of(int... lengths) {
    if (lengths.length == 0) {
      throw new IllegalArgumentException("a batch needs at least one sequence");
    }
    int[] starts = new int[lengths.length + 1];
    for (int b = 0; b < lengths.length; b++) {
      if (lengths[b] < 1) {
        throw new IllegalArgumentException(
            "sequence " + b + " has length " + lengths[b] + "; the shortest possible is 1");
      }
      starts[b + 1] = Math.addExact(starts[b], lengths[b]);
    }
    return new Rows(starts, null, null);
  }

  /** Rows of {@code count} sequences of the same length. */
  public static Rows uniform(int count, int length) {
    int[] lengths = new int[count];
    Arrays.fill(lengths, length);
    return of(lengths);
  }

  /**
   * The same rows with a mask.
   *
   * @param mask [total] 1 where the row was observed, 0 where it is missing; null for none
   */
  public Rows withMask(float[] mask) {
    if (mask != null && mask.length != total()) {
      throw new IllegalArgumentException(
          "the mask has " + mask.length + " values, the batch has " + total() + " rows");
    }
    return new Rows(starts, mask, gaps);
  }

  /**
   * The same rows with a length for every step.
   *
   * @param gaps [total] positive and finite, in ordinary steps; null for all 1, and all 1 is none
   * @throws IllegalArgumentException naming the sequence and the step of a gap that is not
   */
  public Rows withGaps(double[] gaps) {
    if (gaps != null && gaps.length != total()) {
      throw new IllegalArgumentException(
          "there are " + gaps.length + " gaps, the batch has " + total() + " rows");
    }
    boolean ordinary = true;
    for (int r = 0; gaps != null && r < gaps.length; r++) {
      ordinary &= gaps[r] == 1;
      if (!(gaps[r] > 0) || gaps[r] == Double.POSITIVE_INFINITY) {
        int b = sequenceAt(r);
        throw new IllegalArgumentException(
            "sequence "
                + b
                + ", step "
                + (r - start(b))
                + ": gap is "
                + gaps[r]
                + "; it must be positive and finite, 1 is the distance of training");
      }
    }
    return new Rows(starts, mask, ordinary ? null : gaps);
  }

  /**
   * Whether these rows can stand for others: they are the same, or both have sequences of the same
   * lengths and neither mask nor gaps.
   */
  public boolean isLike(Rows other) {
    return this == other
        || !masked()
            && !other.masked()
            && !timed()
            && !other.timed()
            && Arrays.equals(starts, other.starts);
  }

  /** Number of sequences B. */
  public int count() {
    return starts.length - 1;
  }

  /** First row of sequence b. */
  public int start(int b) {
    return starts[b];
  }

  /** Number of steps of sequence b. */
  public int length(int b) {
    return starts[b + 1] - starts[b];
  }

  /** The sequence that a row belongs to. */
  public int sequenceAt(int row) {
    if (row < 0 || row >= total()) {
      throw new IndexOutOfBoundsException("row " + row + " of " + total());
    }
    int found = Arrays.binarySearch(starts, row);
    return found >= 0 ? found : -found - 2;
  }

  /** Number of rows of all sequences together. */
  public int total() {
    return starts[starts.length - 1];
  }

  /** Length of the longest sequence. */
  public int maxLength() {
    return maxLength;
  }

  /** Whether some rows may be missing. */
  public boolean masked() {
    return mask != null;
  }

  /** The mask [total], or null. */
  public float[] mask() {
    return mask;
  }

  /** Whether steps have lengths of their own. */
  public boolean timed() {
    return gaps != null;
  }

  /** The length of every step [total] in ordinary steps, or null. */
  public double[] gaps() {
    return gaps;
  }

  /** Whether the row was observed. */
  public boolean observed(int row) {
    return mask == null || mask[row] != 0f;
  }
}
