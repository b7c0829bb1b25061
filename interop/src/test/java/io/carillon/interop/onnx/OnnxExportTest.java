package io.carillon.interop.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import ai.onnxruntime.OrtException;
import io.carillon.config.AttentionConfig;
import io.carillon.config.BlockConfig;
import io.carillon.config.Computing;
import io.carillon.config.DssConfig;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Pooling;
import io.carillon.config.S4dConfig;
import io.carillon.config.kernel.Discretisation;
import io.carillon.config.kernel.DssVersion;
import io.carillon.config.kernel.KernelCast;
import io.carillon.engine.Parameter;
import io.carillon.engine.SeededRandom;
import io.carillon.interop.onnx.Peer.Signal;
import io.carillon.laws.RandomSystem;
import io.carillon.model.Meaning;
import io.carillon.model.Predictor;
import io.carillon.model.Scaling;
import io.carillon.model.SequenceModel;
import io.carillon.model.State;
import io.carillon.model.inside.Inside;
import io.carillon.nn.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Graphs of models in ONNX Runtime, against the models themselves. */
class OnnxExportTest {
  /** Relative to the largest answer. */
  private static final double BOUND = 1e-5;

  /** Answers below this are noise of the weights of size one that made them. */
  private static final double SMALLEST = 1e-3;

  /**
   * As in the laws of the systems: what is allowed to those that a rounding of weights moves far.
   */
  private static final double ROUNDINGS = 8;

  private static final int LONG = 10_000;

  @TempDir private Path folder;

  private static boolean streams(long seed) {
    return RandomSystem.of(seed).model().streamingObstacle().isEmpty();
  }

  static LongStream longStreams() {
    return LongStream.range(0, 1000).filter(OnnxExportTest::streams).limit(10);
  }

  /** Two streams of ten thousand steps side by side. */
  @ParameterizedTest
  @MethodSource("longStreams")
  void aStepGraphIsTheStream(long seed) throws IOException, OrtException {
    compareStreams(seed, LONG);
  }

  /** Many kinds of models, for a shorter time. */
  @Test
  void aStepGraphIsTheStreamOfAnyModel() throws IOException, OrtException {
    for (long seed : LongStream.range(100, 200).filter(OnnxExportTest::streams).toArray()) {
      compareStreams(seed, 60);
    }
  }

  private void compareStreams(long seed, int steps) throws IOException, OrtException {
    SequenceModel model = RandomSystem.of(seed).model();
    Path file = folder.resolve("step.onnx");
    OnnxExport.writeStep(model, file);
    SeededRandom random = new SeededRandom(seed);
    Signal a = Signal.random(model.config(), steps, random);
    Signal b = Signal.random(model.config(), steps, random);
    float[] expected = streamed(model, a, b);
    float[] actual = new float[expected.length];
    try (Peer peer = new Peer(file);
        Peer.Streams streams = peer.new Streams(2)) {
      for (int t = 0; t < steps; t++) {
        float[] y = streams.step("values", a.at(t), b.at(t));
        System.arraycopy(y, 0, actual, t * y.length, y.length);
      }
    }
    assertClose(
        RandomSystem.of(seed) + " over " + steps + " steps",
        actual,
        expected,
        () -> streamed(roundedAnew(model, random), a, b));
  }

  /** The answers [step][stream]. */
  private static float[] streamed(SequenceModel model, Signal... signals) {
    int n = model.config().outputSize();
    int steps = signals[0].steps();
    float[] all = new float[steps * signals.length * n];
    for (int b = 0; b < signals.length; b++) {
      State state = model.newState();
      for (int t = 0; t < steps; t++) {
        Signal x = signals[b].at(t);
        float[] y =
            x.tokens() != null
                ? model.stepToken(x.tokens()[0], state)
                : model.step(x.values(), state);
        System.arraycopy(y, 0, all, (t * signals.length + b) * n, n);
      }
    }
    return all;
  }

  @Test
  void aSequenceGraphIsTheWholeOfAnyModel() throws IOException, OrtException {
    int compared = 0;
    for (long seed = 0; seed < 80; seed++) {
      SequenceModel model = RandomSystem.of(seed).model();
      Path file = folder.resolve("sequence.onnx");
      try {
        OnnxExport.writeSequence(model, file);
      } catch (UnsupportedOperationException e) {
        assertThat(e)
            .hasMessageContaining("cannot be exported to ONNX")
            .hasMessageContaining("train with");
        assertThat(model.streamingObstacle()).isPresent();
        continue;
      }
      compared++;
      SeededRandom random = new SeededRandom(seed);
      int least = Math.max(1, model.config().lastSteps());
      try (Peer peer = new Peer(file)) {
        for (int length : new int[] {least, least + random.nextInt(200)}) {
          compareWhole(peer, model, seed, length, random);
        }
      }
    }
    assertThat(compared).isGreaterThan(50);
  }

  private static void compareWhole(
      Peer peer, SequenceModel model, long seed, int length, SeededRandom random)
      throws OrtException {
    Signal[] signals = {
      Signal.random(model.config(), length, random), Signal.random(model.config(), length, random)
    };
    assertClose(
        RandomSystem.of(seed) + " over " + length + " steps",
        peer.whole("values", signals),
        predicted(model, signals),
        () -> predicted(roundedAnew(model, random), signals));
  }

  private static float[] predicted(SequenceModel model, Signal... signals) {
    float[][] answers =
        signals[0].tokens() != null
            ? model.predictTokens(Arrays.stream(signals).map(Signal::tokens).toArray(int[][]::new))
            : model.predict(Arrays.stream(signals).map(Signal::values).toArray(float[][]::new));
    int size = Arrays.stream(answers).mapToInt(answer -> answer.length).sum();
    float[] all = new float[size];
    int at = 0;
    for (float[] answer : answers) {
      System.arraycopy(answer, 0, all, at, answer.length);
      at += answer.length;
    }
    return all;
  }

  /** A copy whose weights are off by about one rounding (2^-23, normally distributed). */
  private static SequenceModel roundedAnew(SequenceModel model, SeededRandom random) {
    Network copy = Inside.copy(model);
    for (Parameter p : copy.parameters()) {
      for (int k = 0; k < p.size(); k++) {
        p.value()[k] *= (float) (1 + 0x1.0p-23 * random.normal());
      }
    }
    return Inside.model(copy, Map.of());
  }

  private static void assertClose(
      String what, float[] actual, float[] expected, Supplier<float[]> moved) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    double largest = SMALLEST;
    for (float y : expected) {
      largest = Math.max(largest, Math.abs(y));
    }
    double difference = difference(actual, expected);
    if (difference > BOUND * largest) {
      double sensitivity = 0;
      for (int i = 0; i < 3; i++) {
        sensitivity = Math.max(sensitivity, difference(moved.get(), expected));
      }
      assertThat(difference)
          .as("%s, where the largest is %.3g", what, largest)
          .isLessThanOrEqualTo(ROUNDINGS * sensitivity);
    }
  }

  private static double difference(float[] a, float[] b) {
    double most = 0;
    for (int i = 0; i < a.length; i++) {
      double d = Math.abs((double) a[i] - b[i]);
      most = Double.isNaN(d) ? Double.POSITIVE_INFINITY : Math.max(most, d);
    }
    return most;
  }

  private static SequenceModel fresh(NetworkConfig config) {
    return SequenceModel.fresh(config, 3, Map.of(), Computing.standard());
  }

  /** Large means beside small deviations, as pressures have. */
  @Test
  void rawNumbersGoInAndNamedAnswersComeOut() throws IOException, OrtException {
    Meaning meaning =
        Meaning.builder()
            .values(
                2,
                List.of("pressure", "heat"),
                new Scaling(new double[] {101_325.3, -4}, new double[] {2.5, 0.1}))
            .classes(List.of("calm", "storm", "rain"))
            .build();
    SequenceModel model = fresh(NetworkConfig.sequence(2, 3).withDepth(2)).withMeaning(meaning);
    Path sequence = folder.resolve("whole.onnx");
    Path step = folder.resolve("step.onnx");
    OnnxExport.writeBoth(model, sequence, step);
    SeededRandom random = new SeededRandom(5);
    float[] raw = new float[200];
    for (int i = 0; i < raw.length; i += 2) {
      raw[i] = (float) (101_325 + 3 * random.normal());
      raw[i + 1] = (float) (-4 + 0.1 * random.normal());
    }
    Signal signal = new Signal(100, raw, null);
    List<Double> expected = new ArrayList<>();
    var answer = Predictor.of(model).classify(raw);
    for (int i = 0; i < 3; i++) {
      expected.add(answer.probabilities()[i]);
    }
    try (Peer peer = new Peer(sequence)) {
      float[] probabilities = peer.whole("probabilities", signal);
      for (int i = 0; i < 3; i++) {
        assertThat((double) probabilities[i]).isCloseTo(expected.get(i), offset(1e-5));
      }
      assertThat(peer.metadata())
          .containsEntry("carillon.graph", "sequence")
          .containsEntry("carillon.fingerprint", model.fingerprint())
          .containsEntry("class_names", "[\"calm\", \"storm\", \"rain\"]");
      assertThat(peer.metadata().get("carillon.meaning")).contains("pressure", "101325.3");
    }
    try (Peer peer = new Peer(step);
        Peer.Streams streams = peer.new Streams(1)) {
      float[] probabilities = null;
      for (int t = 0; t < 100; t++) {
        probabilities = streams.step("probabilities", signal.at(t));
      }
      for (int i = 0; i < 3; i++) {
        assertThat((double) probabilities[i]).isCloseTo(expected.get(i), offset(1e-5));
      }
    }
  }

  @Test
  void valuesComeOutInTheirOwnUnits() throws IOException, OrtException {
    Meaning meaning =
        Meaning.builder()
            .values(1)
            .quantities(
                4, List.of("a", "b"), new Scaling(new double[] {100, -7}, new double[] {20, 3}))
            .perStep(true)
            .build();
    SequenceModel model =
        fresh(NetworkConfig.sequence(1, 4).withPooling(Pooling.EVERY)).withMeaning(meaning);
    Path file = folder.resolve("values.onnx");
    OnnxExport.writeSequence(model, file);
    Signal signal = Signal.random(model.config(), 50, new SeededRandom(8));
    float[] expected = Predictor.of(model).predict(signal.values());
    try (Peer peer = new Peer(file)) {
      assertThat(difference(peer.whole("values", signal), expected)).isLessThan(1e-3);
    }
  }

  @Test
  void theSameModelGivesTheSameBytes() throws IOException {
    SequenceModel model = RandomSystem.of(4).model();
    Path a = folder.resolve("a.onnx");
    Path b = folder.resolve("b.onnx");
    OnnxExport.writeSequence(model, a);
    OnnxExport.writeSequence(model, b);
    assertThat(a).hasSameBinaryContentAs(b);
  }

  private void assertRefused(NetworkConfig config, String... words) {
    Path file = folder.resolve("refused.onnx");
    assertThatThrownBy(() -> OnnxExport.writeSequence(fresh(config), file))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContainingAll(words);
    assertThat(Files.exists(file)).isFalse();
  }

  @Test
  void whatHasNoGraphSaysWhy() {
    NetworkConfig plain = NetworkConfig.sequence(1, 2);
    assertRefused(
        plain.withSsm(DssConfig.DEFAULT.withVersion(DssVersion.SOFTMAX)),
        "cannot be exported to ONNX",
        "softmax",
        "version exp");
    assertRefused(
        plain.withSsm(S4dConfig.DEFAULT.withDiscretisation(Discretisation.DSS)),
        "another for every length",
        "discretisation zoh");
    assertRefused(
        plain.withSsm(DssConfig.DEFAULT.withVersion(DssVersion.EXP).withCast(KernelCast.PROD)),
        "no end and no state",
        "max_kernel_length");
    SequenceModel bidirectional =
        fresh(plain.withBlock(BlockConfig.DEFAULT.withBidirectional(true)));
    assertThatThrownBy(() -> OnnxExport.writeStep(bidirectional, folder.resolve("x.onnx")))
        .hasMessageContaining("no graph of a step")
        .hasMessageContaining("bidirectional");
    SequenceModel attention = fresh(plain.withSsm(AttentionConfig.DEFAULT));
    assertThatThrownBy(() -> OnnxExport.writeStep(attention, folder.resolve("x.onnx")))
        .hasMessageContaining("no graph of a step")
        .hasMessageContaining("attention");
  }
}
