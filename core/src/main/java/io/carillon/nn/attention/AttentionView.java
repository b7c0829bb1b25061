package io.carillon.nn.attention;

import io.carillon.engine.Rows;

/**
 * Which steps of one sequence a step attends to: a contiguous range, less the missing rows.
 *
 * @param rows layout and mask of the batch
 * @param sequence number of the sequence
 * @param chunk steps of a chunk, 0 for one chunk
 * @param causal whether later steps are hidden
 */
record AttentionView(Rows rows, int sequence, int chunk, boolean causal) {
  /** Steps of the sequence. */
  int length() {
    return rows.length(sequence);
  }

  /** First step that step t attends to. */
  int from(int t) {
    return chunk == 0 ? 0 : Math.max(0, (t / chunk - 1) * chunk);
  }

  /** The step after the last that step t attends to. */
  int to(int t) {
    if (causal) {
      return t + 1;
    }
    return chunk == 0 ? length() : (int) Math.min(length(), (t / chunk + 2L) * chunk);
  }

  /** Whether step k was observed. */
  boolean observed(int k) {
    return rows.observed(rows.start(sequence) + k);
  }
}
