package io.carillon.data.read;

import io.carillon.data.DataException;
import io.carillon.data.EventTimes;
import io.carillon.data.Inputs;
import io.carillon.data.MissingValues;
import io.carillon.data.ScalingFit;
import io.carillon.model.Meaning;
import io.carillon.model.Meaning.Missing;
import io.carillon.model.Scaling;
import io.carillon.train.Dataset;
import io.carillon.train.Dataset.Target;
import io.carillon.train.DatasetBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Sequences of numbers as they stand in a file, before division and scaling. A missing value is
 * NaN; labels are text.
 */
public final class Sequences {
  private final String name;
  private final List<String> inputNames;
  private final int dims;
  private final Target target;
  private final List<String> targetNames;

  /** As read, and as it is scaled for the data set. */
  private static final long BYTES_PER_NUMBER = Double.BYTES + Float.BYTES;

  /** Arrays, texts of position and label, and their places in lists. */
  private static final long BYTES_PER_SEQUENCE = 256;

  private final List<double[]> values = new ArrayList<>();
  private final List<double[]> times = new ArrayList<>();
  private final List<String> where = new ArrayList<>();
  private final List<String[]> labels = new ArrayList<>();
  private final List<double[]> targets = new ArrayList<>();
  private long held;

  /**
   * An empty collection.
   *
   * @param name for messages and reports
   * @param dims numbers per step
   * @param inputNames names of the dimensions, or empty
   * @param target what each sequence comes with; null for nothing
   * @param targetNames names of the target quantities, for a value target
   */
  public Sequences(
      String name, int dims, List<String> inputNames, Target target, List<String> targetNames) {
    this.name = name;
    this.dims = dims;
    this.inputNames = inputNames;
    this.target = target;
    this.targetNames = targetNames;
  }

  /** Some sequences of a collection, by index. */
  public record Part(Sequences source, int[] indices) {
    /** A part without sequences. */
    static Part none(Sequences source) {
      return new Part(source, new int[0]);
    }
  }

  /**
   * Adds a sequence.
   *
   * @param sequence [length][dims]
   * @param position file and line, for messages
   * @param label one label, or one per step with null for none; null for a value target
   * @param target target values; null for a class target
   */
  public void add(double[] sequence, String position, String[] label, double[] target) {
    add(sequence, null, position, label, target);
  }

  /**
   * {@link #add(double[], String, String[], double[])} of steps with times.
   *
   * @param time [length], or null for equal steps
   */
  public void add(
      double[] sequence, double[] time, String position, String[] label, double[] target) {
    held += BYTES_PER_NUMBER * sequence.length + BYTES_PER_SEQUENCE + position.length();
    Memory.require(held, position + ": the sequences up to here", "Use a part of the file");
    values.add(sequence);
    times.add(time);
    where.add(position);
    labels.add(label);
    targets.add(target);
  }

  /** These sequences and then those of another collection of the same kind. */
  public Sequences with(Sequences others) {
    Sequences both = new Sequences(name, dims, inputNames, target, targetNames);
    for (Sequences part : List.of(this, others)) {
      both.values.addAll(part.values);
      both.times.addAll(part.times);
      both.where.addAll(part.where);
      both.labels.addAll(part.labels);
      both.targets.addAll(part.targets);
    }
    return both;
  }

  public String name() {
    return name;
  }

  int size() {
    return values.size();
  }

  public int dims() {
    return dims;
  }

  public Part all() {
    return new Part(this, Partition.upTo(size()));
  }

  public boolean hasTarget() {
    return target != null;
  }

  boolean isClass() {
    return target != null && target.isClass();
  }

  /** A class number for each sequence to stratify by; all 0 when there is no class per sequence. */
  int[] strata() {
    int[] strata = new int[size()];
    if (target == Target.CLASS) {
      List<String> names = ClassNames.sorted(labels.stream().map(label -> label[0]).toList());
      ClassNames ids = new ClassNames(names);
      Arrays.setAll(strata, i -> ids.id(labels.get(i)[0], where.get(i)));
    }
    return strata;
  }

  /** The labels that occur in some of the sequences. */
  List<String> classNames(int[] indices) {
    List<String> seen = new ArrayList<>();
    for (int i : indices) {
      Arrays.stream(labels.get(i)).filter(label -> label != null).forEach(seen::add);
    }
    return ClassNames.sorted(seen);
  }

  /**
   * Finds scaling and class names from the training part.
   *
   * @param scale whether inputs and target values are standardised
   */
  static Meaning fit(
      String kind,
      Map<String, String> options,
      Part train,
      List<String> classNames,
      boolean scale) {
    Sequences s = train.source;
    ScalingFit inputs = new ScalingFit(s.dims);
    for (int i : train.indices) {
      inputs.addAll(s.values.get(i));
    }
    Meaning.Builder builder =
        Meaning.of(kind, EventTimes.fitted(options, s.timesOf(train.indices)))
            .values(s.dims, s.inputNames, scale ? inputs.scaling() : null);
    if (s.isClass()) {
      return builder.perStep(s.target.perStep()).classes(classNames).build();
    }
    int size = s.targetNames.size();
    ScalingFit outputs = new ScalingFit(size);
    for (int i : train.indices) {
      outputs.addAll(s.targets.get(i));
    }
    return builder
        .perStep(s.target.perStep())
        .quantities(size, s.targetNames, scale ? outputs.scaling() : null)
        .build();
  }

  /**
   * Scaled arrays of some sequences.
   *
   * @param fitted scaling and class names
   * @throws DataException for a label that training has not seen, or sequences that do not fit
   */
  public static Dataset dataset(String name, Part part, Meaning fitted, Missing missing) {
    Sequences s = part.source;
    s.requireFit(fitted);
    Inputs inputs = inputs(part, fitted, missing);
    DatasetBuilder builder =
        Dataset.ofValues(s.dims, inputs.values())
            .name(name)
            .masks(inputs.masks())
            .gaps(inputs.gaps());
    int n = part.indices.length;
    if (s.isClass()) {
      ClassNames ids = new ClassNames(fitted.classNames());
      builder.classNames(ids.names());
      int[][] steps = new int[n][];
      Arrays.setAll(steps, k -> s.ids(part.indices[k], ids));
      return s.target == Target.CLASS
          ? builder.labels(ids.size(), Arrays.stream(steps).mapToInt(id -> id[0]).toArray()).build()
          : builder.stepLabels(ids.size(), steps).build();
    }
    float[][] scaled = new float[n][];
    Scaling scaling = Scaling.of(fitted.targetScaling(), s.targetNames.size());
    Arrays.setAll(scaled, k -> scaling.apply(s.targets.get(part.indices[k])));
    return s.target == Target.VALUE
        ? builder.targets(s.targetNames.size(), scaled).build()
        : builder.stepTargets(s.targetNames.size(), scaled).build();
  }

  /** Scaled inputs of some sequences, missing values replaced or masked. */
  public static Inputs inputs(Part part, Meaning fitted, Missing missing) {
    Sequences s = part.source;
    if (s.dims != fitted.inputSize()) {
      throw wrongSize(s.name, s.dims, fitted);
    }
    Scaling scaling = Scaling.of(fitted.inputScaling(), s.dims);
    int n = part.indices.length;
    float[][] values = new float[n][];
    float[][] masks = new float[n][];
    List<String> names = new ArrayList<>();
    boolean anyMask = false;
    for (int k = 0; k < n; k++) {
      int i = part.indices[k];
      double[] raw = s.values.get(i);
      if (missing == Missing.FILL) {
        raw = raw.clone();
        MissingValues.fill(raw, s.dims, s.where.get(i));
      }
      values[k] = scaling.apply(raw);
      masks[k] = MissingValues.mask(raw, s.dims, s.where.get(i));
      MissingValues.clearMasked(values[k], masks[k], s.dims);
      anyMask |= masks[k] != null;
      names.add(s.where.get(i));
    }
    double[][] gaps = s.gaps(part.indices, fitted);
    return new Inputs(names, values, null, anyMask ? masks : null, gaps, s.dims, List.of());
  }

  /** The error for sequences that do not fit a model. */
  public static DataException wrongSize(String name, int dims, Meaning fitted) {
    return new DataException(
        name + ": has " + dims + " dimensions, the model takes " + fitted.inputSize());
  }

  private List<double[]> timesOf(int[] indices) {
    return Arrays.stream(indices).mapToObj(times::get).toList();
  }

  /** Lengths of the steps of some sequences; null when none has times. */
  private double[][] gaps(int[] indices, Meaning fitted) {
    double[][] gaps = new double[indices.length][];
    boolean any = false;
    for (int k = 0; k < gaps.length; k++) {
      double[] time = times.get(indices[k]);
      gaps[k] = time == null ? null : EventTimes.gaps(time, fitted, where.get(indices[k]));
      any |= time != null;
    }
    return any ? gaps : null;
  }

  private int[] ids(int i, ClassNames ids) {
    return Arrays.stream(labels.get(i))
        .mapToInt(label -> label == null ? Dataset.IGNORE : ids.id(label, where.get(i)))
        .toArray();
  }

  private void requireFit(Meaning fitted) {
    if (Target.of(fitted) != target) {
      throw new DataException(
          name + ": its target is " + target + ", the model predicts " + Target.of(fitted));
    }
    if (!isClass() && fitted.outputSize() != targetNames.size()) {
      throw new DataException(
          name
              + ": has "
              + targetNames.size()
              + " target values, the model predicts "
              + fitted.outputSize());
    }
  }
}
