package io.carillon.model;

import java.util.Objects;

/**
 * A whole sequence in its own units, as {@link Predictor} takes it: numbers as they were measured
 * (NaN where one is missing), tokens, or texts that the vocabulary of the model holds; perhaps with
 * times. The arrays are used, not copied, and must not be changed afterwards.
 */
public final class RawSequence {
  private final double[] values;
  private final int[] tokens;
  private final String[] texts;
  private final double[] times;
  private final double[] gaps;

  private RawSequence(
      double[] values, int[] tokens, String[] texts, double[] times, double[] gaps) {
    this.values = values;
    this.tokens = tokens;
    this.texts = texts;
    this.times = times;
    this.gaps = gaps;
  }

  /**
   * Steps of numbers.
   *
   * @param values [steps][inputSize] row-major; NaN for a missing value
   */
  public static RawSequence ofValues(double... values) {
    return new RawSequence(Objects.requireNonNull(values, "values"), null, null, null, null);
  }

  /** Steps of numbers; see {@link #ofValues(double...)}. */
  public static RawSequence ofValues(float[] values) {
    Objects.requireNonNull(values, "values");
    double[] copy = new double[values.length];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = values[i];
    }
    return ofValues(copy);
  }

  /** Steps of one token each, by id. */
  public static RawSequence ofTokens(int... tokens) {
    return new RawSequence(null, Objects.requireNonNull(tokens, "tokens"), null, null, null);
  }

  /** Steps of one token each, by name (or its id in decimal digits). */
  public static RawSequence ofTexts(String... texts) {
    for (int t = 0; texts != null && t < texts.length; t++) {
      InputChecks.requirePresent(texts[t], "texts", t);
    }
    return new RawSequence(null, null, Objects.requireNonNull(texts, "texts"), null, null);
  }

  /**
   * The same with the times of the steps.
   *
   * @param value [steps], increasing, in the unit of the times in the training data
   */
  public RawSequence withTimes(double... value) {
    return new RawSequence(values, tokens, texts, Objects.requireNonNull(value, "value"), null);
  }

  /**
   * The same with the lengths of the steps.
   *
   * @param value [steps] time since the step before, in ordinary steps of the training
   */
  public RawSequence withGaps(double... value) {
    return new RawSequence(values, tokens, texts, null, Objects.requireNonNull(value, "value"));
  }

  /**
   * As the network takes it.
   *
   * @param name of the sequence, for messages
   * @throws IllegalArgumentException if it does not fit the meaning
   */
  Sequence prepare(Meaning meaning, String name) {
    Sequence sequence = values != null ? numbers(meaning, name) : tokens(meaning, name);
    if (times == null) {
      return sequence.withGaps(gaps);
    }
    if (times.length != sequence.length()) {
      throw new IllegalArgumentException(
          name
              + " has "
              + times.length
              + " times for "
              + sequence.length()
              + " steps; give one for each");
    }
    try {
      return sequence.withGaps(meaning.gaps(times));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
    }
  }

  private Sequence tokens(Meaning meaning, String name) {
    if (meaning.inputSize() > 0) {
      throw new IllegalArgumentException(
          name + " holds tokens; this model takes " + meaning.inputs());
    }
    int[] ids = tokens != null ? tokens : new int[texts.length];
    for (int t = 0; texts != null && t < ids.length; t++) {
      try {
        ids[t] = meaning.token(texts[t]);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(name + ", step " + t + ": " + e.getMessage(), e);
      }
    }
    return Sequence.ofTokens(ids);
  }

  private Sequence numbers(Meaning meaning, String name) {
    int size = meaning.inputSize();
    if (size == 0) {
      throw new IllegalArgumentException(
          name
              + " holds numbers; this model reads tokens of a vocabulary of "
              + meaning.vocabulary().size());
    }
    if (values.length == 0 || values.length % size != 0) {
      throw new IllegalArgumentException(
          name
              + " has "
              + values.length
              + " numbers, no positive multiple of what this model takes: "
              + meaning.inputs());
    }
    float[] scaled = new float[values.length];
    float[] mask = new float[values.length / size];
    double[] before = firstValues(size);
    int observed = 0;
    for (int t = 0; t < mask.length; t++) {
      try {
        mask[t] = meaning.scaleStep(values, t * size, before, scaled) ? 1 : 0;
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(name + ", step " + t + ": " + e.getMessage(), e);
      }
      observed += (int) mask[t];
    }
    if (observed == 0) {
      throw new IllegalArgumentException(
          name + ": every step has a missing value, nothing is left to answer from");
    }
    return Sequence.ofValues(scaled, size).withMask(observed == mask.length ? null : mask);
  }

  /** Of each dimension; NaN where there is none. */
  private double[] firstValues(int size) {
    double[] first = new double[size];
    for (int d = 0; d < size; d++) {
      int i = d;
      while (i < values.length - size && Double.isNaN(values[i])) {
        i += size;
      }
      first[d] = values[i];
    }
    return first;
  }
}
