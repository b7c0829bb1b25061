package io.carillon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.carillon.config.AttentionConfig;
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
import io.carillon.config.SgConvConfig;
import io.carillon.config.kernel.Discretisation;
import io.carillon.config.kernel.DssVersion;
import io.carillon.config.kernel.KernelCast;
import io.carillon.engine.SeededRandom;
import io.carillon.error.FormatException;
import io.carillon.model.inside.Inside;
import io.carillon.nn.Network;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a step costs and refuses. */
class StepTest {
  private static final int STEPS = 2000;

  /**
   * Bytes per step that pass as none. The first calls are interpreted, where every SIMD value is an
   * object; a compiled step allocates nothing, but the compiler may still replace code while we
   * measure.
   */
  private static final double SLACK = 1;

  private static SequenceModel model(NetworkConfig config) {
    return Inside.model(new Network(config, new SeededRandom(3)), Map.of());
  }

  private static NetworkConfig config() {
    return NetworkConfig.sequence(2, 3)
        .withWidth(32)
        .withDepth(2)
        .withSsm(S4dConfig.DEFAULT.withStateSize(16));
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getThreadAllocatedBytes(Thread.currentThread().getId());
  }

  /**
   * Bytes per call in the best of some rounds, the first of which warm up. How many are needed
   * depends on when the compiler, which works in the background, gets a processor; one round that
   * allocates nothing shows that a compiled step does not.
   */
  private static double bytesPerCall(Runnable call) {
    double best = Double.MAX_VALUE;
    for (int round = 0; round < 1000 && best > SLACK; round++) {
      long before = allocated();
      for (int i = 0; i < STEPS; i++) {
        call.run();
      }
      best = Math.min(best, (allocated() - before) / (double) STEPS);
    }
    return best;
  }

  @ParameterizedTest
  @EnumSource(Norm.class)
  void aStepAllocatesNothing(Norm norm) {
    BlockConfig block = config().block().withNorm(norm, true).withFeedForward(1);
    SequenceModel model = model(config().withBlock(block));
    State state = model.newState();
    float[] x = {0.5f, -1f};
    float[] y = new float[3];
    assertThat(bytesPerCall(() -> model.step(x, state, y))).isLessThanOrEqualTo(SLACK);
    assertThat(state.steps()).isPositive();
  }

  static List<LayerConfig> otherLayers() {
    return List.of(
        S4dConfig.DEFAULT.withStateSize(8).withMaxKernelLength(20),
        S4Config.DEFAULT.withStateSize(8).withKernelLength(64),
        GruConfig.DEFAULT);
  }

  @ParameterizedTest
  @MethodSource("otherLayers")
  void aStepOfEveryKindOfLayerAllocatesNothing(LayerConfig layer) {
    SequenceModel model = model(config().withDepth(1).withSsm(layer));
    State state = model.newState();
    float[] x = {0.5f, -1f};
    float[] y = new float[3];
    assertThat(bytesPerCall(() -> model.step(x, state, y))).isLessThanOrEqualTo(SLACK);
  }

  /** No gap comes twice. */
  @Test
  void anEventAllocatesNothing() {
    SequenceModel model = model(config().withDepth(1).withSsm(S4dConfig.DEFAULT.withStateSize(4)));
    State state = model.newState();
    float[] x = {0.5f, -1f};
    float[] y = new float[3];
    assertThat(
            bytesPerCall(() -> model.step(x, 1.5 + 1e-6 * (state.steps() % 1_000_000), state, y)))
        .isLessThanOrEqualTo(SLACK);
  }

  @Test
  void aStepOfManyStreamsAllocatesNothing() {
    SequenceModel model = model(config().withBlock(config().block().withMixer(Mixer.GEGLU)));
    State[] states = {model.newState(), model.newState(), model.newState(), model.newState()};
    float[] x = new float[8];
    float[] y = new float[12];
    assertThat(bytesPerCall(() -> model.step(x, states, y))).isLessThanOrEqualTo(SLACK);
  }

  @Test
  void aTokenStepAllocatesNothing() {
    SequenceModel model =
        model(NetworkConfig.tokens(5, 2).withWidth(16).withDepth(1).withPooling(Pooling.LAST));
    State state = model.newState();
    float[] y = new float[2];
    assertThat(bytesPerCall(() -> model.stepToken(3, state, y))).isLessThanOrEqualTo(SLACK);
  }

  @Test
  void threadsShareAModel() throws Exception {
    SequenceModel model = model(config());
    float[] expected = Models.steps(model, Models.history(model, 1, 200), model.newState());
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<float[]>> answers = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        answers.add(
            threads.submit(
                () -> Models.steps(model, Models.history(model, 1, 200), model.newState())));
      }
      for (Future<float[]> answer : answers) {
        assertThat(answer.get()).containsExactly(expected);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aWrongStepLeavesTheStateAsItWas() {
    SequenceModel model = model(config());
    State state = model.newState();
    model.step(new float[] {1, 2}, state);
    byte[] before = state.toBytes();
    State twin = model.newState();
    State[] twice = {twin, state, state};
    State[] foreign = {state, Models.plain().newState()};
    assertRefused("3 numbers", () -> model.step(new float[3], state));
    assertRefused("channel 1 is NaN", () -> model.step(new float[] {1, Float.NaN}, state));
    assertRefused("2 places", () -> model.step(new float[2], state, new float[2]));
    assertRefused("not tokens", () -> model.stepToken(1, state));
    assertRefused("state 2", () -> model.step(new float[6], twice, new float[9]));
    assertRefused("state 1 is of model", () -> model.step(new float[4], foreign, new float[6]));
    assertRefused("5 numbers", () -> model.step(new float[5], twice, new float[9]));
    assertRefused("8 places", () -> model.step(new float[6], twice, new float[8]));
    assertRefused("steps is -1", () -> model.skip(-1, state));
    assertRefused(
        "stream 1, channel 0 is Infinity",
        () ->
            model.step(
                new float[] {0, 0, Float.POSITIVE_INFINITY, 0},
                new State[] {twin, state},
                new float[6]));
    assertRefused("position 3", () -> model.statesAt(new float[4], 0, 3));
    assertThat(state.toBytes()).isEqualTo(before);
    assertThat(twin.steps()).isZero();
    model.step(new float[4], new State[] {twin, state}, new float[6]);
    assertThat(state.steps()).isEqualTo(2);
  }

  private static void assertRefused(String words, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words);
  }

  static List<LayerConfig> layersWithoutStream() {
    return List.of(
        DlrConfig.DEFAULT.withStateSize(8).withCast(KernelCast.PROD),
        DlrConfig.DEFAULT.withStateSize(8).withCast(KernelCast.REAL_PROD),
        DssConfig.DEFAULT.withStateSize(8).withVersion(DssVersion.SOFTMAX),
        S4dConfig.DEFAULT.withStateSize(8).withDiscretisation(Discretisation.DSS),
        SgConvConfig.DEFAULT,
        AttentionConfig.DEFAULT);
  }

  @ParameterizedTest
  @MethodSource("layersWithoutStream")
  void whatCannotStreamSaysWhyAndWhatToDo(LayerConfig layer) {
    SequenceModel model = model(config().withSsm(layer));
    String reason = model.streamingObstacle().orElseThrow();
    assertThat(reason).contains("layer 0: ", ". Predict whole sequences, or train with ");
    assertThatThrownBy(model::newState)
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage(reason);
    assertThatThrownBy(() -> model.stateFromBytes(new byte[100]))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(model.fingerprint()).hasSize(16);
  }

  @Test
  void whatCanStreamHasNoObstacle() {
    SequenceModel model = model(config());
    assertThat(model.streamingObstacle()).isEmpty();
    assertThatThrownBy(() -> model.stateFromBytes(new byte[100]))
        .isInstanceOf(FormatException.class);
  }

  /**
   * A million steps of white noise: λ in two floats keeps the phase, so that stepping stays with
   * the double-precision recurrence however long it goes on. The slowest mode remembers about 2/Δ =
   * 20,000 steps.
   */
  @Test
  void aLongStreamDoesNotDriftAway() {
    S4dConfig slow = S4dConfig.DEFAULT.withStateSize(4).withDtRange(1e-4, 1e-3);
    SequenceModel model =
        model(
            NetworkConfig.sequence(1, 1)
                .withWidth(4)
                .withDepth(1)
                .withPooling(Pooling.LAST)
                .withSsm(slow));
    SeededRandom random = new SeededRandom(9);
    float[] x = new float[1_000_000];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.normal();
    }
    State stepped = model.newState();
    float[] y = new float[1];
    float[] one = new float[1];
    for (float value : x) {
      one[0] = value;
      model.step(one, stepped, y);
    }
    float whole = model.predict(x)[0][0];
    State filled = model.newState();
    assertThat((double) model.prefill(x, filled)[0])
        .isCloseTo(whole, org.assertj.core.data.Offset.offset(2e-4));
    assertThat((double) y[0]).isCloseTo(whole, org.assertj.core.data.Offset.offset(2e-4));
  }
}
