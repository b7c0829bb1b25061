package io.carillon.model;

import io.carillon.config.Nearest;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Pooling;
import io.carillon.model.forecast.Forecast;
import io.carillon.model.forecast.Interval;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What the numbers of a model mean: names and scaling of its inputs, its vocabulary, what a missing
 * value is, how long a step is; and of its outputs the classes, or names and scaling of the
 * quantities. Immutable.
 *
 * <p>It is held by the model ({@link SequenceModel#meaning()}), stored in its folder, and applied
 * by {@link Predictor}. The command line finds it from the training data; whoever trains with the
 * library gives it: {@link #builder()}, {@link SequenceModel#withMeaning}.
 */
public final class Meaning {
  /** What to do with an event or step of which a value is missing (NaN). */
  public enum Missing {
    /** Refuse it. */
    ERROR,
    /** Leave the step out. */
    MASK,
    /** Repeat the value before it of the same dimension; before the first one, the first one. */
    FILL
  }

  /** Where it stands in the info of a model folder. */
  static final String INFO = "preprocessing";

  private static final String KIND = "kind";
  private static final String NO_KIND = "none";
  private static final String MISSING = "missing";
  private static final String TIME_UNIT = "time-unit";
  private static final String TIME_ROUND = "time-round";
  private static final String AUTO = "auto";
  private static final String QUANTILES = "quantiles";
  private static final String INTERVAL = "interval";
  private static final String PER_STEP = "-per-step";
  private static final List<String> TARGETS =
      List.of("class", "value", "class-per-step", "value-per-step");
  private static final List<String> KEYS =
      List.of(
          KIND,
          "options",
          "input_size",
          "input_names",
          "input_mean",
          "input_std",
          "vocabulary",
          "sample_rate",
          "target",
          "output_size",
          "class_names",
          "target_names",
          "target_mean",
          "target_std",
          QUANTILES,
          INTERVAL);

  private final String kind;
  private final Map<String, String> options;
  private final int inputSize;
  private final List<String> inputNames;
  private final Scaling inputScaling;
  private final List<String> vocabulary;
  private final Map<String, Integer> tokenIds = new HashMap<>();
  private final int sampleRate;
  private final boolean perStep;
  private final int outputSize;
  private final List<String> classNames;
  private final List<String> targetNames;
  private final Scaling targetScaling;
  private final List<Double> quantiles;
  private final Interval interval;
  private final Missing missing;
  private final double timeUnit;
  private final boolean wholeSteps;

  private Meaning(Builder b) {
    kind = b.kind;
    options = Collections.unmodifiableMap(new LinkedHashMap<>(b.options));
    inputSize = b.inputSize;
    inputNames = b.inputNames;
    inputScaling = b.inputScaling;
    vocabulary = b.vocabulary;
    for (int id = vocabulary.size() - 1; id >= 0; id--) {
      tokenIds.put(vocabulary.get(id), id);
    }
    sampleRate = b.sampleRate;
    perStep = b.perStep;
    quantiles = b.quantiles;
    interval = b.interval;
    outputSize = b.outputSize * Math.max(1, quantiles.size());
    classNames = b.classNames;
    targetNames = b.targetNames;
    targetScaling = b.targetScaling;
    missing = missing(options);
    timeUnit = timeUnit(options);
    wholeSteps = options.getOrDefault(TIME_ROUND, "no").matches("yes|true");
  }

  private static Missing missing(Map<String, String> options) {
    String word = options.getOrDefault(MISSING, "error");
    for (Missing each : Missing.values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(word)) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        "option missing='" + word + "' of the meaning must be error, mask or fill");
  }

  private static double timeUnit(Map<String, String> options) {
    String text = options.getOrDefault(TIME_UNIT, AUTO);
    if (text.equals(AUTO)) {
      return 1;
    }
    double value;
    try {
      value = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      value = Double.NaN;
    }
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "option time-unit='" + text + "' must be a positive number or auto");
    }
    return value;
  }

  /** Starts one that does not come from a file. */
  public static Builder builder() {
    return of(NO_KIND, Map.of());
  }

  /**
   * Starts one that is found from data.
   *
   * @param kind of source: the name of a kind of files, or "task"
   * @param options that the source was read with, defaults included; of these {@code missing},
   *     {@code time-unit} and {@code time-round} have a meaning here
   */
  public static Builder of(String kind, Map<String, String> options) {
    Builder builder = new Builder();
    builder.kind = Objects.requireNonNull(kind, KIND);
    builder.options = new LinkedHashMap<>(options);
    return builder;
  }

  /** That of a model of which nothing is known: it takes and gives numbers as they are. */
  public static Meaning plain(NetworkConfig config) {
    Builder builder = builder();
    if (config.vocabulary() > 0) {
      builder.tokens(IntStream.range(0, config.vocabulary()).mapToObj(Integer::toString).toList());
    } else {
      builder.values(config.inputSize(), List.of(), null);
    }
    return builder
        .quantities(config.outputSize(), List.of(), null)
        .perStep(config.pooling() == Pooling.EVERY)
        .build();
  }

  /** Kind of source: the name of a kind of files, "task" for a generated one, "none" for none. */
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

  /** What is done when a value is missing. */
  public Missing missing() {
    return missing;
  }

  /**
   * Time of one ordinary step in the unit of the times in the data; 1 when they have none. A gap of
   * a stream is a difference of times divided by it.
   */
  public double timeUnit() {
    return timeUnit;
  }

  /** Whether there is an answer for every step rather than one for a sequence. */
  public boolean perStep() {
    return perStep;
  }

  /** Whether an answer is a class. */
  public boolean isClass() {
    return !classNames.isEmpty();
  }

  /** Number of classes, or numbers of an answer, with all quantiles. */
  public int outputSize() {
    return outputSize;
  }

  /** Class names in id order; empty when the target is no class. */
  public List<String> classNames() {
    return classNames;
  }

  /**
   * Names of the predicted quantities, an answer being [{@link #horizon}][names], or [horizon]
   * [names][{@link #quantiles}] when it is quantiles; empty when they have none.
   */
  public List<String> targetNames() {
    return targetNames;
  }

  /** {@link #targetNames}, or y0, y1, … when they have none. */
  public List<String> valueNames() {
    return targetNames.isEmpty()
        ? IntStream.range(0, outputSize / perValue()).mapToObj(i -> "y" + i).toList()
        : targetNames;
  }

  /** Steps that one answer forecasts; 1 when it forecasts nothing. */
  public int horizon() {
    return isClass() ? 1 : outputSize / perValue() / valueNames().size();
  }

  /**
   * Levels of the quantiles that the network gives for every value, ascending; empty when it gives
   * the value itself. The outputs for a value stand together, and are its quantiles in ascending
   * order, whatever their own.
   */
  public List<Double> quantiles() {
    return quantiles;
  }

  /** Outputs for every value. */
  private int perValue() {
    return Math.max(1, quantiles.size());
  }

  /** Whether an answer has more than one number for every value: quantiles or an interval. */
  public boolean hasSpread() {
    return !quantiles.isEmpty() || interval != null;
  }

  /** Intervals around the answers, if they were calibrated. */
  public Optional<Interval> interval() {
    return Optional.ofNullable(interval);
  }

  /**
   * Share of the true values that the data were asked to have intervals for; 0 when none was.
   *
   * @throws IllegalArgumentException if it is no number between 0 and 1
   */
  public double wantedCoverage() {
    String text = options.getOrDefault(INTERVAL, "");
    try {
      double value = text.isEmpty() ? 0 : Double.parseDouble(text);
      if (text.isEmpty() || value > 0 && value < 1) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "option interval='" + text + "' must be a number between 0 and 1, such as 0.9", e);
    }
    throw new IllegalArgumentException(
        "option interval='" + text + "' must be a number between 0 and 1, such as 0.9");
  }

  /**
   * The same with intervals.
   *
   * @throws IllegalArgumentException if they do not fit the answers
   */
  public Meaning withInterval(Interval value) {
    Map<String, Object> map = toMap();
    map.put(INTERVAL, value.toMap());
    return fromMap(map);
  }

  /**
   * Whether answers are forecasts of a series whose rows had times: step k of an answer is then k
   * times {@link #timeUnit} after the last row.
   */
  public boolean forecastsInTime() {
    return !isClass()
        && "series".equals(options.get("layout"))
        && !"0".equals(options.get("horizon"))
        && options.containsKey("time");
  }

  /** Scaling of the targets, if they are scaled. */
  public Optional<Scaling> targetScaling() {
    return Optional.ofNullable(targetScaling);
  }

  /** For messages: {@code column 'heat'}, or {@code number 2} when it has no name. */
  String inputName(int d) {
    return inputNames.isEmpty() ? "number " + (d + 1) : "column '" + inputNames.get(d) + "'";
  }

  /** For messages: {@code 2 numbers per step (pressure, heat)}. */
  String inputs() {
    return (inputSize == 1 ? "1 number" : inputSize + " numbers")
        + " per step"
        + (inputNames.isEmpty() ? "" : " (" + String.join(", ", inputNames) + ")");
  }

  /**
   * One step as the network takes it; zeros when it is to be left out.
   *
   * @param raw holds the step from {@code at} on, NaN where a value is missing
   * @param before [inputSize] the last value of each dimension, updated; NaN if there is none yet
   * @param scaled receives the step from {@code at} on
   * @return whether it is not to be left out
   * @throws IllegalArgumentException naming what cannot be taken
   */
  boolean scaleStep(double[] raw, int at, double[] before, float[] scaled) {
    boolean complete = true;
    for (int d = 0; d < inputSize; d++) {
      double value = raw[at + d];
      if (Double.isNaN(value)) {
        requireMayMiss(d, before[d]);
        complete &= missing == Missing.FILL;
        value = before[d];
      }
      before[d] = value;
      scaled[at + d] = inputScaling == null ? (float) value : inputScaling.apply(d, value);
      if (!Float.isFinite(scaled[at + d]) && !Double.isNaN(value)) {
        throw new IllegalArgumentException(
            inputName(d)
                + " is "
                + value
                + (Double.isInfinite(value)
                    ? "; only finite numbers can be taken"
                    : ", beyond the largest number that the model computes with"));
      }
    }
    if (!complete) {
      Arrays.fill(scaled, at, at + inputSize, 0f);
    }
    return complete;
  }

  private void requireMayMiss(int d, double before) {
    if (missing == Missing.ERROR) {
      throw new IllegalArgumentException(
          inputName(d)
              + " is missing (NaN); this model takes no missing values: replace it, or train with"
              + " missing=mask or missing=fill");
    }
    if (missing == Missing.FILL && Double.isNaN(before)) {
      throw new IllegalArgumentException(
          inputName(d) + " is missing (NaN), and there is no value of it that could be repeated");
    }
  }

  /**
   * Inputs as the network takes them, from inputs in their own unit.
   *
   * @param raw [n][inputSize]
   * @return a new array [n][inputSize]
   * @throws IllegalArgumentException if the size is no multiple of inputSize
   */
  public float[] scaleInput(float[] raw) {
    if (inputSize == 0 || raw.length % inputSize != 0) {
      throw new IllegalArgumentException(
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
   * Values in their own unit.
   *
   * @param outputs [n][outputSize] as the network gives them
   * @return a new array [n][outputSize]; the quantiles of a value in ascending order
   */
  public float[] values(float[] outputs) {
    float[] values = new float[outputs.length];
    values(outputs, values);
    return values;
  }

  /** {@link #values(float[])} into an array that is long enough; allocates nothing. */
  void values(float[] outputs, float[] values) {
    int size = perValue();
    for (int i = 0; i < outputs.length; i++) {
      float value = own(i / size, outputs[i]);
      int at = i;
      while (at % size > 0 && values[at - 1] > value) {
        values[at] = values[at - 1];
        at--;
      }
      values[at] = value;
    }
  }

  /** Value number i of an answer in its own unit. */
  private float own(int i, float scaled) {
    return targetScaling == null ? scaled : targetScaling.invert(i % targetScaling.dims(), scaled);
  }

  /**
   * Targets of a training in their own unit.
   *
   * @param targets [n][horizon][names], scaled
   * @return a new array of that size
   */
  public float[] targets(float[] targets) {
    return targetScaling == null ? targets.clone() : targetScaling.invert(targets);
  }

  /**
   * The one number that stands for each value: the value itself, or of quantiles the one nearest to
   * the median.
   *
   * @param outputs [n][outputSize] as the network gives them
   * @return [n][horizon][names] in their own unit
   */
  public float[] points(float[] outputs) {
    float[] values = values(outputs);
    int size = perValue();
    if (size == 1) {
      return values;
    }
    int middle = Forecast.nearest(quantiles, 0.5);
    float[] points = new float[values.length / size];
    for (int i = 0; i < points.length; i++) {
      points[i] = values[i * size + middle];
    }
    return points;
  }

  /**
   * The forecast in outputs of the network.
   *
   * @param outputs [outputSize]
   * @throws IllegalStateException if the answers are classes, or one for every step
   */
  public Forecast forecast(float[] outputs) {
    requireValues();
    if (perStep) {
      throw new IllegalStateException("this model answers at every step: use predict");
    }
    return new Forecast(valueNames(), quantiles, interval, values(outputs));
  }

  /**
   * The class, from scores as the network gives them.
   *
   * @param outputs answers [n][outputSize]
   * @param at where the answer begins
   * @throws IllegalStateException if the answers are no classes
   */
  public Classification classification(float[] outputs, int at) {
    requireClasses();
    return new Classification(classNames, outputs, at);
  }

  void requireClasses() {
    if (!isClass()) {
      throw new IllegalStateException(
          "this model has no class names, its answers are values: use predict, or give the model"
              + " a Meaning with its classes (SequenceModel.withMeaning)");
    }
  }

  void requireValues() {
    if (isClass()) {
      throw new IllegalStateException("the answers of this model are classes: use classify");
    }
  }

  /**
   * Id of a token.
   *
   * @param text its name, or its id in decimal digits
   * @throws IllegalArgumentException if there is no such token
   */
  public int token(String text) {
    Integer known = tokenIds.get(text);
    if (known != null) {
      return known;
    }
    int id;
    try {
      id = Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' is no token of this model", e);
    }
    if (id < 0 || id >= vocabulary.size()) {
      throw new IllegalArgumentException(
          "token " + id + " is outside 0 .. " + (vocabulary.size() - 1));
    }
    return id;
  }

  /**
   * Length of a step in ordinary ones: the difference of its time and that of the step before,
   * divided by {@link #timeUnit}, rounded if that is how the data were prepared.
   *
   * @return positive; not so if the time is not after the one before
   */
  double gap(double before, double time) {
    double gap = (time - before) / timeUnit;
    return wholeSteps && gap > 0 ? Math.max(1, Math.rint(gap)) : gap;
  }

  /**
   * Lengths of steps in ordinary ones. That of the first is 1.
   *
   * @param times [length], in the unit of the times in the data
   * @throws IllegalArgumentException if the times do not increase
   */
  public double[] gaps(double[] times) {
    return gaps(times, Double.NaN, 0);
  }

  /**
   * {@link #gaps(double[])} of a part of a sequence.
   *
   * @param before time of the step before the part; NaN if there is none
   * @param steps steps before the part
   */
  public double[] gaps(double[] times, double before, long steps) {
    double[] gaps = new double[times.length];
    double last = before;
    for (int t = 0; t < gaps.length; t++) {
      gaps[t] = Double.isNaN(last) && t == 0 ? 1 : gap(last, times[t]);
      if (!(gaps[t] > 0)) {
        throw new IllegalArgumentException(
            "the time of step "
                + (steps + t)
                + " is "
                + times[t]
                + ", not after that of the step before, "
                + last
                + "; sort the rows, and merge rows of the same time");
      }
      last = times[t];
    }
    return gaps;
  }

  /**
   * The same for a user who has scaled already: numbers and scores as the network has them, without
   * order among quantiles.
   */
  public Meaning unscaled() {
    return changed()
        .values(inputSize, inputNames, null)
        .quantities(outputSize, targetNames, null)
        .build();
  }

  /** The same with answers that are classes, with these names in id order. */
  public Meaning withClasses(List<String> names) {
    return changed().classes(names).build();
  }

  /** The same with some options in place of those before. */
  public Meaning withOptions(Map<String, String> changes) {
    Builder builder = changed();
    builder.options.putAll(changes);
    return builder.build();
  }

  private Builder changed() {
    Builder builder =
        of(kind, options)
            .values(inputSize, inputNames, inputScaling)
            .tokens(vocabulary)
            .sampleRate(sampleRate)
            .perStep(perStep);
    return isClass()
        ? builder.classes(classNames)
        : builder.quantities(outputSize, targetNames, targetScaling);
  }

  /**
   * Refuses a meaning of another network.
   *
   * @throws IllegalArgumentException naming the size that differs
   */
  public void requireFit(NetworkConfig config) {
    requireSame("input_size", inputSize, config.inputSize());
    requireSame("tokens of the vocabulary", vocabulary.size(), config.vocabulary());
    requireSame("output_size", outputSize, config.outputSize());
    boolean everyStep = config.pooling() == Pooling.EVERY;
    if (perStep != everyStep) {
      throw new IllegalArgumentException(
          "the meaning of the model says that it answers "
              + (perStep ? "at every step" : "once a sequence")
              + ", but the pooling of the network is "
              + config.pooling());
    }
  }

  private static void requireSame(String what, int own, int network) {
    if (own != network) {
      throw new IllegalArgumentException(
          "the meaning of the model has " + own + " as " + what + ", the network has " + network);
    }
  }

  /** All of it as text, numbers, lists and maps, to be written as JSON. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put(KIND, kind);
    map.put("options", options);
    map.put("input_size", inputSize);
    putNames(map, "input_names", inputNames);
    putScaling(map, "input", inputScaling);
    putNames(map, "vocabulary", vocabulary);
    if (sampleRate > 0) {
      map.put("sample_rate", sampleRate);
    }
    map.put("target", (isClass() ? "class" : "value") + (perStep ? PER_STEP : ""));
    map.put("output_size", outputSize);
    putNames(map, "class_names", classNames);
    putNames(map, "target_names", targetNames);
    putScaling(map, "target", targetScaling);
    if (!quantiles.isEmpty()) {
      map.put(QUANTILES, quantiles);
    }
    if (interval != null) {
      map.put(INTERVAL, interval.toMap());
    }
    return map;
  }

  private static void putNames(Map<String, Object> map, String key, List<String> names) {
    if (!names.isEmpty()) {
      map.put(key, names);
    }
  }

  private static void putScaling(Map<String, Object> map, String prefix, Scaling scaling) {
    if (scaling != null) {
      map.put(prefix + "_mean", boxed(scaling.mean()));
      map.put(prefix + "_std", boxed(scaling.std()));
    }
  }

  private static List<Double> boxed(double[] values) {
    List<Double> list = new ArrayList<>(values.length);
    for (double value : values) {
      list.add(value);
    }
    return list;
  }

  /** Whether an entry of a model's info is one that {@link #toMap()} has written. */
  static boolean isMap(Object entry) {
    return entry instanceof Map<?, ?> map && map.containsKey(KIND);
  }

  /**
   * Reads what {@link #toMap()} has written.
   *
   * @throws IllegalArgumentException naming the entry that is missing, unknown or of the wrong type
   */
  public static Meaning fromMap(Map<String, ?> stored) {
    Map<String, Object> map = renamed(stored);
    for (String key : map.keySet()) {
      if (!KEYS.contains(key)) {
        throw new IllegalArgumentException(
            "the meaning of the model has an unknown entry '"
                + key
                + "'"
                + Nearest.hint(key, KEYS));
      }
    }
    String target = get(map, "target", String.class).toLowerCase(Locale.ROOT).replace('_', '-');
    if (!TARGETS.contains(target)) {
      throw new IllegalArgumentException(
          "the meaning of the model has an unknown target '" + target + "'; it can be " + TARGETS);
    }
    List<String> classes = names(map, "class_names");
    if (classes.isEmpty() == target.startsWith("class")) {
      throw new IllegalArgumentException(
          "the meaning of the model has "
              + classes.size()
              + " class_names and target "
              + target
              + "; it needs class names exactly for a class target");
    }
    Builder builder =
        of(get(map, KIND, String.class), options(map))
            .values(integer(map, "input_size"), names(map, "input_names"), scaling(map, "input"))
            .tokens(names(map, "vocabulary"))
            .sampleRate(map.containsKey("sample_rate") ? integer(map, "sample_rate") : 0)
            .perStep(target.endsWith(PER_STEP));
    int outputSize = integer(map, "output_size");
    if (classes.isEmpty()) {
      List<Double> levels = map.containsKey(QUANTILES) ? list(map, QUANTILES) : List.of();
      int each = Math.max(1, levels.size());
      if (outputSize % each != 0) {
        throw new IllegalArgumentException(
            "the meaning of the model has output_size "
                + outputSize
                + " and "
                + each
                + " quantiles of every value; the second must divide the first");
      }
      return builder
          .quantities(outputSize / each, names(map, "target_names"), scaling(map, "target"))
          .quantiles(levels)
          .interval(
              map.containsKey(INTERVAL) ? Interval.fromMap(get(map, INTERVAL, Map.class)) : null)
          .build();
    }
    if (classes.size() != outputSize) {
      throw new IllegalArgumentException(
          "the meaning of the model has output_size "
              + outputSize
              + " and "
              + classes.size()
              + " class_names; both must be the same");
    }
    return builder.classes(classes).build();
  }

  /** Folders of older releases have {@code inputSize} for {@code input_size}, and so on. */
  private static Map<String, Object> renamed(Map<String, ?> stored) {
    Map<String, Object> map = new LinkedHashMap<>();
    stored.forEach(
        (key, value) -> {
          String name = key.replaceAll("([a-z])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
          if (map.put(name, value) != null) {
            throw new IllegalArgumentException(
                "the meaning of the model has the entry '" + name + "' twice");
          }
        });
    return map;
  }

  private static <T> T get(Map<String, ?> map, String key, Class<T> type) {
    Object value = map.get(key);
    if (!type.isInstance(value)) {
      throw new IllegalArgumentException(
          "the meaning of the model has "
              + (value == null ? "no entry '" : "'" + value + "' as entry '")
              + key
              + "'; it must be a "
              + type.getSimpleName());
    }
    return type.cast(value);
  }

  private static int integer(Map<String, ?> map, String key) {
    Number number = get(map, key, Number.class);
    if (number.intValue() != number.doubleValue() || number.intValue() < 0) {
      throw new IllegalArgumentException(
          "the meaning of the model has "
              + number
              + " as entry '"
              + key
              + "'; it must be a whole number, 0 or more");
    }
    return number.intValue();
  }

  private static List<String> names(Map<String, ?> map, String key) {
    List<String> names = new ArrayList<>();
    for (Object name : map.containsKey(key) ? get(map, key, List.class) : List.of()) {
      names.add(String.valueOf(name));
    }
    return names;
  }

  private static Map<String, String> options(Map<String, ?> map) {
    Map<String, String> options = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : ((Map<?, ?>) get(map, "options", Map.class)).entrySet()) {
      options.put(String.valueOf(entry.getKey()), String.valueOf(entry.getValue()));
    }
    return options;
  }

  private static Scaling scaling(Map<String, ?> map, String prefix) {
    if (!map.containsKey(prefix + "_mean") && !map.containsKey(prefix + "_std")) {
      return null;
    }
    return new Scaling(doubles(map, prefix + "_mean"), doubles(map, prefix + "_std"));
  }

  private static List<Double> list(Map<String, ?> map, String key) {
    return Arrays.stream(doubles(map, key)).boxed().toList();
  }

  private static double[] doubles(Map<String, ?> map, String key) {
    List<?> list = get(map, key, List.class);
    double[] values = new double[list.size()];
    for (int i = 0; i < values.length; i++) {
      if (!(list.get(i) instanceof Number number)) {
        throw new IllegalArgumentException(
            "the meaning of the model has '"
                + list.get(i)
                + "' in entry '"
                + key
                + "'; it must be a list of numbers");
      }
      values[i] = number.doubleValue();
    }
    return values;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Meaning m && toMap().equals(m.toMap());
  }

  @Override
  public int hashCode() {
    return Objects.hash(kind, options, inputSize, classNames);
  }

  @Override
  public String toString() {
    return "Meaning" + toMap();
  }

  /** Collects the parts. */
  public static final class Builder {
    private String kind;
    private Map<String, String> options;
    private int inputSize;
    private List<String> inputNames = List.of();
    private Scaling inputScaling;
    private List<String> vocabulary = List.of();
    private int sampleRate;
    private boolean perStep;
    private int outputSize;
    private List<String> classNames = List.of();
    private List<String> targetNames = List.of();
    private Scaling targetScaling;
    private List<Double> quantiles = List.of();
    private Interval interval;

    private Builder() {}

    /**
     * Inputs are numbers.
     *
     * @param size numbers per step
     * @param names of the numbers; empty for none
     * @param scaling of them; null for none
     */
    public Builder values(int size, List<String> names, Scaling scaling) {
      inputSize = size;
      inputNames = List.copyOf(names);
      inputScaling = scaling;
      return this;
    }

    /** Inputs are so many numbers per step, without names, as the network takes them. */
    public Builder values(int size) {
      return values(size, List.of(), null);
    }

    /** Inputs are tokens, with these names in id order. */
    public Builder tokens(List<String> names) {
      vocabulary = List.copyOf(names);
      return this;
    }

    /** Samples per second; 0 when unknown. */
    public Builder sampleRate(int value) {
      sampleRate = value;
      return this;
    }

    /** Answers are classes, with these names in id order. */
    public Builder classes(List<String> names) {
      outputSize = names.size();
      classNames = List.copyOf(names);
      targetNames = List.of();
      targetScaling = null;
      return this;
    }

    /**
     * Answers are values.
     *
     * @param size values of an answer, [size / names][names]; not counting quantiles
     * @param names of the quantities; empty for none
     * @param scaling of them; null for none
     */
    public Builder quantities(int size, List<String> names, Scaling scaling) {
      outputSize = size;
      classNames = List.of();
      targetNames = List.copyOf(names);
      targetScaling = scaling;
      return this;
    }

    /**
     * The network gives quantiles of every value instead of the value.
     *
     * @param levels ascending, between 0 and 1; empty for the values themselves
     */
    public Builder quantiles(List<Double> levels) {
      quantiles = List.copyOf(levels);
      return this;
    }

    /** Answers have intervals; null for none. */
    public Builder interval(Interval value) {
      interval = value;
      return this;
    }

    /** Whether there is an answer for every step. */
    public Builder perStep(boolean value) {
      perStep = value;
      return this;
    }

    /** What is done when a value is missing; an error else. */
    public Builder missing(Missing value) {
      options.put(MISSING, value.name().toLowerCase(Locale.ROOT));
      return this;
    }

    /** Time of one ordinary step, in the unit of the times that events have; 1 else. */
    public Builder timeUnit(double value) {
      options.put(TIME_UNIT, Double.toString(value));
      return this;
    }

    /**
     * Checks that the parts fit together.
     *
     * @throws IllegalArgumentException if they do not
     */
    public Meaning build() {
      require(inputSize > 0 != !vocabulary.isEmpty(), "needs either inputSize or a vocabulary");
      require(outputSize > 0, "needs classes or quantities");
      require(
          inputScaling == null || inputScaling.dims() == inputSize,
          "scales a number of dimensions other than inputSize " + inputSize);
      require(
          inputNames.isEmpty() || inputNames.size() == inputSize,
          "names a number of dimensions other than inputSize " + inputSize);
      require(
          new HashSet<>(classNames).size() == classNames.size(),
          "has a class name twice: " + classNames);
      require(
          new HashSet<>(targetNames).size() == targetNames.size(),
          "has a name of a target twice: " + targetNames);
      require(
          targetNames.isEmpty() || outputSize % targetNames.size() == 0,
          "names a number of targets that does not divide outputSize " + outputSize);
      require(
          targetScaling == null || outputSize % targetScaling.dims() == 0,
          "scales a number of targets that does not divide outputSize " + outputSize);
      double before = 0;
      for (double level : quantiles) {
        require(
            level > before && level < 1,
            "has quantiles " + quantiles + "; they must be ascending and between 0 and 1");
        before = level;
      }
      require(quantiles.isEmpty() || classNames.isEmpty(), "has quantiles of classes");
      require(
          interval == null || !perStep && classNames.isEmpty() && interval.fits(outputSize),
          "has an interval for another number of values than an answer has");
      return new Meaning(this);
    }

    private void require(boolean condition, String message) {
      if (!condition) {
        throw new IllegalArgumentException("the meaning of the model (" + kind + ") " + message);
      }
    }
  }
}
