package io.carillon.internal.kernel;

/**
 * Working memory of inner loops, one array per thread, grown when needed and kept. It belongs to
 * its {@link Kernels} object and is collected with it.
 */
final class Scratch {
  private final ThreadLocal<float[]> arrays = ThreadLocal.withInitial(() -> new float[0]);

  /** The calling thread's array of at least {@code size} floats, contents undefined. */
  float[] floats(int size) {
    float[] array = arrays.get();
    if (array.length < size) {
      array = new float[size];
      arrays.set(array);
    }
    return array;
  }
}
