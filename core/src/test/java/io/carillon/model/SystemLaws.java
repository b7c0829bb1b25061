package io.carillon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.config.KernelKind;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Pooling;
import io.carillon.config.S4Config;
import io.carillon.config.SsmAlgorithm;
import io.carillon.engine.Engine;
import io.carillon.engine.KernelChoice;
import io.carillon.engine.Parallel;
import io.carillon.engine.Parameter;
import io.carillon.engine.Pass;
import io.carillon.engine.SeededRandom;
import io.carillon.engine.Workspace;
import io.carillon.internal.kernel.Kernels;
import io.carillon.laws.RandomSystem;
import io.carillon.nn.Batch;
import io.carillon.nn.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What holds for every system, whatever its settings: the one list of laws. Answers that are
 * computed by the same operations are compared to the bit, others up to {@link #BOUND}.
 */
final class SystemLaws {
  /**
   * Float rounding relative to the largest answer of the system: 1e-4, about 1000 roundings, is
   * what {@link SequenceModel} promises for its ways.
   */
  private static final double BOUND = 1e-4;

  /** Answers below this are noise of the weights of size one that made them. */
  private static final double SMALLEST = 1e-3;

  private final RandomSystem system;
  private final SequenceModel model;
  private final NetworkConfig config;
  private final Sequence[] inputs;
  private final SeededRandom random;
  private final Kernels kernels = KernelChoice.select();

  /** Answers of one thread, or null if they are refused. */
  private final float[][] answers;

  private final ArithmeticException refusal;
  private double largest = SMALLEST;
  private double sensitivity = -1;

  /** Laws of a system; predicts once. */
  SystemLaws(RandomSystem system, long seed) {
    this.system = system;
    this.model = system.model();
    this.config = model.config();
    this.inputs = system.sequences();
    this.random = new SeededRandom(seed);
    float[][] known = null;
    ArithmeticException overflow = null;
    try {
      known = predict(Parallel.serial(), kernels, system.rate(), inputs);
    } catch (ArithmeticException e) {
      overflow = e;
    }
    this.answers = known;
    this.refusal = overflow;
    for (int i = 0; known != null && i < known.length; i++) {
      for (float y : known[i]) {
        largest = Math.max(largest, Math.abs(y));
      }
    }
  }

  /** Checks them all. */
  void check(Parallel two, Parallel three, Path folder) throws IOException {
    if (refusal != null) {
      anOverflowIsNamed(two, three);
      return;
    }
    aBatchIsItsSequencesOneByOne();
    threadsGiveTheSameBits(two, three);
    trainingThreadsGiveTheSameBits(two, three);
    scalarKernelsAreVectorKernels();
    if (model.streamingObstacle().isEmpty()) {
      stepsAndChunksAreTheWhole();
      aStateComesBackFromItsBytes();
    } else {
      assertThatThrownBy(model::newState).hasMessageContaining("cannot stream");
    }
    aSavedModelIsTheSame(folder);
    anEmptySequenceIsNamed();
  }

  private float[][] predict(Parallel parallel, Kernels with, double rate, Sequence... sequences) {
    return new Prediction(model.network(), new Engine(with, SsmAlgorithm.AUTO, parallel), rate)
        .answers(sequences);
  }

  /** Nothing but products that no norm holds may overflow, and never without a word. */
  private void anOverflowIsNamed(Parallel... parallels) {
    assertThat(refusal).hasMessageContaining("sequence ").hasMessageContaining("norm LAYER");
    for (Parallel parallel : parallels) {
      assertThatThrownBy(() -> predict(parallel, kernels, system.rate(), inputs))
          .isInstanceOf(ArithmeticException.class)
          .hasMessage(refusal.getMessage());
    }
  }

  private void aBatchIsItsSequencesOneByOne() {
    int group = config.pairs() ? 2 : 1;
    for (int i = 0; i < answers.length; i++) {
      Sequence[] one = Arrays.copyOfRange(inputs, i * group, (i + 1) * group);
      assertClose(
          "batch = single: answer " + i,
          answers[i],
          predict(Parallel.serial(), kernels, system.rate(), one)[0]);
    }
  }

  private void threadsGiveTheSameBits(Parallel... parallels) {
    for (Parallel parallel : parallels) {
      float[][] actual = predict(parallel, kernels, system.rate(), inputs);
      for (int i = 0; i < answers.length; i++) {
        assertThat(actual[i])
            .as("%d threads: answer %d", parallel.threads(), i)
            .containsExactly(answers[i]);
      }
    }
  }

  private void trainingThreadsGiveTheSameBits(Parallel... parallels) {
    List<float[]> expected = train(Parallel.serial());
    for (Parallel parallel : parallels) {
      List<float[]> actual = train(parallel);
      for (int i = 0; i < expected.size(); i++) {
        assertThat(actual.get(i))
            .as("training with %d threads: result %d", parallel.threads(), i)
            .containsExactly(expected.get(i));
      }
    }
  }

  /** Outputs and gradients of a step of training; nothing if the kind refuses such lengths. */
  private List<float[]> train(Parallel parallel) {
    Network network = model.network().copy();
    Batch batch = Sequence.batch(inputs);
    Pass pass = Pass.training(batch.rows(), new Workspace(), parallel, kernels, 5);
    List<float[]> results = new ArrayList<>();
    try {
      int n = network.outputRows(batch.rows()).total() * config.outputSize();
      float[] out = Arrays.copyOf(network.forward(pass, batch), n);
      results.add(out);
      float[] g = new float[n];
      SeededRandom gradients = new SeededRandom(6);
      for (int i = 0; i < n; i++) {
        g[i] = (float) gradients.normal();
      }
      network.clearGradients();
      network.backward(pass, batch, g);
    } catch (IllegalArgumentException e) {
      assertThat(config.block().ssm()).isInstanceOf(S4Config.class);
      assertThat(e).hasMessageContaining("kernel_length");
      return List.of();
    }
    for (Parameter p : network.parameters()) {
      results.add(p.trainable() ? p.gradient() : p.value());
    }
    return results;
  }

  private void scalarKernelsAreVectorKernels() {
    for (KernelKind kind : List.of(KernelKind.SCALAR, KernelKind.VECTOR)) {
      if (kind == KernelKind.VECTOR && !KernelChoice.vectorAvailable()) {
        return;
      }
      float[][] actual =
          predict(Parallel.serial(), KernelChoice.select(kind), system.rate(), inputs);
      for (int i = 0; i < answers.length; i++) {
        assertClose(kind + " kernels: answer " + i, actual[i], answers[i]);
      }
    }
  }

  /** At the rate of training, the only one that a stream has. */
  private void stepsAndChunksAreTheWhole() {
    for (int i = 0; i < Math.min(2, inputs.length); i++) {
      Sequence input = inputs[i];
      float[] whole = predict(Parallel.serial(), kernels, 1, input)[0];
      float[] chunks = inChunks(input);
      float[] steps = step(input, model.newState());
      int n = config.outputSize();
      for (int t = 0; t < input.length(); t++) {
        if (input.observed(t)) {
          assertClose(
              "chunks = steps: sequence " + i + ", step " + t,
              Arrays.copyOfRange(chunks, t * n, (t + 1) * n),
              Arrays.copyOfRange(steps, t * n, (t + 1) * n));
        }
      }
      int last = config.pooling() == Pooling.EVERY ? input.length() - 1 : input.lastObserved();
      int from = (last + 1) * n - whole.length;
      assertClose(
          "chunks = whole: sequence " + i,
          Arrays.copyOfRange(chunks, from, from + whole.length),
          whole);
    }
  }

  private float[] inChunks(Sequence input) {
    int n = config.outputSize();
    float[] answer = new float[input.length() * n];
    State state = model.newState();
    for (int from = 0; from < input.length(); ) {
      int to = Math.min(input.length(), from + 1 + random.nextInt(100));
      float[] part = model.forward(input.slice(from, to), state);
      System.arraycopy(part, 0, answer, from * n, part.length);
      from = to;
    }
    assertThat(state.steps()).isEqualTo(input.length());
    assertThat(state.observedSteps()).isEqualTo(input.observedSteps());
    return answer;
  }

  /** The answers after every step, zeros after missing ones. */
  private float[] step(Sequence input, State state) {
    int n = config.outputSize();
    float[] all = new float[input.length() * n];
    float[] y = new float[n];
    for (int t = 0; t < input.length(); t++) {
      if (!input.observed(t)) {
        model.skipTime(input.gap(t), state);
        continue;
      }
      if (input.tokens() != null) {
        model.stepToken(input.tokens()[t], input.gap(t), state, y);
      } else {
        model.step(input.slice(t, t + 1).values(), input.gap(t), state, y);
      }
      System.arraycopy(y, 0, all, t * n, n);
    }
    return all;
  }

  private void aStateComesBackFromItsBytes() {
    Sequence input = inputs[random.nextInt(inputs.length)].first(200);
    int stop = random.nextInt(input.length() + 1);
    State unbroken = model.newState();
    step(input.slice(0, stop), unbroken);
    byte[] bytes = unbroken.toBytes();
    State restored = model.stateFromBytes(bytes);
    assertThat(restored.toBytes()).as("state after %d steps", stop).containsExactly(bytes);
    Sequence rest = input.slice(stop, input.length());
    assertThat(step(rest, restored))
        .as("answers after step %d", stop)
        .containsExactly(step(rest, unbroken));
    assertThat(restored.toBytes()).as("state at the end").containsExactly(unbroken.toBytes());
  }

  private void aSavedModelIsTheSame(Path folder) throws IOException {
    model.save(folder);
    SequenceModel loaded = SequenceModel.load(folder);
    assertThat(loaded.config()).isEqualTo(config);
    assertThat(loaded.fingerprint()).isEqualTo(model.fingerprint());
    float[][] actual = loaded.predict(system.rate(), inputs);
    for (int i = 0; i < answers.length; i++) {
      assertThat(actual[i]).as("saved and loaded: answer %d", i).containsExactly(answers[i]);
    }
  }

  /** No model has an answer for no steps. */
  private void anEmptySequenceIsNamed() {
    int at = random.nextInt(inputs.length);
    Sequence[] with = inputs.clone();
    with[at] =
        config.vocabulary() > 0
            ? Sequence.ofTokens()
            : Sequence.ofValues(new float[0], config.inputSize());
    assertThatThrownBy(() -> predict(Parallel.serial(), kernels, system.rate(), with))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sequence " + at + " ");
  }

  private void assertClose(String what, float[] actual, float[] expected) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).as(what).isFinite();
      difference = Math.max(difference, Math.abs((double) actual[i] - expected[i]));
    }
    if (difference > BOUND * largest) {
      assertThat(difference)
          .as("%s, where the largest is %.3g", what, largest)
          .isLessThanOrEqualTo(Roundings.ALLOWED * sensitivity());
    }
  }

  /** How far answers move when all weights move by about one rounding. */
  private double sensitivity() {
    if (sensitivity >= 0) {
      return sensitivity;
    }
    sensitivity = 0;
    for (double rate : new double[] {1, system.rate()}) {
      float[][] before = predict(Parallel.serial(), kernels, rate, inputs);
      double moved =
          Roundings.moved(
              model.network(), random, network -> distance(before, answers(network, rate)));
      sensitivity = Math.max(sensitivity, moved);
    }
    return sensitivity;
  }

  private float[][] answers(Network network, double rate) {
    return new Prediction(network, new Engine(kernels, SsmAlgorithm.AUTO, Parallel.serial()), rate)
        .answers(inputs);
  }

  private static double distance(float[][] a, float[][] b) {
    double most = 0;
    for (int i = 0; i < a.length; i++) {
      for (int k = 0; k < a[i].length; k++) {
        most = Math.max(most, Math.abs((double) b[i][k] - a[i][k]));
      }
    }
    return most;
  }
}
