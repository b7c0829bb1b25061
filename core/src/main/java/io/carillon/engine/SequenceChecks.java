package io.carillon.engine;

/** What is asked of every sequence, whether it is to be trained on or to be answered for. */
public final class SequenceChecks {
  private SequenceChecks() {}

  /**
   * Checks a mask: 0 where a step is missing, 1 where it is observed.
   *
   * @param where names the sequence in messages
   * @param length number of steps of the sequence
   * @param seen whether at least one step must be observed
   * @throws IllegalArgumentException if the mask has another length or holds another number, or if
   *     no step is observed though one must be
   */
  public static void requireMask(String where, float[] mask, int length, boolean seen) {
    if (mask.length != length) {
      throw new IllegalArgumentException(
          where + " has " + length + " steps, its mask " + mask.length);
    }
    boolean any = false;
    for (float m : mask) {
      if (m != 0f && m != 1f) {
        throw new IllegalArgumentException(
            where + " has mask value " + m + "; allowed are 0 and 1");
      }
      any |= m == 1f;
    }
    if (seen && !any) {
      throw new IllegalArgumentException(where + " has no observed step");
    }
  }

  /**
   * Index of the first number that is not finite, or -1.
   *
   * @param count how many of the numbers are looked at
   */
  public static int firstNotFinite(float[] numbers, int count) {
    for (int k = 0; k < count; k++) {
      if (!Float.isFinite(numbers[k])) {
        return k;
      }
    }
    return -1;
  }
}
