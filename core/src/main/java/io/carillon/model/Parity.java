package io.carillon.model;

import io.carillon.model.stream.StreamingObstacle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A certificate that a model computes the same thing in all its ways, measured on given sequences:
 * whole = batched = convolved = chunked = stepped, for every layer and for the answers.
 *
 * <p>The difference of a layer is the largest |a − b| over all steps, sequences and channels,
 * divided by the largest |a| of that layer; a is the whole sequence as {@link
 * SequenceModel#predict} computes it. A number that is not finite makes it infinite. A layer sees
 * the inputs that its own way has computed, so that the first layer above the tolerance is the one
 * to look at.
 *
 * @param model {@link SequenceModel#fingerprint() fingerprint} of settings and weights
 * @param tolerance largest difference that counts as rounding
 * @param sequences number of sequences
 * @param steps of all sequences together
 * @param kernels inner loops that were running: {@code scalar}, {@code vector-512} and so on
 * @param layers in network order, and last the answers, named {@value #ANSWERS}
 * @param obstacle why the model cannot stream, so that it was not chunked and stepped; or null
 */
public record Parity(
    String model,
    double tolerance,
    int sequences,
    long steps,
    String kernels,
    List<Layer> layers,
    String obstacle) {

  /**
   * The tolerance when the caller gives none, 1e-4: single precision rounds to 6e-8, and a hundred
   * roundings of both sides in each of a dozen operations add up to about that in the worst case.
   * What is wrong rather than rounded is larger by far.
   */
  public static final double TOLERANCE = 1e-4;

  /** Key of {@link #toMap()} in the info of a model. */
  public static final String INFO = "parity";

  static final String MODEL = "model";
  static final String PASSED = "passed";
  static final String LARGEST = "largest";
  static final String MEASURED_TOLERANCE = "tolerance";

  /** Name of the last entry of {@link #layers()}. */
  public static final String ANSWERS = "answers";

  /** What is compared with the whole sequence. */
  public enum Way {
    /** All sequences in one batch. */
    BATCHED,
    /** With every state-space layer as a convolution. */
    CONVOLVED,
    /** In chunks of several lengths. */
    CHUNKED,
    /** Step by step. */
    STEPPED,
    /** Step by step, all sequences together. */
    STEPPED_TOGETHER
  }

  /**
   * What was found for a layer.
   *
   * @param name as in the names of its parameters
   * @param differences for every way that was compared
   */
  public record Layer(String name, Map<Way, Double> differences) {
    /** Over all ways. */
    public double largest() {
      return differences.values().stream().mapToDouble(d -> d).max().orElse(0);
    }
  }

  /**
   * Compares all ways on real-valued sequences.
   *
   * @param sequences each [length][inputSize] row-major, finite; memory grows with their length
   * @throws IllegalArgumentException if a sequence does not fit the model, or the tolerance is not
   *     positive
   */
  public static Parity check(SequenceModel model, double tolerance, float[]... sequences) {
    InputChecks.requireValues(model.config(), sequences);
    Sequence[] all = new Sequence[sequences.length];
    Arrays.setAll(all, i -> Sequence.ofValues(sequences[i], model.config().inputSize()));
    return check(model, tolerance, List.of(all));
  }

  /** Compares all ways on token sequences, as {@link #check(SequenceModel, double, float[]...)}. */
  public static Parity checkTokens(SequenceModel model, double tolerance, int[]... sequences) {
    return check(model, tolerance, Arrays.stream(sequences).map(Sequence::ofTokens).toList());
  }

  /**
   * Compares all ways on sequences with missing steps and gaps. Missing steps are skipped by the
   * streams and not compared; with gaps other than 1 there is no convolution to compare with.
   *
   * @throws IllegalArgumentException if a sequence does not fit the model
   */
  public static Parity check(SequenceModel model, double tolerance, List<Sequence> sequences) {
    if (!(tolerance > 0)) {
      throw new IllegalArgumentException("tolerance is " + tolerance + "; it must be positive");
    }
    if (sequences.isEmpty()) {
      throw new IllegalArgumentException("there is no sequence to compare on; give at least one");
    }
    InputChecks.require(model.config(), true, sequences.toArray(Sequence[]::new));
    String obstacle = StreamingObstacle.of(model.network());
    ParityCheck check =
        new ParityCheck(
            model.network(),
            model.engine(),
            obstacle == null ? model.streaming() : null,
            List.copyOf(sequences));
    Map<Way, double[]> found = new EnumMap<>(Way.class);
    found.put(Way.BATCHED, check.batched());
    if (!check.timed()) {
      found.put(Way.CONVOLVED, check.convolved());
    }
    if (obstacle == null) {
      found.put(Way.CHUNKED, check.chunked());
      found.put(Way.STEPPED, check.stepped());
      found.put(Way.STEPPED_TOGETHER, check.steppedTogether());
    }
    return new Parity(
        model.fingerprint(),
        tolerance,
        sequences.size(),
        check.steps(),
        model.kernels(),
        layers(model.network().layerNames(), found),
        obstacle);
  }

  private static List<Layer> layers(List<String> names, Map<Way, double[]> found) {
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i <= names.size(); i++) {
      int layer = i;
      Map<Way, Double> differences = new EnumMap<>(Way.class);
      found.forEach((way, all) -> differences.put(way, all[layer]));
      layers.add(new Layer(i < names.size() ? names.get(i) : ANSWERS, differences));
    }
    return layers;
  }

  /** Whether every difference is within the tolerance. */
  public boolean passed() {
    return largest() <= tolerance;
  }

  /** Over all layers and ways. */
  public double largest() {
    return layers.stream().mapToDouble(Layer::largest).max().orElse(0);
  }

  /** The first layer above the tolerance, or null. */
  public Layer firstBroken() {
    return layers.stream().filter(l -> !(l.largest() <= tolerance)).findFirst().orElse(null);
  }

  /**
   * What did not agree, as a clause for a message.
   *
   * @throws IllegalStateException if all ways agree
   */
  public String disagreement() {
    if (passed()) {
      throw new IllegalStateException("all ways agree");
    }
    return firstBroken().name()
        + " is the first layer that differs between whole sequences and streams, batches or"
        + " convolutions; the largest difference of all layers is "
        + largest()
        + " of the layer's largest value, the tolerance "
        + tolerance;
  }

  /** As it is kept in the info of a model: numbers, texts and maps. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put(PASSED, passed());
    map.put(MODEL, model);
    map.put(MEASURED_TOLERANCE, tolerance);
    map.put(LARGEST, number(largest()));
    map.put("sequences", sequences);
    map.put("steps", steps);
    map.put("kernels", kernels);
    if (obstacle != null) {
      map.put("obstacle", obstacle);
    }
    Map<String, Object> all = new LinkedHashMap<>();
    for (Layer layer : layers) {
      Map<String, Object> ways = new LinkedHashMap<>();
      new EnumMap<>(layer.differences)
          .forEach((way, d) -> ways.put(way.name().toLowerCase(Locale.ROOT), number(d)));
      all.put(layer.name, ways);
    }
    map.put("layers", all);
    return map;
  }

  /** JSON has no infinity. */
  private static Object number(double d) {
    return Double.isFinite(d) ? (Object) d : "infinite";
  }
}
