package io.carillon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.carillon.config.Activation;
import io.carillon.config.BlockConfig;
import io.carillon.config.DlrConfig;
import io.carillon.config.DssConfig;
import io.carillon.config.GruConfig;
import io.carillon.config.LayerConfig;
import io.carillon.config.Mixer;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Norm;
import io.carillon.config.Pooling;
import io.carillon.config.S4Config;
import io.carillon.config.S4dConfig;
import io.carillon.config.kernel.DlrVersion;
import io.carillon.config.kernel.Transform;
import io.carillon.engine.Parallel;
import io.carillon.engine.Parameter;
import io.carillon.engine.SeededRandom;
import io.carillon.nn.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What cannot be computed leaves a stream as it was, and says so. */
class StateFaultTest {
  private static final float HUGE = Float.MAX_VALUE;
  private static final String DIRECTION_OF_ZEROS = "row 0 of blocks.0.output.weight_v is all zeros";

  private static NetworkConfig config(LayerConfig layer) {
    return NetworkConfig.sequence(2, 3).withWidth(8).withDepth(2).withSsm(layer);
  }

  private static SequenceModel model(NetworkConfig config) {
    return SequenceModel.of(new Network(config, new SeededRandom(3)), Map.of());
  }

  static List<LayerConfig> layers() {
    return List.of(
        S4dConfig.DEFAULT.withStateSize(8),
        DssConfig.DEFAULT.withStateSize(8),
        DlrConfig.DEFAULT.withStateSize(8).withVersion(DlrVersion.LAMBDA_IMAG),
        S4dConfig.DEFAULT.withStateSize(8).withMaxKernelLength(10),
        S4Config.DEFAULT.withStateSize(8).withKernelLength(64),
        GruConfig.DEFAULT);
  }

  /** All kinds of layers and norms, with means and without, and wide gates. */
  static Stream<SequenceModel> models() {
    List<SequenceModel> all = new ArrayList<>();
    for (LayerConfig layer : layers()) {
      for (Norm norm : Norm.values()) {
        NetworkConfig plain = config(layer);
        all.add(
            model(
                plain
                    .withBlock(plain.block().withNorm(norm, true))
                    .withPooling(norm == Norm.NONE ? Pooling.LAST : Pooling.MEAN)));
      }
    }
    NetworkConfig gated = config(S4dConfig.DEFAULT.withStateSize(8));
    all.add(
        model(
            gated.withBlock(
                gated
                    .block()
                    .withMixer(Mixer.GEGLU)
                    .withKernels(2, Activation.GELU)
                    .withFeedForward(2)
                    .withNorm(Norm.NONE, true))));
    return all.stream();
  }

  private static State started(SequenceModel model) {
    State state = model.newState();
    for (int t = 0; t < 20; t++) {
      model.step(new float[] {(float) Math.sin(t), 0.5f}, state);
    }
    return state;
  }

  /** The call is refused and nothing has happened, or the state can be written and read. */
  private static boolean refused(SequenceModel model, State state, Runnable call) {
    byte[] before = state.toBytes();
    Throwable thrown = catchThrowable(call::run);
    if (thrown == null) {
      byte[] after = state.toBytes();
      assertThat(model.stateFromBytes(after).toBytes()).isEqualTo(after);
      return false;
    }
    assertThat(thrown)
        .as(() -> model.config().toString())
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("as before")
        .hasMessageContaining("too large");
    assertThat(state.toBytes()).isEqualTo(before);
    assertThat(next(model, state)).isEqualTo(next(model, model.stateFromBytes(before)));
    return true;
  }

  /** What an ordinary step says; a state may be too large for it, though it is finite. */
  private static String next(SequenceModel model, State state) {
    float[] x = new float[model.config().inputSize()];
    Arrays.fill(x, 0.25f);
    try {
      return Arrays.toString(model.step(x, state));
    } catch (ArithmeticException e) {
      return e.getMessage();
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void aStepWithoutAFiniteResultLeavesTheStateAsItWas(SequenceModel model) {
    State state = started(model);
    boolean any = false;
    for (float size : new float[] {HUGE, 1e38f, 1e30f, 1e20f, 1e10f}) {
      for (float[] x : new float[][] {{size, size}, {-size, size}, {0, size}}) {
        any |= refused(model, state, () -> model.step(x, state));
      }
    }
    boolean saturates = model.config().block().ssm() instanceof GruConfig;
    assertThat(any || saturates).as("some of them are too large").isTrue();
  }

  @ParameterizedTest
  @MethodSource("models")
  void ofManyStreamsNoneMoves(SequenceModel model) {
    int streams = 90;
    State[] states = new State[streams];
    Arrays.setAll(states, i -> started(model));
    float[] x = new float[2 * streams];
    Arrays.fill(x, 0.5f);
    x[2 * 85] = HUGE;
    x[2 * 85 + 1] = HUGE;
    float[] y = new float[3 * streams];
    try (Parallel two = Parallel.of(2)) {
      for (Parallel threads : List.of(Parallel.serial(), two)) {
        byte[] first = states[0].toBytes();
        boolean moved = !refused(model, states[85], () -> model.step(threads, x, null, states, y));
        assertThat(Arrays.equals(states[0].toBytes(), first)).isEqualTo(!moved);
        assertThat(states[0].steps() == states[89].steps()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void chunksAreWholeOrNothing(SequenceModel model) {
    State state = started(model);
    float[] chunk = new float[2 * 100];
    Arrays.fill(chunk, 0.5f);
    chunk[120] = HUGE;
    chunk[121] = HUGE;
    refused(model, state, () -> model.forward(chunk, state));
    refused(model, state, () -> model.prefill(Parallel.serial(), chunk, state));
    Throwable thrown =
        catchThrowable(() -> model.statesAt(Parallel.serial(), chunk, 100)[0].toBytes());
    assertThat(thrown == null || thrown instanceof ArithmeticException).isTrue();
  }

  @ParameterizedTest
  @MethodSource("models")
  void eventsToo(SequenceModel model) {
    LayerConfig layer = model.config().block().ssm();
    if (layer instanceof GruConfig) {
      return;
    }
    State state = started(model);
    float[] y = new float[3];
    refused(model, state, () -> model.step(new float[] {HUGE, HUGE}, 3, state, y));
    State[] two = {state, started(model)};
    float[] x = {HUGE, HUGE, 1, 1};
    refused(model, state, () -> model.step(x, new double[] {3, 2}, two, new float[6]));
  }

  /** |λ| above 1: the state grows without an input. */
  private static SequenceModel growing() {
    S4dConfig layer =
        S4dConfig.DEFAULT.withStateSize(8).withRealTransform(Transform.NONE).withDtRange(0.1, 0.5);
    Network network = new Network(config(layer), new SeededRandom(3));
    for (Parameter p : network.parameters()) {
      if (p.name().endsWith("A_real")) {
        Arrays.fill(p.value(), -0.5f);
      }
    }
    return SequenceModel.of(network, Map.of());
  }

  @Test
  void modesThatGrowEndInAMessage() {
    SequenceModel model = growing();
    State state = model.newState();
    float[] x = {1, 1};
    Throwable thrown = null;
    int steps = 0;
    while (thrown == null && steps < 10_000) {
      byte[] before = state.toBytes();
      thrown = catchThrowable(() -> model.step(x, state));
      steps++;
      if (thrown != null) {
        assertThat(thrown).isInstanceOf(ArithmeticException.class).hasMessageContaining("grow");
        assertThat(state.toBytes()).isEqualTo(before);
      }
    }
    assertThat(steps).isBetween(100, 9999);
    State young = model.newState();
    model.step(x, young);
    byte[] before = young.toBytes();
    assertThatThrownBy(() -> model.skip(100_000, young))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContainingAll("as before", "grow");
    assertThat(young.toBytes()).isEqualTo(before);
  }

  /** No map has a weight in a direction that its row of zeros does not tell. */
  @Test
  void aDirectionOfZerosIsNoCertainty() {
    NetworkConfig plain = config(S4dConfig.DEFAULT.withStateSize(8)).withPooling(Pooling.MEAN);
    BlockConfig block = plain.block().withActivation(Activation.GELU, true);
    Network network = new Network(plain.withBlock(block), new SeededRandom(3));
    for (Parameter p : network.parameters()) {
      if (p.name().endsWith("weight_v")) {
        Arrays.fill(p.value(), 0, 8, 0f);
      }
    }
    SequenceModel model = SequenceModel.of(network, Map.of());
    State state = model.newState();
    byte[] before = state.toBytes();
    float[] x = {1, 1};
    for (Runnable call :
        List.<Runnable>of(() -> model.step(x, state), () -> model.forward(x, state))) {
      assertThatThrownBy(call::run)
          .isInstanceOf(ArithmeticException.class)
          .hasMessageContainingAll(DIRECTION_OF_ZEROS, "as before")
          .hasMessageNotContaining("too large");
      assertThat(state.toBytes()).isEqualTo(before);
    }
    assertThatThrownBy(() -> model.predict(x))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining(DIRECTION_OF_ZEROS)
        .hasMessageNotContaining("inputs");
    assertThatThrownBy(() -> model.statesAt(Parallel.serial(), x, 1))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining(DIRECTION_OF_ZEROS);
  }

  /** Nothing stays nothing, however long it waits and however fast it would have grown. */
  @Test
  void anEmptyStateOfModesThatGrowStaysEmpty() {
    SequenceModel model = growing();
    State state = model.newState();
    byte[] empty = state.toBytes();
    model.skip(100_000, state);
    model.skipTime(12_345.5, state);
    assertThat(state.steps()).isEqualTo(100_001);
    for (float[] layer : state.layers()) {
      assertThat(layer).containsOnly(0f);
    }
    assertThat(model.stateFromBytes(state.toBytes()).steps()).isEqualTo(100_001);
    assertThat(state.toBytes()).hasSameSizeAs(empty);
  }

  /** Steps are counted in a long: what has no number cannot be skipped. */
  @Test
  void moreStepsThanCanBeCountedAreRefused() {
    SequenceModel model = Models.plain();
    State state = model.newState();
    model.step(new float[] {1, 2}, state);
    model.skip(1L << 61, state);
    model.skip(1L << 60, state);
    byte[] before = state.toBytes();
    for (long steps : new long[] {Long.MAX_VALUE, 1L << 62, 1L << 60}) {
      assertThatThrownBy(() -> model.skip(steps, state))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll(Long.toString(steps), Long.toString(state.steps()));
      assertThat(state.toBytes()).isEqualTo(before);
    }
    model.step(new float[] {1, 2}, state);
    assertThat(model.stateFromBytes(state.toBytes()).steps()).isEqualTo(state.steps());
  }

  @Test
  void tokensToo() {
    NetworkConfig config =
        NetworkConfig.tokens(3, 2)
            .withWidth(8)
            .withDepth(2)
            .withSsm(S4dConfig.DEFAULT.withStateSize(8));
    Network network =
        new Network(
            config.withBlock(config.block().withNorm(Norm.NONE, true)), new SeededRandom(1));
    Arrays.fill(network.parameters().get(0).value(), 16, 24, HUGE);
    SequenceModel model = SequenceModel.of(network, Map.of());
    State state = model.newState();
    model.stepToken(0, state);
    byte[] before = state.toBytes();
    for (Runnable call :
        List.<Runnable>of(
            () -> model.stepToken(2, state),
            () -> model.stepToken(2, 1.5, state, new float[2]),
            () -> model.stepTokens(new int[] {2}, new State[] {state}, new float[2]),
            () -> model.forwardTokens(new int[] {0, 2}, state),
            () -> model.prefillTokens(Parallel.serial(), new int[] {2}, state))) {
      assertThatThrownBy(call::run)
          .isInstanceOf(ArithmeticException.class)
          .hasMessageContaining("as before");
      assertThat(state.toBytes()).isEqualTo(before);
    }
  }

  @Test
  void whatCouldNotBeReadIsNotWritten() {
    SequenceModel model = Models.plain();
    State state = model.newState();
    state.layers()[1][3] = Float.NaN;
    assertThatThrownBy(state::toBytes)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll("number 3 of layer 1", "NaN");
    State mean = model.newState();
    mean.pooled()[2] = Double.POSITIVE_INFINITY;
    assertThatThrownBy(mean::toBytes).hasMessageContainingAll("number 2 of the running mean");
  }

  @Provide
  Arbitrary<SequenceModel> streaming() {
    return Models.streaming();
  }

  @Provide
  Arbitrary<SequenceModel> timed() {
    return Models.timed(true);
  }

  /** Whatever the sizes of inputs and gaps, alone and together. */
  @Property(tries = 200, seed = "22", shrinking = ShrinkingMode.BOUNDED)
  void eventsOfAllSizes(
      @ForAll("timed") SequenceModel model, @ForAll @IntRange(max = 1 << 20) int seed) {
    int d = model.config().inputSize();
    if (d == 0) {
      return;
    }
    boolean whole = model.config().block().ssm().partialGapObstacle() != null;
    SeededRandom random = new SeededRandom(seed);
    State state = model.newState();
    State[] alone = {state};
    float[] y = new float[model.config().outputSize()];
    for (int t = 0; t < 60; t++) {
      double size = Math.pow(10, random.uniform(-3, t < 30 ? 3 : 38.5));
      float[] x = new float[d];
      for (int i = 0; i < d; i++) {
        x[i] = (float) Math.max(-HUGE, Math.min(HUGE, size * random.normal()));
      }
      double any = Math.pow(10, random.uniform(-3, t % 3 == 0 ? 7 : 2));
      double gap = whole ? Math.ceil(any) : any;
      double[] gaps = {gap};
      refused(
          model,
          state,
          t % 2 == 0 ? () -> model.step(x, gap, state, y) : () -> model.step(x, gaps, alone, y));
    }
  }

  /** Whatever the sizes of the inputs: an answer, or the state of before. */
  @Property(tries = 300, seed = "21", shrinking = ShrinkingMode.BOUNDED)
  void inputsOfAllSizes(
      @ForAll("streaming") SequenceModel model, @ForAll @IntRange(max = 1 << 20) int seed) {
    if (model.config().vocabulary() > 0) {
      return;
    }
    SeededRandom random = new SeededRandom(seed);
    State state = model.newState();
    for (int t = 0; t < 30; t++) {
      float[] x = new float[model.config().inputSize()];
      double size = Math.pow(10, random.uniform(-3, 38.5));
      for (int i = 0; i < x.length; i++) {
        x[i] = (float) Math.max(-HUGE, Math.min(HUGE, size * random.normal()));
      }
      refused(model, state, () -> model.step(x, state));
    }
  }
}
