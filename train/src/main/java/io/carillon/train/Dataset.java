package io.carillon.train;

import io.carillon.core.Parallel;
import java.util.Arrays;
import java.util.List;

/**
 * Sequences with targets, as plain arrays, or drawn when they are needed ({@link #ofSource}).
 * Immutable; the arrays are not copied and must not be changed afterwards.
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
    /**
     * One vector per step: {@link #targetValues(int)} = [length][outputSize], or [lastSteps()]
     * [outputSize] if only the last steps have one.
     */
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
  private final int lastSteps;
  private final String metric;
  private final SampleSource source;
  private final int epoch;

  /** The sample asked for last: what a caller wants to know of a sequence it asks in turn. */
  private volatile Drawn last;

  private record Drawn(int index, Dataset sample) {}

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
    lastSteps = b.lastSteps;
    metric = b.metric;
    source = b.source;
    epoch = b.epoch;
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

  /**
   * A data set whose sequences are drawn when they are asked for. What they have in common is taken
   * from the first one, which is drawn even if the source has no sequences.
   */
  public static Dataset ofSource(String name, SampleSource source) {
    Builder b = source.draw(1, 0).common(name);
    b.source = source;
    b.epoch = 1;
    return new Dataset(b);
  }

  /** Whether sequences are drawn when they are asked for. */
  public boolean isGenerated() {
    return source != null;
  }

  /**
   * The sequences of an epoch of the training, counted from 1. Stored data are the same in every
   * epoch; a generated data set is that of epoch 1 unless asked for another.
   */
  public Dataset epoch(int number) {
    if (source == null || number == epoch) {
      return this;
    }
    Builder b = common(name);
    b.source = source;
    b.epoch = number;
    return new Dataset(b);
  }

  /** The drawn sample, as a data set of one sequence. */
  private Dataset drawn(int i) {
    Drawn known = last;
    if (known == null || known.index != i) {
      known = new Drawn(i, source.draw(epoch, i));
      last = known;
    }
    return known.sample;
  }

  /** Everything but the sequences. */
  private Builder common(String newName) {
    Builder b = new Builder();
    b.name = newName;
    b.inputSize = inputSize;
    b.vocabulary = vocabulary;
    b.outputSize = outputSize;
    b.target = target;
    b.classNames = classNames;
    b.lastSteps = lastSteps;
    b.metric = metric;
    return b;
  }

  /** Name for messages and reports. */
  public String name() {
    return name;
  }

  /** Number of sequences. */
  public int size() {
    if (source != null) {
      return source.size();
    }
    return values != null ? values.length : tokens.length;
  }

  /** Whether inputs are token ids. */
  public boolean isTokens() {
    return tokens != null || source != null && vocabulary > 0;
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

  /** Steps at the end of every sequence that have a target; 0 for all. Only VALUE_PER_STEP. */
  public int lastSteps() {
    return lastSteps;
  }

  /**
   * Name of the metric that models are chosen by; see {@link Evaluation}. Unless said otherwise
   * {@code accuracy} or {@code mse}.
   */
  public String metric() {
    return metric;
  }

  /** Class names in id order; empty when they have none. */
  public List<String> classNames() {
    return classNames;
  }

  /** Number of steps of sequence i. */
  public int length(int i) {
    if (source != null) {
      return source.minLength() == source.maxLength() ? source.maxLength() : drawn(i).length(0);
    }
    return values != null ? values[i].length / inputSize : tokens[i].length;
  }

  /** Shortest length; for a generated data set a bound of it. */
  public int minLength() {
    int min = source == null ? Integer.MAX_VALUE : source.minLength();
    for (int i = 0; source == null && i < size(); i++) {
      min = Math.min(min, length(i));
    }
    return min;
  }

  /** Longest length; for a generated data set a bound of it. */
  public int maxLength() {
    if (source != null) {
      return source.maxLength();
    }
    int max = 0;
    for (int i = 0; i < size(); i++) {
      max = Math.max(max, length(i));
    }
    return max;
  }

  /** Real-valued input of sequence i, [length][inputSize]. */
  public float[] values(int i) {
    return source == null ? values[i] : drawn(i).values(0);
  }

  /** Token input of sequence i, [length]. */
  public int[] tokens(int i) {
    return source == null ? tokens[i] : drawn(i).tokens(0);
  }

  /**
   * Mask of sequence i, [length] with 1 = observed and 0 = missing, or null when all are observed.
   */
  public float[] mask(int i) {
    if (source != null) {
      return drawn(i).mask(0);
    }
    return masks == null ? null : masks[i];
  }

  /** Class of sequence i. */
  public int label(int i) {
    return source == null ? labels[i] : drawn(i).label(0);
  }

  /** Class of every step of sequence i, {@link #IGNORE} where there is none. */
  public int[] stepLabels(int i) {
    return source == null ? stepLabels[i] : drawn(i).stepLabels(0);
  }

  /** Target vector(s) of sequence i. */
  public float[] targetValues(int i) {
    return source == null ? targetValues[i] : drawn(i).targetValues(0);
  }

  /**
   * The sequences with the given indices, in that order. Of a generated data set they are still
   * drawn when asked for.
   */
  public Dataset subset(String newName, int... indices) {
    if (source != null) {
      Builder b = common(newName);
      b.source = new Picked(source, indices.clone());
      b.epoch = epoch;
      return new Dataset(b);
    }
    return stored(newName, indices).build();
  }

  /** The given sequences as stored arrays: those of stored data are shared, others drawn once. */
  Dataset load(Parallel parallel, int... indices) {
    if (source == null) {
      return new Dataset(stored(name, indices));
    }
    Dataset[] samples = new Dataset[indices.length];
    parallel.run(samples.length, k -> samples[k] = source.draw(epoch, indices[k]));
    Builder b = common(name);
    if (isTokens()) {
      b.tokens = Arrays.stream(samples).map(s -> s.tokens(0)).toArray(int[][]::new);
    } else {
      b.values = Arrays.stream(samples).map(s -> s.values(0)).toArray(float[][]::new);
    }
    b.masks = Arrays.stream(samples).map(s -> s.mask(0)).toArray(float[][]::new);
    switch (target) {
      case CLASS -> b.labels = Arrays.stream(samples).mapToInt(s -> s.label(0)).toArray();
      case CLASS_PER_STEP ->
          b.stepLabels = Arrays.stream(samples).map(s -> s.stepLabels(0)).toArray(int[][]::new);
      case VALUE, VALUE_PER_STEP ->
          b.targetValues =
              Arrays.stream(samples).map(s -> s.targetValues(0)).toArray(float[][]::new);
    }
    return new Dataset(b);
  }

  /** All sequences of this epoch as stored arrays. */
  public Dataset stored() {
    int[] all = new int[size()];
    Arrays.setAll(all, i -> i);
    return load(Parallel.serial(), all);
  }

  private Builder stored(String newName, int[] indices) {
    Builder b = common(newName);
    b.values = values == null ? null : pick(values, indices, new float[indices.length][]);
    b.tokens = tokens == null ? null : pick(tokens, indices, new int[indices.length][]);
    b.masks = masks == null ? null : pick(masks, indices, new float[indices.length][]);
    b.labels = labels == null ? null : Arrays.stream(indices).map(i -> labels[i]).toArray();
    b.stepLabels = stepLabels == null ? null : pick(stepLabels, indices, new int[indices.length][]);
    b.targetValues =
        targetValues == null ? null : pick(targetValues, indices, new float[indices.length][]);
    return b;
  }

  /** Some sequences of another source. */
  private record Picked(SampleSource from, int[] indices) implements SampleSource {
    @Override
    public int size() {
      return indices.length;
    }

    @Override
    public int minLength() {
      return from.minLength();
    }

    @Override
    public int maxLength() {
      return from.maxLength();
    }

    @Override
    public Dataset draw(int epoch, int index) {
      return from.draw(epoch, indices[index]);
    }
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
    private int lastSteps;
    private String metric;
    private SampleSource source;
    private int epoch;

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
     * One vector for each of the last steps, [steps][outputSize]; the steps before have none.
     *
     * @param steps at least 1, at most the shortest length
     */
    public Builder lastStepTargets(int size, int steps, float[][] value) {
      lastSteps = steps;
      return stepTargets(size, value);
    }

    /** Name of the metric that models are chosen by; see {@link Evaluation}. */
    public Builder metric(String value) {
      metric = value;
      return this;
    }

    /**
     * Checks and builds.
     *
     * @throws IllegalArgumentException naming the sequence and the value if a length, label, token
     *     or number does not fit, or an input or target is not finite
     */
    public Dataset build() {
      if (metric == null && target != null) {
        metric = Metrics.defaultName(target);
      }
      Dataset data = new Dataset(this);
      DatasetChecks.check(data);
      return data;
    }
  }
}
