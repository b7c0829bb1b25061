package io.carillon.nn;

import java.util.Arrays;

/** Sums that parallel tasks collect apart and that are then added in task order. */
final class PartialSums {
  private static final int GRAIN = 512;

  private PartialSums() {}

  /** One zeroed array of {@code size} values per task, from the scratch slots firstSlot and up. */
  static float[][] cleared(Pass pass, Object owner, int firstSlot, int tasks, int size) {
    float[][] sums = new float[tasks][];
    for (int i = 0; i < tasks; i++) {
      sums[i] = pass.scratch(owner, firstSlot + i, size);
      Arrays.fill(sums[i], 0, size, 0f);
    }
    return sums;
  }

  /** Adds the partial sums to {@code total}, in task order and double precision. */
  static void addInOrder(Pass pass, float[][] sums, int size, float[] total) {
    pass.overRange(
        size,
        GRAIN,
        (task, from, to) -> {
          int k = from;
          for (; k + 4 <= to; k += 4) {
            addFour(sums, k, total);
          }
          for (; k < to; k++) {
            addOne(sums, k, total);
          }
        });
  }

  private static void addFour(float[][] sums, int k, float[] total) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    for (float[] part : sums) {
      a += part[k];
      b += part[k + 1];
      c += part[k + 2];
      d += part[k + 3];
    }
    total[k] += (float) a;
    total[k + 1] += (float) b;
    total[k + 2] += (float) c;
    total[k + 3] += (float) d;
  }

  private static void addOne(float[][] sums, int k, float[] total) {
    double sum = 0;
    for (float[] part : sums) {
      sum += part[k];
    }
    total[k] += (float) sum;
  }
}
