package io.carillon.train;

/**
 * One answer of a network beside its target, as a {@link Loss} or a {@link Metric} of one's own
 * sees it: the answer for a sequence, or for a step where there is a target per step. Answers
 * without a target are not shown. An object of this class is only good until the method that was
 * given it returns.
 */
public final class Answer {
  private static final int MOST_SHOWN = 4;

  private final int size;
  private final int targetSize;
  private float[] outputs;
  private Targets targets;
  private int row;

  /** Of so many outputs, and so many target values or classes. */
  Answer(int size, int targetSize) {
    this.size = size;
    this.targetSize = targetSize;
  }

  /** Shows a row of a batch. */
  Answer at(float[] newOutputs, Targets newTargets, int newRow) {
    outputs = newOutputs;
    targets = newTargets;
    row = newRow;
    return this;
  }

  /**
   * Number of outputs: of classes, or of target values unless a loss has several for each ({@link
   * Loss#outputsPerTarget}).
   */
  public int size() {
    return size;
  }

  /** Number of target values; of classes that of the classes. */
  public int targets() {
    return targetSize;
  }

  /** Output k; of classes the score before the softmax. It is finite. */
  public float output(int k) {
    return outputs[row * size + checked("output", k, size)];
  }

  /** Whether the target is a class. */
  public boolean isClass() {
    return targets.labels() != null;
  }

  /**
   * The true class, 0 .. {@link #size} − 1.
   *
   * @throws IllegalStateException if the target is no class
   */
  public int label() {
    if (!isClass()) {
      throw new IllegalStateException("the targets are values, not classes; use target(k)");
    }
    return targets.labels()[row];
  }

  /** Whether target value k is known; what is not is to be left out. */
  public boolean hasTarget(int k) {
    return !Float.isNaN(target(k));
  }

  /**
   * Target value k; NaN if it is not known, which can be only of data that say so ({@link
   * Dataset#missingTargets}).
   *
   * @throws IllegalStateException if the target is a class
   */
  public float target(int k) {
    if (isClass()) {
      throw new IllegalStateException("the targets are classes, not values; use label()");
    }
    return targets.values()[row * targetSize + checked("target", k, targetSize)];
  }

  private static int checked(String what, int k, int count) {
    if (k < 0 || k >= count) {
      throw new IndexOutOfBoundsException(what + " " + k + " of " + count);
    }
    return k;
  }

  /** Whether the row has a target. */
  boolean counts() {
    if (isClass()) {
      return targets.labels()[row] != Dataset.IGNORE;
    }
    return (targets.used() == null || targets.used()[row]) && anyKnown();
  }

  private boolean anyKnown() {
    for (int k = row * targetSize; k < (row + 1) * targetSize; k++) {
      if (!Float.isNaN(targets.values()[k])) {
        return true;
      }
    }
    return false;
  }

  boolean finite() {
    for (int k = row * size; k < (row + 1) * size; k++) {
      if (!Float.isFinite(outputs[k])) {
        return false;
      }
    }
    return true;
  }

  /** Its numbers, for messages. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("output");
    for (int k = 0; k < Math.min(size, MOST_SHOWN); k++) {
      text.append(' ').append(output(k));
    }
    text.append(size > MOST_SHOWN ? " …, " : ", ");
    if (isClass()) {
      return text.append("class ").append(label()).toString();
    }
    text.append("target");
    for (int k = 0; k < Math.min(targetSize, MOST_SHOWN); k++) {
      text.append(' ').append(target(k));
    }
    return text.append(targetSize > MOST_SHOWN ? " …" : "").toString();
  }
}
