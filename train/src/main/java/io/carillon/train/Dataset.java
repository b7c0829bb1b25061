package io.carillon.train;

import java.util.Arrays;
import java.util.List;

/**
 * Sequences with targets, as plain arrays. Immutable; the arrays are not copied and must not be
 * changed afterwards.
 *
 * <p>Inputs are either real-valued, {@code values[i]} = [length][inputSize] row-major, or tokens,
 * {@code tokens[i]} = [length] with ids in [0, vocabulary). Targets depend on {@link #target()}.
 */
public final class Dataset {
  /** Label that a loss leaves out, for a step without a target. */
  public static final int IGNORE = -100;

  /** What is to be predicted. */
  public enum Target {
    /** One class per sequence: {@link #label(int)}. */
    CLASS,
    /** One vector per sequence: {@link #targetValues(int)} = [outputSize]. */
    VALUE,
    /**
     * One class per step: {@link #stepLabels(int)} = [length], {@link #IGNORE} where there is none.
     */
    CLASS_PER_STEP,
    /** One vector per step: {@link #targetValues(int)} = [length][outputSize]. */
    VALUE_PER_STEP
  }

  private final String name;
  private final int inputSize;
  private final int vocabulary;
  private final int outputSize;
  private final Target target;
  private final List<String> classNames;
  private final float[][] values;
  private final int[][] tokens;
  private final float[][] masks;
  private final int[] labels;
  private final int[][] stepLabels;
  private final float[][] targetValues;

  private Dataset(Builder b) {
    name = b.name;
    inputSize = b.inputSize;
    vocabulary = b.vocabulary;
    outputSize = b.outputSize;
    target = b.target;
    classNames = b.classNames;
    values = b.values;
    tokens = b.tokens;
    masks = b.masks;
    labels = b.labels;
    stepLabels = b.stepLabels;
    targetValues = b.targetValues;
  }

  /** Starts a data set of real-valued sequences, {@code values[i]} = [length][inputSize]. */
  public static Builder ofValues(int inputSize, float[][] values) {
    Builder b = new Builder();
    b.inputSize = inputSize;
    b.values = values;
    return b;
  }

  /** Starts a data set of token sequences with ids in [0, vocabulary). */
  public static Builder ofTokens(int vocabulary, int[][] tokens) {
    Builder b = new Builder();
    b.vocabulary = vocabulary;
    b.tokens = tokens;
    return b;
  }

  /** Name for messages and reports. */
  public String name() {
    return name;
  }

  /** Number of sequences. */
  public int size() {
    return values != null ? values.length : tokens.length;
  }

  /** Whether inputs are token ids. */
  public boolean isTokens() {
    return tokens != null;
  }

  /** Real numbers per step; 0 for tokens. */
  public int inputSize() {
    return inputSize;
  }

  /** Number of token ids; 0 for real-valued inputs. */
  public int vocabulary() {
    return vocabulary;
  }

  /** Number of classes, or size of a target vector. */
  public int outputSize() {
    return outputSize;
  }

  /** What is to be predicted. */
  public Target target() {
    return target;
  }

  /** Class names in id order; empty when they have none. */
  public List<String> classNames() {
    return classNames;
  }

  /** Number of steps of sequence i. */
  public int length(int i) {
    return values != null ? values[i].length / inputSize : tokens[i].length;
  }

  /** Longest length. */
  public int maxLength() {
    int max = 0;
    for (int i = 0; i < size(); i++) {
      max = Math.max(max, length(i));
    }
    return max;
  }

  /** Real-valued input of sequence i, [length][inputSize]. */
  public float[] values(int i) {
    return values[i];
  }

  /** Token input of sequence i, [length]. */
  public int[] tokens(int i) {
    return tokens[i];
  }

  /**
   * Mask of sequence i, [length] with 1 = observed and 0 = missing, or null when all are observed.
   */
  public float[] mask(int i) {
    return masks == null ? null : masks[i];
  }

  /** Class of sequence i. */
  public int label(int i) {
    return labels[i];
  }

  /** Class of every step of sequence i, {@link #IGNORE} where there is none. */
  public int[] stepLabels(int i) {
    return stepLabels[i];
  }

  /** Target vector(s) of sequence i. */
  public float[] targetValues(int i) {
    return targetValues[i];
  }

  /** Bytes of all numbers. */
  long bytes() {
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
    return 4 * count;
  }

  /** The sequences with the given indices, in that order. */
  public Dataset subset(String newName, int... indices) {
    Builder b = new Builder();
    b.name = newName;
    b.inputSize = inputSize;
    b.vocabulary = vocabulary;
    b.outputSize = outputSize;
    b.target = target;
    b.classNames = classNames;
    b.values = values == null ? null : pick(values, indices, new float[indices.length][]);
    b.tokens = tokens == null ? null : pick(tokens, indices, new int[indices.length][]);
    b.masks = masks == null ? null : pick(masks, indices, new float[indices.length][]);
    b.labels = labels == null ? null : Arrays.stream(indices).map(i -> labels[i]).toArray();
    b.stepLabels = stepLabels == null ? null : pick(stepLabels, indices, new int[indices.length][]);
    b.targetValues =
        targetValues == null ? null : pick(targetValues, indices, new float[indices.length][]);
    return b.build();
  }

  private static <T> T[] pick(T[] from, int[] indices, T[] to) {
    for (int k = 0; k < indices.length; k++) {
      to[k] = from[indices[k]];
    }
    return to;
  }

  /** Collects the parts of a data set and checks that they fit together. */
  public static final class Builder {
    private String name = "data";
    private int inputSize;
    private int vocabulary;
    private int outputSize;
    private Target target;
    private List<String> classNames = List.of();
    private float[][] values;
    private int[][] tokens;
    private float[][] masks;
    private int[] labels;
    private int[][] stepLabels;
    private float[][] targetValues;

    private Builder() {}

    /** Name for messages and reports. */
    public Builder name(String value) {
      name = value;
      return this;
    }

    /** Class names in id order. */
    public Builder classNames(List<String> names) {
      classNames = List.copyOf(names);
      return this;
    }

    /** Masks [length] with 0 = missing; entries may be null. */
    public Builder masks(float[][] value) {
      masks = value;
      return this;
    }

    /** One class per sequence. */
    public Builder labels(int classes, int[] value) {
      target = Target.CLASS;
      outputSize = classes;
      labels = value;
      return this;
    }

    /** One class per step, {@link Dataset#IGNORE} where there is none. */
    public Builder stepLabels(int classes, int[][] value) {
      target = Target.CLASS_PER_STEP;
      outputSize = classes;
      stepLabels = value;
      return this;
    }

    /** One vector per sequence, [outputSize]. */
    public Builder targets(int size, float[][] value) {
      target = Target.VALUE;
      outputSize = size;
      targetValues = value;
      return this;
    }

    /** One vector per step, [length][outputSize]. */
    public Builder stepTargets(int size, float[][] value) {
      target = Target.VALUE_PER_STEP;
      outputSize = size;
      targetValues = value;
      return this;
    }

    /**
     * Checks and builds.
     *
     * @throws IllegalArgumentException naming the sequence and the value if a length, label, token
     *     or number does not fit, or an input or target is not finite
     */
    public Dataset build() {
      Dataset data = new Dataset(this);
      DatasetChecks.check(data);
      return data;
    }
  }
}
