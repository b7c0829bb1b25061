package io.carillon.engine;

/**
 * One row-wise operation of a fused chain, see {@link FusedLoop}. All arrays that it touches are
 * fetched when it is made, so that it can run on any thread.
 *
 * <p>The stages of a {@code Stepper} are ready when they are made: nobody calls {@code begin}.
 */
public interface RowStage {
  /** Does nothing. */
  RowStage NOTHING = (task, r0, r1) -> {};

  /**
   * Works on rows r0 .. r1-1.
   *
   * @param task range that the rows belong to; sums over rows are collected per task
   */
  void rows(int task, int r0, int r1);

  /**
   * Called before all rows of a pass: computes from the weights of the moment what all rows need,
   * and clears the sums that tasks collect.
   */
  default void begin() {}

  /** Called once, after all rows: adds up what the tasks collected. */
  default void finish() {}
}
