package io.carillon.nn;

import java.util.Arrays;

/** Sums that parallel tasks collect apart and that are then added in task order. */
final class PartialSums {
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
  static void addInOrder(float[][] sums, int size, float[] total) {
    for (int k = 0; k < size; k++) {
      double sum = 0;
      for (float[] part : sums) {
        sum += part[k];
      }
      total[k] += (float) sum;
    }
  }
}
