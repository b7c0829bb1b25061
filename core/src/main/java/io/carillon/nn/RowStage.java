package io.carillon.nn;

/**
 * One row-wise operation of a fused chain, see {@link Pass#fuse}. All arrays that it touches are
 * fetched when it is made, so that it can run on any thread.
 */
interface RowStage {
  /** Does nothing. */
  RowStage NOTHING = (task, r0, r1) -> {};

  /**
   * Works on rows r0 .. r1-1.
   *
   * @param task range that the rows belong to; sums over rows are collected per task
   */
  void rows(int task, int r0, int r1);

  /** Called once, after all rows: adds up what the tasks collected. */
  default void finish() {}
}
