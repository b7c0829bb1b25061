package io.carillon.engine;

import java.util.Arrays;

/** Sums that parallel tasks collect apart and that are then added in task order. */
public final class PartialSums implements Parallel.WorkerBody {
  private static final int GRAIN = 512;

  private final Parallel parallel;
  private final float[][] parts;
  private final int size;
  private final Parallel.WorkerBody clearing;
  private float[] total;

  /** One array of {@code size} values per task, from a scratch slot. */
  public PartialSums(Pass pass, Object owner, int slot, int tasks, int size) {
    this.parallel = pass.parallel();
    this.parts = new float[tasks][];
    this.size = size;
    this.clearing = (worker, task) -> Arrays.fill(parts[task], 0, size, 0f);
    for (int i = 0; i < tasks; i++) {
      parts[i] = pass.scratch(owner, slot, i, size);
    }
  }

  /** Sets all sums to zero. */
  public void clear() {
    parallel.runOnWorkers(parts.length, clearing);
  }

  /** What a task adds to. */
  public float[] of(int task) {
    return parts[task];
  }

  /** Adds the partial sums to {@code sum}, in task order and double precision. */
  public void addTo(float[] sum) {
    total = sum;
    parallel.runOnWorkers(Ranges.count(size, GRAIN), this);
    total = null;
  }

  @Override
  public void accept(int worker, int task) {
    int tasks = Ranges.count(size, GRAIN);
    int k = Ranges.start(size, tasks, task);
    int to = Ranges.start(size, tasks, task + 1);
    for (; k + 4 <= to; k += 4) {
      addFour(k);
    }
    for (; k < to; k++) {
      addOne(k);
    }
  }

  private void addFour(int k) {
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

  private void addOne(int k) {
    double sum = 0;
    for (float[] part : parts) {
      sum += part[k];
    }
    total[k] += (float) sum;
  }
}
