package io.carillon.engine;

/**
 * Splits items into ranges for parallel work. The split depends on the sizes only, never on the
 * number of threads, so that sums over ranges are the same bits on every machine.
 */
public final class Ranges {
  /** Most ranges of any split. */
  static final int MOST = 64;

  private Ranges() {}

  /**
   * Number of ranges for {@code items} items of which at least {@code grain} should stay together.
   */
  public static int count(int items, int grain) {
    return Math.max(1, Math.min(MOST, items / Math.max(1, grain)));
  }

  /** First item of range i; {@code start(items, count, count)} is {@code items}. */
  public static int start(int items, int count, int i) {
    return (int) ((long) items * i / count);
  }
}
