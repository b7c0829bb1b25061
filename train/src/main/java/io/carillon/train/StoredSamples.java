package io.carillon.train;

import io.carillon.engine.Parallel;
import java.util.Arrays;

/**
 * Samples kept as arrays, one entry for each sequence. What a data set does not have is null; one
 * of values and tokens is given, and one of the three kinds of targets.
 *
 * @param inputSize real numbers per step; not used with tokens
 * @param values [length][inputSize] each
 * @param tokens [length] each
 * @param masks [length] each, or null
 * @param gaps [length] each, or null
 * @param firstLengths steps of the first sequence of every pair
 * @param labels one each
 * @param stepLabels [length] each
 * @param targetValues one vector, or one per step, each
 */
record StoredSamples(
    int inputSize,
    float[][] values,
    int[][] tokens,
    float[][] masks,
    double[][] gaps,
    int[] firstLengths,
    int[] labels,
    int[][] stepLabels,
    float[][] targetValues)
    implements Samples {

  @Override
  public int size() {
    return values != null ? values.length : tokens.length;
  }

  @Override
  public int length(int i) {
    return values != null ? values[i].length / inputSize : tokens[i].length;
  }

  @Override
  public int minLength() {
    int min = Integer.MAX_VALUE;
    for (int i = 0; i < size(); i++) {
      min = Math.min(min, length(i));
    }
    return min;
  }

  @Override
  public int maxLength() {
    int max = 0;
    for (int i = 0; i < size(); i++) {
      max = Math.max(max, length(i));
    }
    return max;
  }

  @Override
  public float[] values(int i) {
    return values[i];
  }

  @Override
  public int[] tokens(int i) {
    return tokens[i];
  }

  @Override
  public float[] mask(int i) {
    return masks == null ? null : masks[i];
  }

  @Override
  public boolean timed() {
    return gaps != null;
  }

  @Override
  public double[] gaps(int i) {
    return gaps == null ? null : gaps[i];
  }

  @Override
  public boolean pairs() {
    return firstLengths != null;
  }

  @Override
  public int firstLength(int i) {
    return firstLengths[i];
  }

  @Override
  public int label(int i) {
    return labels[i];
  }

  @Override
  public int[] stepLabels(int i) {
    return stepLabels[i];
  }

  @Override
  public float[] targetValues(int i) {
    return targetValues[i];
  }

  @Override
  public long bytes() {
    long count = 0;
    for (float[][] all : new float[][][] {values, masks, targetValues}) {
      if (all != null) {
        count += Arrays.stream(all).mapToLong(a -> a == null ? 0 : a.length).sum();
      }
    }
    for (int[][] all : new int[][][] {tokens, stepLabels}) {
      if (all != null) {
        count += Arrays.stream(all).mapToLong(a -> a.length).sum();
      }
    }
    if (gaps != null) {
      count += 2 * Arrays.stream(gaps).mapToLong(a -> a == null ? 0 : a.length).sum();
    }
    return 4 * count;
  }

  @Override
  public StoredSamples epoch(int number) {
    return this;
  }

  /** The arrays of the sequences are shared. */
  @Override
  public StoredSamples subset(int... indices) {
    int n = indices.length;
    return new StoredSamples(
        inputSize,
        pick(values, indices, new float[n][]),
        pick(tokens, indices, new int[n][]),
        pick(masks, indices, new float[n][]),
        pick(gaps, indices, new double[n][]),
        pick(firstLengths, indices),
        pick(labels, indices),
        pick(stepLabels, indices, new int[n][]),
        pick(targetValues, indices, new float[n][]));
  }

  @Override
  public StoredSamples stored(Parallel parallel, int... indices) {
    return subset(indices);
  }

  private static int[] pick(int[] from, int[] indices) {
    return from == null ? null : Arrays.stream(indices).map(i -> from[i]).toArray();
  }

  private static <T> T[] pick(T[] from, int[] indices, T[] to) {
    if (from == null) {
      return null;
    }
    for (int k = 0; k < indices.length; k++) {
      to[k] = from[indices[k]];
    }
    return to;
  }
}
