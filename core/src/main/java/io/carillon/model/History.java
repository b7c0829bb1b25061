package io.carillon.model;

import io.carillon.core.Rows;
import io.carillon.nn.Batch;
import java.util.Arrays;

/**
 * Consecutive inputs of one stream.
 *
 * @param values [steps][size] row-major, or null for tokens
 * @param size numbers per step; 1 for tokens
 * @param tokens [steps], or null
 */
record History(float[] values, int size, int[] tokens) {

  static History ofValues(float[] values, int size) {
    return new History(values, size, null);
  }

  static History ofTokens(int[] tokens) {
    return new History(null, 1, tokens);
  }

  /** Number of steps. */
  int length() {
    return values != null ? values.length / size : tokens.length;
  }

  /** Steps from .. to-1. */
  History slice(int from, int to) {
    return values != null
        ? ofValues(Arrays.copyOfRange(values, from * size, to * size), size)
        : ofTokens(Arrays.copyOfRange(tokens, from, to));
  }

  /** Steps from .. to-1 as a batch of one sequence. */
  Batch part(int from, int to) {
    Rows rows = Rows.of(to - from);
    History slice = slice(from, to);
    return values != null ? Batch.ofValues(rows, slice.values) : Batch.ofTokens(rows, slice.tokens);
  }
}
