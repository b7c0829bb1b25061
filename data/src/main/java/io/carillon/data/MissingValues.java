package io.carillon.data;

import io.carillon.model.Meaning.Missing;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What is done about missing values while data are read, see {@link Missing}. A missing value is
 * NaN until that has been done; a step that is left out has the mask 0, and all its values are 0
 * after scaling.
 */
public final class MissingValues {
  /** The setting. */
  public static final Option OPTION =
      new Option(
          "missing",
          "error",
          "missing values: error (refuse), mask (leave the step out), fill (repeat the value before)");

  private MissingValues() {}

  /** What the options say. */
  public static Missing of(Options options) {
    String word = options.choice(OPTION.key(), List.of("error", "mask", "fill"));
    return Missing.valueOf(word.toUpperCase(Locale.ROOT));
  }

  /** The advice at the end of an error about a missing value. */
  public static String advice() {
    return "set missing=mask to leave the step out, or missing=fill to repeat the value before it";
  }

  /**
   * Replaces every NaN in place, with {@link Missing#FILL}.
   *
   * @param values [length][dims]
   * @param where names the sequence in messages
   * @throws DataException if a dimension has no value at all
   */
  public static void fill(double[] values, int dims, String where) {
    fill(values, dims, where, null);
  }

  /**
   * {@link #fill(double[], int, String)} of a part of a sequence.
   *
   * @param before [dims] the last values of the part before; null for the first part
   */
  static void fill(double[] values, int dims, String where, double[] before) {
    int length = values.length / dims;
    for (int d = 0; d < dims; d++) {
      double last = before == null ? first(values, dims, d, where) : before[d];
      for (int t = 0; t < length; t++) {
        if (Double.isNaN(values[t * dims + d])) {
          values[t * dims + d] = last;
        } else {
          last = values[t * dims + d];
        }
      }
    }
  }

  private static double first(double[] values, int dims, int d, String where) {
    for (int i = d; i < values.length; i += dims) {
      if (!Double.isNaN(values[i])) {
        return values[i];
      }
    }
    throw new DataException(
        where
            + ": dimension "
            + (d + 1)
            + " has no value at all"
            + (values.length / dims < SequencePieces.STEPS
                ? ""
                : " in the first " + values.length / dims + " steps")
            + ", so none can be repeated; remove the sequence or set missing=mask");
  }

  /**
   * The mask [length] of a sequence: 0 where any dimension is NaN; null when nothing is missing.
   *
   * @throws DataException if no step is left
   */
  public static float[] mask(double[] values, int dims, String where) {
    float[] mask = maskOfPart(values, dims);
    if (mask != null && !anyObserved(mask)) {
      throw nothingLeft(where);
    }
    return mask;
  }

  /** {@link #mask} of a part of a sequence, of which every step may be missing. */
  static float[] maskOfPart(double[] values, int dims) {
    int length = values.length / dims;
    float[] mask = new float[length];
    int observed = 0;
    for (int t = 0; t < length; t++) {
      boolean complete = true;
      for (int d = 0; d < dims; d++) {
        complete &= !Double.isNaN(values[t * dims + d]);
      }
      mask[t] = complete ? 1f : 0f;
      observed += complete ? 1 : 0;
    }
    return observed == length ? null : mask;
  }

  /** Whether a mask leaves any step. */
  static boolean anyObserved(float[] mask) {
    for (float observed : mask) {
      if (observed != 0f) {
        return true;
      }
    }
    return false;
  }

  /** Sets the values [length][dims] of masked steps to 0; {@code mask} may be null. */
  public static void clearMasked(float[] values, float[] mask, int dims) {
    for (int t = 0; mask != null && t < mask.length; t++) {
      if (mask[t] == 0f) {
        Arrays.fill(values, t * dims, (t + 1) * dims, 0f);
      }
    }
  }

  /** The error for a sequence without a complete step. */
  static DataException nothingLeft(String where) {
    return new DataException(
        where
            + ": every step has a missing value, nothing is left; remove the sequence or set"
            + " missing=fill");
  }
}
