package io.carillon.train;

import io.carillon.train.Dataset.Target;
import java.util.ArrayList;
import java.util.List;

/** Collects the parts of a data set and checks that they fit together. */
public final class DatasetBuilder {
  private final int inputSize;
  private final int vocabulary;
  private final float[][] values;
  private final int[][] tokens;
  private String name = "data";
  private int outputSize;
  private Target target;
  private List<String> classNames = List.of();
  private float[][] masks;
  private double[][] gaps;
  private int[] firstLengths;
  private int[] labels;
  private int[][] stepLabels;
  private float[][] targetValues;
  private int lastSteps;
  private String metric;
  private boolean missingTargets;
  private final List<String> notes = new ArrayList<>();

  /** One of values and tokens is null, and its size 0. */
  DatasetBuilder(int inputSize, int vocabulary, float[][] values, int[][] tokens) {
    this.inputSize = inputSize;
    this.vocabulary = vocabulary;
    this.values = values;
    this.tokens = tokens;
  }

  /** Name for messages and reports. */
  public DatasetBuilder name(String value) {
    name = value;
    return this;
  }

  /** Class names in id order. */
  public DatasetBuilder classNames(List<String> names) {
    classNames = List.copyOf(names);
    return this;
  }

  /** Masks [length] with 0 = missing; entries may be null. */
  public DatasetBuilder masks(float[][] value) {
    masks = value;
    return this;
  }

  /**
   * Lengths of the steps [length]: the time since the step before in sampling intervals, positive
   * and finite; that of a first step says how long its input has been held. Entries may be null for
   * all 1, and so may the whole.
   */
  public DatasetBuilder gaps(double[][] value) {
    gaps = value;
    return this;
  }

  /** Makes every entry a pair; [pairs] steps of the first of both, at least one less than all. */
  public DatasetBuilder pairs(int[] value) {
    firstLengths = value;
    return this;
  }

  /** One class per sequence. */
  public DatasetBuilder labels(int classes, int[] value) {
    target = Target.CLASS;
    outputSize = classes;
    labels = value;
    return this;
  }

  /** One class per step, {@link Dataset#IGNORE} where there is none. */
  public DatasetBuilder stepLabels(int classes, int[][] value) {
    target = Target.CLASS_PER_STEP;
    outputSize = classes;
    stepLabels = value;
    return this;
  }

  /** One vector per sequence, [outputSize]. */
  public DatasetBuilder targets(int size, float[][] value) {
    target = Target.VALUE;
    outputSize = size;
    targetValues = value;
    return this;
  }

  /** One vector per step, [length][outputSize]. */
  public DatasetBuilder stepTargets(int size, float[][] value) {
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
  public DatasetBuilder lastStepTargets(int size, int steps, float[][] value) {
    lastSteps = steps;
    return stepTargets(size, value);
  }

  /** Name of the metric that models are chosen by; see {@link Evaluation}. */
  public DatasetBuilder metric(String value) {
    metric = value;
    return this;
  }

  /**
   * Allows target values of NaN, which are not known: they count in no loss and no metric. Without
   * it they are refused.
   */
  public DatasetBuilder missingTargets() {
    missingTargets = true;
    return this;
  }

  /** What the user should know of how the data were put together, see {@link Dataset#notes}. */
  public DatasetBuilder notes(List<String> values) {
    notes.addAll(values);
    return this;
  }

  /**
   * Checks and builds.
   *
   * @throws IllegalArgumentException naming the sequence and the value if a length, label, token or
   *     number does not fit, or an input or target is not finite
   */
  public Dataset build() {
    DatasetForm form =
        new DatasetForm(
            tokens != null,
            inputSize,
            vocabulary,
            outputSize,
            target,
            classNames,
            lastSteps,
            metric == null && target != null ? Metrics.defaultName(target) : metric,
            missingTargets,
            List.copyOf(notes));
    StoredSamples samples =
        new StoredSamples(
            inputSize, values, tokens, masks, gaps, firstLengths, labels, stepLabels, targetValues);
    Dataset data = new Dataset(name, form, samples);
    DatasetChecks.check(data);
    return data;
  }
}
