package io.carillon.nn;

import io.carillon.engine.Rows;

/**
 * Input of a network: real-valued rows or tokens.
 *
 * @param rows layout
 * @param values [rows][inputSize], or null for tokens
 * @param tokens [rows] ids, or null for real-valued input
 */
public record Batch(Rows rows, float[] values, int[] tokens) {

  /** Real-valued input [rows][inputSize]. */
  public static Batch ofValues(Rows rows, float[] values) {
    return new Batch(rows, values, null);
  }

  /** Token input [rows]. */
  public static Batch ofTokens(Rows rows, int[] tokens) {
    return new Batch(rows, null, tokens);
  }
}
