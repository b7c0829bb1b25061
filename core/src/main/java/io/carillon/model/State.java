package io.carillon.model;

import io.carillon.core.Workspace;
import io.carillon.nn.Carry;

/**
 * Everything a model remembers of one stream. Created by {@link SequenceModel#newState()}, owned by
 * the caller, changed by every step; not for use by two threads at once.
 */
public final class State {
  private final Carry[] carries;
  private final double[] poolSum;
  private final Workspace workspace = new Workspace();
  private long observed;

  State(int[] carrySizes, int width) {
    this.carries = new Carry[carrySizes.length];
    for (int i = 0; i < carries.length; i++) {
      carries[i] = new Carry(carrySizes[i]);
    }
    this.poolSum = new double[width];
  }

  private State(State other) {
    this.carries = new Carry[other.carries.length];
    for (int i = 0; i < carries.length; i++) {
      carries[i] = new Carry(other.carries[i].state().clone());
    }
    this.poolSum = other.poolSum.clone();
    this.observed = other.observed;
  }

  /** An independent copy. */
  public State copy() {
    return new State(this);
  }

  /** Number of steps seen. */
  public long steps() {
    return observed;
  }

  Carry[] carries() {
    return carries;
  }

  Workspace workspace() {
    return workspace;
  }

  /** Adds one row of features to the running mean and writes the mean so far over the row. */
  void poolMean(float[] features, int at) {
    observed++;
    for (int h = 0; h < poolSum.length; h++) {
      poolSum[h] += features[at + h];
      features[at + h] = (float) (poolSum[h] / observed);
    }
  }

  void count(int steps) {
    observed += steps;
  }
}
