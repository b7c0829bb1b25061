package io.carillon.flink;

import io.carillon.model.Classification;

/**
 * What the model says after an event, or that it says nothing, because the event had a missing
 * value and the model leaves such events out. Immutable.
 */
public final class Answer {
  private static final Answer NONE = new Answer(null, null);

  private final Classification classification;
  private final float[] values;

  private Answer(Classification classification, float[] values) {
    this.classification = classification;
    this.values = values;
  }

  static Answer none() {
    return NONE;
  }

  static Answer of(Classification classification) {
    return new Answer(classification, null);
  }

  static Answer of(float[] values) {
    return new Answer(null, values);
  }

  /** Whether there is an answer; else the event was left out. */
  public boolean isPresent() {
    return classification != null || values != null;
  }

  /**
   * The class.
   *
   * @return null if the event was left out, or the answers of the model are values
   */
  public Classification classification() {
    return classification;
  }

  /**
   * The values in their own units.
   *
   * @return null if the event was left out, or the answers of the model are classes
   */
  public float[] values() {
    return values;
  }
}
