package io.carillon.train;

import io.carillon.engine.Parallel;
import io.carillon.model.Meaning;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Sequences with targets, as plain arrays, or drawn when they are needed ({@link #ofSource}).
 * Immutable; the arrays are not copied and must not be changed afterwards.
 *
 * <p>Inputs are either real-valued, {@code values[i]} = [length][inputSize] row-major, or tokens,
 * {@code tokens[i]} = [length] with ids in [0, vocabulary). Targets depend on {@link #target()}.
 *
 * <p>In a data set of pairs every entry is two sequences, one after the other in the same array:
 * {@link #firstLength(int)} says where the second begins, lengths are those of both together.
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
    VALUE_PER_STEP;

    /** What a model answers. */
    public static Target of(Meaning meaning) {
      if (meaning.isClass()) {
        return meaning.perStep() ? CLASS_PER_STEP : CLASS;
      }
      return meaning.perStep() ? VALUE_PER_STEP : VALUE;
    }

    /** Whether targets are classes. */
    public boolean isClass() {
      return this == CLASS || this == CLASS_PER_STEP;
    }

    /** Whether there is a target for every step. */
    public boolean perStep() {
      return this == CLASS_PER_STEP || this == VALUE_PER_STEP;
    }
  }

  private final String name;
  private final DatasetForm form;
  private final Samples samples;

  Dataset(String name, DatasetForm form, Samples samples) {
    this.name = name;
    this.form = form;
    this.samples = samples;
  }

  /** Starts a data set of real-valued sequences, {@code values[i]} = [length][inputSize]. */
  public static DatasetBuilder ofValues(int inputSize, float[][] values) {
    return new DatasetBuilder(inputSize, 0, Objects.requireNonNull(values, "values"), null);
  }

  /** Starts a data set of token sequences with ids in [0, vocabulary). */
  public static DatasetBuilder ofTokens(int vocabulary, int[][] tokens) {
    return new DatasetBuilder(0, vocabulary, null, Objects.requireNonNull(tokens, "tokens"));
  }

  /**
   * A data set whose sequences are drawn when they are asked for. What they have in common is taken
   * from the first one, which is drawn even if the source has no sequences.
   */
  public static Dataset ofSource(String name, SampleSource source) {
    Objects.requireNonNull(source, "source");
    DatasetForm form = source.draw(1, 0).form;
    return new Dataset(name, form, new DrawnSamples(form, source, 1));
  }

  /** Whether sequences are drawn when they are asked for. */
  public boolean isGenerated() {
    return samples instanceof DrawnSamples;
  }

  /**
   * The sequences of an epoch of the training, counted from 1. Stored data are the same in every
   * epoch; a generated data set is that of epoch 1 unless asked for another.
   */
  public Dataset epoch(int number) {
    Samples others = samples.epoch(number);
    return others == samples ? this : new Dataset(name, form, others);
  }

  /** Name for messages and reports. */
  public String name() {
    return name;
  }

  /** Number of sequences. */
  public int size() {
    return samples.size();
  }

  /** Whether inputs are token ids. */
  public boolean isTokens() {
    return form.tokens();
  }

  /** Real numbers per step; 0 for tokens. */
  public int inputSize() {
    return form.inputSize();
  }

  /** Number of token ids; 0 for real-valued inputs. */
  public int vocabulary() {
    return form.vocabulary();
  }

  /** Number of classes, or size of a target vector. */
  public int outputSize() {
    return form.outputSize();
  }

  /** What is to be predicted. */
  public Target target() {
    return form.target();
  }

  /** Steps at the end of every sequence that have a target; 0 for all. Only VALUE_PER_STEP. */
  public int lastSteps() {
    return form.lastSteps();
  }

  /**
   * Name of the metric that models are chosen by; see {@link Evaluation}. Unless said otherwise
   * {@code accuracy} or {@code mse}.
   */
  public String metric() {
    return form.metric();
  }

  /** Whether some target values may be NaN, which are not known and count nowhere. */
  public boolean missingTargets() {
    return form.missingTargets();
  }

  /**
   * What the user should know of how the data were put together, such as what was left out and why;
   * of a {@link #subset} those of the whole.
   */
  public List<String> notes() {
    return form.notes();
  }

  /** Class names in id order; empty when they have none. */
  public List<String> classNames() {
    return form.classNames();
  }

  /** {@link #classNames}; where classes have none, their ids in decimal digits. */
  public List<String> namesOfClasses() {
    return target().isClass() && classNames().isEmpty()
        ? IntStream.range(0, outputSize()).mapToObj(Integer::toString).toList()
        : classNames();
  }

  /** Number of steps of sequence i. */
  public int length(int i) {
    return samples.length(i);
  }

  /** Whether every entry is two sequences that are compared. */
  public boolean isPairs() {
    return samples.pairs();
  }

  /** Number of steps of the first sequence of pair i; the others are those of the second. */
  public int firstLength(int i) {
    return samples.firstLength(i);
  }

  /** Shortest length; for a generated data set a bound of it. */
  public int minLength() {
    return samples.minLength();
  }

  /** Longest length; for a generated data set a bound of it. */
  public int maxLength() {
    return samples.maxLength();
  }

  /** Real-valued input of sequence i, [length][inputSize]. */
  public float[] values(int i) {
    return samples.values(i);
  }

  /** Token input of sequence i, [length]. */
  public int[] tokens(int i) {
    return samples.tokens(i);
  }

  /**
   * Mask of sequence i, [length] with 1 = observed and 0 = missing, or null when all are observed.
   */
  public float[] mask(int i) {
    return samples.mask(i);
  }

  /**
   * Lengths of the steps of sequence i, [length]: the time since the step before in sampling
   * intervals, or null when all are 1.
   */
  public double[] gaps(int i) {
    return samples.gaps(i);
  }

  /** Whether some steps have lengths of their own. */
  public boolean timed() {
    return samples.timed();
  }

  /** Class of sequence i. */
  public int label(int i) {
    return samples.label(i);
  }

  /** Class of every step of sequence i, {@link #IGNORE} where there is none. */
  public int[] stepLabels(int i) {
    return samples.stepLabels(i);
  }

  /** Target vector(s) of sequence i; NaN where one is not known, if {@link #missingTargets}. */
  public float[] targetValues(int i) {
    return samples.targetValues(i);
  }

  /** Bytes of all numbers that are stored. */
  long bytes() {
    return samples.bytes();
  }

  /**
   * The sequences with the given indices, in that order. Of a generated data set they are still
   * drawn when asked for.
   */
  public Dataset subset(String newName, int... indices) {
    return new Dataset(newName, form, samples.subset(indices));
  }

  /** The given sequences as stored arrays: those of stored data are shared, others drawn once. */
  Dataset load(Parallel parallel, int... indices) {
    return new Dataset(name, form, samples.stored(parallel, indices));
  }

  /** All sequences of this epoch as stored arrays. */
  public Dataset stored() {
    int[] all = new int[size()];
    Arrays.setAll(all, i -> i);
    return load(Parallel.serial(), all);
  }
}
