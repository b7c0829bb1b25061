package io.carillon.data.read;

import io.carillon.data.DataException;
import io.carillon.engine.Heap;

/** Refuses what cannot fit into memory before it is tried. */
public final class Memory {
  /** What the program itself takes of the heap. */
  private static final long PROGRAM = 16L << 20;

  private Memory() {}

  /**
   * Checks a size against the largest heap that the Java machine may use.
   *
   * @param bytes size that will be needed
   * @param what names the thing
   * @param advice what makes it smaller
   * @throws DataException if it does not fit
   */
  public static void require(long bytes, String what, String advice) {
    long limit = Heap.most();
    if (bytes > limit - PROGRAM) {
      throw new DataException(
          what
              + " need "
              + (bytes >> 20)
              + " MiB, the Java heap may have "
              + (limit >> 20)
              + " MiB. "
              + advice
              + ", or give more memory (java -Xmx)");
    }
  }
}
