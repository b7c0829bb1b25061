package io.carillon.internal.kernel;

/**
 * Working memory of inner loops, per thread, grown when needed and kept. It belongs to its {@link
 * Kernels} object and is collected with it.
 */
public final class Scratch {
  /**
   * Where data in {@link #floats} should start. A vector that straddles two cache lines costs
   * twice, most of all when stored. An array as large as {@link #SMALLEST} is placed by the G1
   * collector at the start of a memory region and never moved; its header takes 16 bytes, so that
   * index 12 is the first on a cache line. With other collectors the results are the same, only
   * slower.
   */
  public static final int START = 12;

  /** Four megabytes, enough for heaps of up to 16 gigabytes. */
  private static final int SMALLEST = 1 << 20;

  private final ThreadLocal<float[]> array = ThreadLocal.withInitial(() -> new float[0]);
  private final ThreadLocal<float[][]> rows = ThreadLocal.withInitial(() -> new float[0][]);

  /** The calling thread's array of {@code size} floats after {@link #START}, contents undefined. */
  public float[] floats(int size) {
    float[] result = array.get();
    if (result.length < START + size) {
      result = new float[Math.max(SMALLEST, START + size)];
      array.set(result);
    }
    return result;
  }

  /** At least {@code count} arrays of at least {@code size} floats each, contents undefined. */
  public float[][] rows(int count, int size) {
    float[][] result = rows.get();
    if (result.length < count || result.length > 0 && result[0].length < size) {
      result =
          new float[Math.max(count, result.length)]
              [result.length > 0 ? Math.max(size, result[0].length) : size];
      rows.set(result);
    }
    return result;
  }
}
