package io.carillon.model;

import io.carillon.nn.Carry;

/**
 * Everything a model remembers of one stream: the state of every layer and, with mean pooling, the
 * sum of the features so far. Its size does not grow with the stream.
 *
 * <p>Created by {@link SequenceModel#newState()} or {@link SequenceModel#stateFromBytes}, owned by
 * the caller, changed by every step. Not for use by two threads at once; the model itself keeps
 * nothing of a stream.
 */
public final class State {
  private final StateShape shape;
  private final float[][] layers;
  private final double[] pooled;
  private long steps;
  private long observed;
  private boolean inUse;

  /** The state before the first step. */
  State(StateShape shape) {
    this.shape = shape;
    this.layers = new float[shape.layers().length][];
    for (int i = 0; i < layers.length; i++) {
      layers[i] = new float[shape.layers()[i]];
    }
    this.pooled = new double[shape.pooled()];
  }

  /** An independent copy. */
  public State copy() {
    State copy = new State(shape);
    for (int i = 0; i < layers.length; i++) {
      System.arraycopy(layers[i], 0, copy.layers[i], 0, layers[i].length);
    }
    System.arraycopy(pooled, 0, copy.pooled, 0, pooled.length);
    copy.count(steps, observed);
    return copy;
  }

  /** Number of steps seen, those that were skipped included. */
  public long steps() {
    return steps;
  }

  /** Number of steps that had an input. */
  public long observedSteps() {
    return observed;
  }

  /**
   * The state as bytes, to be kept elsewhere and read by {@link SequenceModel#stateFromBytes} of
   * the same model; the layout is in {@code docs/formats.md}. Going on from the bytes gives the
   * same bits as going on from this object.
   */
  public byte[] toBytes() {
    return StateBytes.write(this);
  }

  StateShape shape() {
    return shape;
  }

  /** For each layer along the sequence its state, see {@link Carry}. */
  float[][] layers() {
    return layers;
  }

  /** Sum of the features of all observed steps [H]; empty without mean pooling. */
  double[] pooled() {
    return pooled;
  }

  /** The layers as the carried state of a forward pass, which updates them in place. */
  Carry[] carries() {
    Carry[] carries = new Carry[layers.length];
    for (int i = 0; i < carries.length; i++) {
      carries[i] = new Carry(layers[i]);
    }
    return carries;
  }

  /**
   * Counts a step with an input. With mean pooling its features, one row, join the running mean,
   * and the mean so far is written over them.
   */
  void observe(float[] features, int at) {
    steps++;
    observed++;
    double share = 1.0 / observed;
    for (int h = 0; h < pooled.length; h++) {
      pooled[h] += features[at + h];
      features[at + h] = (float) (pooled[h] * share);
    }
  }

  /**
   * Counts a missing step. With mean pooling the mean so far, or zero before the first, is written
   * over its features, one row.
   */
  void miss(float[] features, int at) {
    steps++;
    double share = observed == 0 ? 0 : 1.0 / observed;
    for (int h = 0; h < pooled.length; h++) {
      features[at + h] = (float) (pooled[h] * share);
    }
  }

  /** Counts steps; {@code seen} of {@code all} had an input. */
  void count(long all, long seen) {
    steps += all;
    observed += seen;
  }

  /** Whether the state takes part in a call at this moment. */
  boolean inUse() {
    return inUse;
  }

  void setInUse(boolean value) {
    inUse = value;
  }
}
