package io.carillon.data;

/** Refuses what cannot fit into memory before it is tried. */
final class Memory {
  private Memory() {}

  /**
   * Checks a size against the largest heap that the Java machine may use.
   *
   * @param bytes size that will be needed
   * @param what names the thing
   * @param advice what makes it smaller
   * @throws DataException if it does not fit
   */
  static void require(long bytes, String what, String advice) {
    long limit = Runtime.getRuntime().maxMemory();
    if (bytes > limit) {
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
