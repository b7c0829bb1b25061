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
          double[] block = new double[Math.min(GRAIN, to - from)];
          for (int k = from; k < to; k += GRAIN) {
            addBlock(sums, k, Math.min(GRAIN, to - k), block, total);
          }
        });
  }

  private static void addBlock(float[][] sums, int from, int count, double[] block, float[] total) {
    Arrays.fill(block, 0, count, 0.0);
    for (float[] part : sums) {
      for (int i = 0; i < count; i++) {
        block[i] += part[from + i];
      }
    }
    for (int i = 0; i < count; i++) {
      total[from + i] += (float) block[i];
    }
  }
}
