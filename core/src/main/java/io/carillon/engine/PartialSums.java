package io.carillon.engine;

import java.util.Arrays;

/** Sums that parallel tasks collect apart and that are then added in task order. */
public final class PartialSums {
  private static final int GRAIN = 512;

  private final Parallel parallel;
  private final float[][] parts;
  private final int size;

  /**
   * Sums of {@code size} values, one for each task.
   *
   * @param memory see {@link Buffers#sums}
   */
  public PartialSums(Pass pass, Buffer memory, int tasks, int size) {
    this.parallel = pass.parallel();
    this.parts = new float[tasks][];
    this.size = size;
    for (int i = 0; i < tasks; i++) {
      parts[i] = memory.of(pass, i);
    }
  }

  /** Sets all sums to zero. */
  public void clear() {
    parallel.run(parts.length, task -> Arrays.fill(parts[task], 0, size, 0f));
  }

  /** What a task adds to. */
  public float[] of(int task) {
    return parts[task];
  }

  /** Adds the partial sums to {@code sum}, in task order and double precision. */
  public void addTo(float[] sum) {
    int tasks = Ranges.count(size, GRAIN);
    parallel.run(tasks, task -> add(task, tasks, sum));
  }

  private void add(int task, int tasks, float[] total) {
    int k = Ranges.start(size, tasks, task);
    int to = Ranges.start(size, tasks, task + 1);
    for (; k + 4 <= to; k += 4) {
      addFour(k, total);
    }
    for (; k < to; k++) {
      addOne(k, total);
    }
  }

  private void addFour(int k, float[] total) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    for (float[] part : parts) {
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

  private void addOne(int k, float[] total) {
    double sum = 0;
    for (float[] part : parts) {
      sum += part[k];
    }
    total[k] += (float) sum;
  }
}
