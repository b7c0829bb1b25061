package io.carillon.model;

import io.carillon.engine.Carry;
import io.carillon.model.stream.StateShape;
import io.carillon.nn.layer.StepBounds;
import java.util.ConcurrentModificationException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Everything a model remembers of one stream: the state of every layer and, with mean pooling, the
 * sum of the features so far. Its size does not grow with the stream.
 *
 * <p>Created by {@link SequenceModel#newState()} or {@link SequenceModel#stateFromBytes}, owned by
 * the caller, changed by every step. For one thread at a time: a call that finds another thread at
 * work on the state is refused with a {@link ConcurrentModificationException}, and the other's work
 * is not disturbed. A step whose result is not finite leaves the state as it was. The model itself
 * keeps nothing of a stream.
 */
public final class State {
  /** Far from what a long holds, so that single steps need not look. */
  static final long MOST_STEPS = 1L << 62;

  /** Number of a state that is the only one of a call. */
  static final int ALONE = -1;

  private final StateShape shape;
  private final float[][] layers;
  private final double[] pooled;
  private long steps;
  private long observed;

  /** The thread that is at work on the state, 0 for none. */
  private final AtomicLong owner = new AtomicLong();

  /** Steps that have finite results for certain, with inputs up to a size. */
  private int certainSteps;

  private float certainInput;

  /** The state before a step that may have to be undone; null until there was one. */
  private State before;

  /** The state before the first step. */
  State(StateShape shape) {
    this.shape = shape;
    this.layers = new float[shape.layers().length][];
    for (int i = 0; i < layers.length; i++) {
      layers[i] = new float[shape.layers()[i]];
    }
    this.pooled = new double[shape.pooled()];
  }

  /**
   * An independent copy.
   *
   * @throws ConcurrentModificationException if another thread is at work on this state
   */
  public State copy() {
    claim();
    try {
      State copy = new State(shape);
      copy.set(this);
      return copy;
    } finally {
      release();
    }
  }

  private void set(State other) {
    for (int i = 0; i < layers.length; i++) {
      System.arraycopy(other.layers[i], 0, layers[i], 0, layers[i].length);
    }
    System.arraycopy(other.pooled, 0, pooled, 0, pooled.length);
    steps = other.steps;
    observed = other.observed;
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
   *
   * @throws ConcurrentModificationException if another thread is at work on this state
   * @throws IllegalStateException if the state holds a number that is not finite, which could not
   *     be read again
   */
  public byte[] toBytes() {
    return toBytes(0);
  }

  /** {@link #toBytes()} with so much room before it. */
  byte[] toBytes(int room) {
    claim();
    try {
      String fault = fault();
      if (fault != null) {
        throw new IllegalStateException(
            "the state cannot be written: " + fault + "; begin with a new state");
      }
      return StateBytes.write(this, room);
    } finally {
      release();
    }
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

  /** Bound on the mean of the features so far; 0 without. */
  double largestMean() {
    double largest = 0;
    for (double sum : pooled) {
      largest = Math.max(largest, Math.abs(sum));
    }
    return largest / Math.max(1, observed);
  }

  /** The first number that is not finite, in words; null if all are. */
  String fault() {
    for (int i = 0; i < layers.length; i++) {
      if (!StepBounds.finite(layers[i])) {
        return fault(i);
      }
    }
    for (int h = 0; h < pooled.length; h++) {
      if (!Double.isFinite(pooled[h])) {
        return "number " + h + " of the running mean is " + pooled[h];
      }
    }
    return null;
  }

  private String fault(int layer) {
    int k = 0;
    while (Float.isFinite(layers[layer][k])) {
      k++;
    }
    return "number " + k + " of layer " + layer + " is " + layers[layer][k];
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

  /**
   * Takes the state for a call of this thread, until {@link #release}.
   *
   * @throws ConcurrentModificationException if another thread has it
   * @throws IllegalArgumentException if this thread has it already, so that it was given twice
   */
  void claim() {
    claim(ALONE);
  }

  /** {@link #claim()} of state number {@code index} of many. */
  void claim(int index) {
    long me = Thread.currentThread().getId();
    if (!owner.compareAndSet(0, me)) {
      throw refusal(name(index), owner.get() == me);
    }
  }

  /** How a message calls a state. */
  static String name(int index) {
    return index == ALONE ? "the state" : "state " + index;
  }

  private static RuntimeException refusal(String name, boolean twice) {
    return twice
        ? new IllegalArgumentException(name + " is given twice; a stream takes one step at a time")
        : new ConcurrentModificationException(
            name
                + " has another thread at work on it; a stream takes one step at a time: give every"
                + " thread a state of its own, or let one wait for the other");
  }

  /** Gives the state back. */
  void release() {
    owner.setRelease(0);
  }

  /**
   * Whether so many more steps, or one that is as long, are known to have finite results with an
   * input of that size.
   */
  boolean takeCertainSteps(int count, float input) {
    if (certainSteps < count || input > certainInput) {
      return false;
    }
    certainSteps -= count;
    return true;
  }

  /** So many ordinary steps with inputs up to that size have finite results. */
  void setCertain(int count, float input) {
    certainSteps = count;
    certainInput = input;
  }

  /** Remembers the state as it is, for {@link #undo}. What was certain is so no more. */
  void keep() {
    if (before == null) {
      before = new State(shape);
    }
    before.set(this);
    certainSteps = 0;
  }

  /** The state as it was at {@link #keep}. */
  void undo() {
    set(before);
  }

  /** Lets go of the memory of {@link #keep}. */
  void forget() {
    before = null;
  }
}
