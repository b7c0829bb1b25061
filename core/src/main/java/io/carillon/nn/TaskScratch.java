package io.carillon.nn;

import java.util.concurrent.ConcurrentLinkedQueue;

/** Scratch arrays of one size for parallel tasks: as many as tasks run at once. */
final class TaskScratch {
  private final int size;
  private final ConcurrentLinkedQueue<float[]> free = new ConcurrentLinkedQueue<>();

  TaskScratch(int size) {
    this.size = size;
  }

  float[] take() {
    float[] array = free.poll();
    return array != null ? array : new float[size];
  }

  void giveBack(float[] array) {
    free.add(array);
  }
}
