package io.carillon.internal.kernel.scalar;

/**
 * Tells the compiler that a loop is long. Where it has seen a loop run for fewer than about 150
 * rounds on average it does not unroll it far enough for its widest vectors (JDK 17); rows of a
 * hundred channels are shorter, and still better off. Changes no result.
 */
public final class ScalarLoops {
  private static final int ARRAYS = 6;
  private static final int LENGTH = 4096;

  /** Enough to outweigh all calls before the loop is compiled. */
  private static final int CALLS = 50;

  private ScalarLoops() {}

  /** A loop over the first n values of some arrays, which it may overwrite. */
  public interface Loop {
    void run(float[][] arrays, int n);
  }

  /** Runs the loop over long arrays of zeros. */
  public static void expectLong(Loop loop) {
    float[][] arrays = new float[ARRAYS][LENGTH];
    for (int i = 0; i < CALLS; i++) {
      loop.run(arrays, LENGTH);
    }
  }
}
