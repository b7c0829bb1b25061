package io.carillon.data;

import io.carillon.train.Dataset.Target;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Everything that lies between a file and the arrays of a model: how the file is read, how inputs
 * are scaled, what the numbers of classes and tokens mean, how targets are scaled back. Immutable.
 *
 * <p>It is found from the training part and kept with the model as plain values ({@link #toMap()},
 * {@link #fromMap(Map)}), so that evaluation and prediction do to new data exactly what training
 * did.
 */
public final class Preprocessing {
  private final String kind;
  private final Map<String, String> options;
  private final int inputSize;
  private final List<String> inputNames;
  private final Scaling inputScaling;
  private final List<String> vocabulary;
  private final int sampleRate;
  private final Target target;
  private final int outputSize;
  private final List<String> classNames;
  private final List<String> targetNames;
  private final Scaling targetScaling;

  private Preprocessing(Builder b) {
    kind = b.kind;
    options = Collections.unmodifiableMap(new LinkedHashMap<>(b.options));
    inputSize = b.inputSize;
    inputNames = b.inputNames;
    inputScaling = b.inputScaling;
    vocabulary = b.vocabulary;
    sampleRate = b.sampleRate;
    target = b.target;
    outputSize = b.outputSize;
    classNames = b.classNames;
    targetNames = b.targetNames;
    targetScaling = b.targetScaling;
  }

  /** Starts one for the given kind of source: the name of a file kind, or "task". */
  public static Builder of(String kind, Map<String, String> options) {
    Builder builder = new Builder();
    builder.kind = kind;
    builder.options = options;
    return builder;
  }

  /** Kind of source: the name of a {@link DataFormat}, or "task" for a generated one. */
  public String kind() {
    return kind;
  }

  /** The options that the source was read or generated with, defaults included. */
  public Map<String, String> options() {
    return options;
  }

  /** Numbers per step; 0 for tokens. */
  public int inputSize() {
    return inputSize;
  }

  /** Names of the input dimensions; empty when they have none. */
  public List<String> inputNames() {
    return inputNames;
  }

  /** Scaling of the inputs, if they are scaled. */
  public Optional<Scaling> inputScaling() {
    return Optional.ofNullable(inputScaling);
  }

  /** Tokens in id order; empty when inputs are numbers. */
  public List<String> vocabulary() {
    return vocabulary;
  }

  /** Samples per second of the inputs; 0 when unknown. */
  public int sampleRate() {
    return sampleRate;
  }

  /**
   * Time of one ordinary step in the unit of the times in the data; 1 when they have none. A gap of
   * a stream is a difference of times divided by it.
   *
   * @throws DataException if the option does not say
   */
  public double timeUnit() {
    return EventTimes.unit(options);
  }

  /**
   * The gaps of a sequence with times, in ordinary steps: differences divided by {@link #timeUnit},
   * rounded if that is how the data were prepared. That of the first step is 1.
   *
   * @param times [length], in the unit of the times in the data
   * @param where names the sequence in messages
   * @throws DataException if the times do not increase
   */
  public double[] gaps(double[] times, String where) {
    return EventTimes.gaps(times, options, where);
  }

  /**
   * A time as it stands in the data: a number, or a date and time in seconds since 1970.
   *
   * @throws DataException if the text is neither
   */
  public static double time(String text) {
    return EventTimes.parse(text, "time");
  }

  /** Whether a step with a missing value is left out of a sequence, rather than refused. */
  public boolean masksMissing() {
    return "mask".equals(options.get(MissingPolicy.OPTION.key()));
  }

  /** What is predicted. */
  public Target target() {
    return target;
  }

  /** Number of classes, or size of a target vector. */
  public int outputSize() {
    return outputSize;
  }

  /** Class names in id order; empty when the target is no class. */
  public List<String> classNames() {
    return classNames;
  }

  /** Names of the predicted quantities; a target vector is [outputSize / names][names]. */
  public List<String> targetNames() {
    return targetNames;
  }

  /** Scaling of the targets, if they are scaled. */
  public Optional<Scaling> targetScaling() {
    return Optional.ofNullable(targetScaling);
  }

  /**
   * Inputs as the model wants them, from inputs in their own unit.
   *
   * @param raw [n][inputSize]
   * @return a new array [n][inputSize]
   * @throws DataException if the size is no multiple of inputSize
   */
  public float[] scaleInput(float[] raw) {
    if (inputSize == 0 || raw.length % inputSize != 0) {
      throw new DataException(
          "an input of "
              + raw.length
              + " numbers does not fit a model with "
              + inputSize
              + " numbers per step");
    }
    float[] scaled = raw.clone();
    if (inputScaling != null) {
      inputScaling.applyInPlace(scaled);
    }
    return scaled;
  }

  /**
   * Predicted targets in their own unit.
   *
   * @param predicted [n][outputSize] as the model gives them
   * @return a new array [n][outputSize]
   */
  public float[] unscaleTarget(float[] predicted) {
    return targetScaling == null ? predicted.clone() : targetScaling.invert(predicted);
  }

  /** The same with some options in place of those before. */
  public Preprocessing withOptions(Map<String, String> changes) {
    Map<String, String> all = new LinkedHashMap<>(options);
    all.putAll(changes);
    Map<String, Object> map = toMap();
    map.put("options", all);
    return fromMap(map);
  }

  /** All of it as text, numbers, lists and maps, to be written as JSON. */
  public Map<String, Object> toMap() {
    return PreprocessingMap.write(this);
  }

  /**
   * Reads what {@link #toMap()} has written.
   *
   * @throws DataException naming the entry that is missing, unknown or of the wrong type
   */
  public static Preprocessing fromMap(Map<String, ?> map) {
    return PreprocessingMap.read(map);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Preprocessing p && toMap().equals(p.toMap());
  }

  @Override
  public int hashCode() {
    return Objects.hash(kind, options, inputSize, classNames);
  }

  @Override
  public String toString() {
    return "Preprocessing" + toMap();
  }

  /** Collects the parts. */
  public static final class Builder {
    private String kind;
    private Map<String, String> options = Map.of();
    private int inputSize;
    private List<String> inputNames = List.of();
    private Scaling inputScaling;
    private List<String> vocabulary = List.of();
    private int sampleRate;
    private Target target;
    private int outputSize;
    private List<String> classNames = List.of();
    private List<String> targetNames = List.of();
    private Scaling targetScaling;

    private Builder() {}

    public Builder values(int size, List<String> names, Scaling scaling) {
      inputSize = size;
      inputNames = List.copyOf(names);
      inputScaling = scaling;
      return this;
    }

    public Builder tokens(List<String> names) {
      vocabulary = List.copyOf(names);
      return this;
    }

    public Builder sampleRate(int value) {
      sampleRate = value;
      return this;
    }

    public Builder classes(Target kindOfTarget, List<String> names) {
      target = kindOfTarget;
      outputSize = names.size();
      classNames = List.copyOf(names);
      return this;
    }

    public Builder quantities(Target kindOfTarget, int size, List<String> names, Scaling scaling) {
      target = kindOfTarget;
      outputSize = size;
      targetNames = List.copyOf(names);
      targetScaling = scaling;
      return this;
    }

    /**
     * Checks that the parts fit together.
     *
     * @throws DataException if they do not
     */
    public Preprocessing build() {
      require(inputSize > 0 != !vocabulary.isEmpty(), "needs either inputSize or a vocabulary");
      require(target != null && outputSize > 0, "needs a target and an outputSize above 0");
      boolean classTarget = target == Target.CLASS || target == Target.CLASS_PER_STEP;
      require(classTarget != classNames.isEmpty(), "needs class names exactly for a class target");
      require(
          inputScaling == null || inputScaling.dims() == inputSize,
          "scales a number of dimensions other than inputSize " + inputSize);
      require(
          inputNames.isEmpty() || inputNames.size() == inputSize,
          "names a number of dimensions other than inputSize " + inputSize);
      require(
          classNames.isEmpty() || classNames.size() == outputSize,
          "names a number of classes other than outputSize " + outputSize);
      require(
          targetScaling == null || outputSize % targetScaling.dims() == 0,
          "scales a number of targets that does not divide outputSize " + outputSize);
      return new Preprocessing(this);
    }

    private void require(boolean condition, String message) {
      if (!condition) {
        throw new DataException("the preprocessing of '" + kind + "' " + message);
      }
    }
  }
}
