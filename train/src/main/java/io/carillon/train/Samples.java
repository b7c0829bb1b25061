package io.carillon.train;

import io.carillon.engine.Parallel;

/**
 * The sequences of a data set and their targets, by their index; the methods that {@link Dataset}
 * has too are explained there.
 */
interface Samples {
  int size();

  int length(int i);

  int minLength();

  int maxLength();

  float[] values(int i);

  int[] tokens(int i);

  float[] mask(int i);

  boolean timed();

  double[] gaps(int i);

  boolean pairs();

  int firstLength(int i);

  int label(int i);

  int[] stepLabels(int i);

  float[] targetValues(int i);

  /** Bytes of all numbers that are stored. */
  long bytes();

  /** Those of an epoch, counted from 1; this object if they are the same. */
  Samples epoch(int number);

  /** Those with the given indices, in that order; they are drawn no sooner than these. */
  Samples subset(int... indices);

  /** Those with the given indices as stored arrays, in that order. */
  StoredSamples stored(Parallel parallel, int... indices);
}
