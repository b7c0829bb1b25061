package io.carillon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.config.AttentionConfig;
import io.carillon.config.DlrConfig;
import io.carillon.config.DssConfig;
import io.carillon.config.GruConfig;
import io.carillon.config.LayerConfig;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Pooling;
import io.carillon.config.S4Config;
import io.carillon.config.S4dConfig;
import io.carillon.config.SgConvConfig;
import io.carillon.config.kernel.Discretisation;
import io.carillon.config.kernel.DssVersion;
import io.carillon.config.kernel.KernelCast;
import io.carillon.config.kernel.S4Init;
import io.carillon.engine.Parallel;
import io.carillon.engine.SeededRandom;
import io.carillon.nn.Network;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A gap of k is k steps with the same input, in every layer. */
class EventTimeTest {
  /** Float rounding of up to a hundred steps, relative to the largest value. */
  private static final double BOUND = 1e-4;

  @Provide
  Arbitrary<LayerConfig> kernels() {
    return Arbitraries.of(
        S4Config.DEFAULT.withStateSize(8),
        S4Config.DEFAULT.withStateSize(8).withInit(S4Init.FOURIER, 2),
        S4dConfig.DEFAULT.withStateSize(8).withMaxKernelLength(10),
        DlrConfig.DEFAULT.withStateSize(8).withCast(KernelCast.PROD).withMaxKernelLength(33),
        S4dConfig.DEFAULT.withStateSize(8),
        S4dConfig.DEFAULT.withStateSize(8).withDiscretisation(Discretisation.BILINEAR),
        S4dConfig.DEFAULT.withStateSize(8).withDiscretisation(Discretisation.DIRAC),
        DssConfig.DEFAULT.withStateSize(5));
  }

  private static SequenceModel model(LayerConfig ssm, int depth, long seed) {
    NetworkConfig config =
        NetworkConfig.sequence(2, 3)
            .withWidth(6)
            .withDepth(depth)
            .withPooling(Pooling.LAST)
            .withSsm(ssm);
    return SequenceModel.of(new Network(config, new SeededRandom(seed)), Map.of());
  }

  private static void assertClose(float[] actual, float[] expected) {
    double largest = 1e-3;
    for (float x : expected) {
      largest = Math.max(largest, Math.abs(x));
    }
    for (int i = 0; i < expected.length; i++) {
      assertThat(Math.abs(actual[i] - expected[i]) / largest).as("number %d", i).isLessThan(BOUND);
    }
  }

  @Property(tries = 60, seed = "31")
  void aGapIsHeldStepsInOneLayer(
      @ForAll("kernels") LayerConfig ssm,
      @ForAll @LongRange(max = 999) long seed,
      @ForAll @IntRange(min = 1, max = 60) int gap) {
    SequenceModel model = model(ssm, 1, seed);
    float[] x = {0.7f, -1.2f};
    State held = model.newState();
    Models.steps(model, Models.history(model, seed, 20), held);
    State event = held.copy();
    float[] expected = null;
    for (int k = 0; k < gap; k++) {
      expected = model.step(x, held);
    }
    float[] actual = new float[3];
    model.step(x, gap, event, actual);
    assertClose(actual, expected);
    assertClose(event.layers()[0], held.layers()[0]);
    assertThat(event.steps()).isEqualTo(21);
  }

  /** Of zero-order hold only: the hold of g + h is that of g, then of h. */
  @Property(tries = 60, seed = "32")
  void gapsOfZeroOrderHoldAddUp(
      @ForAll @LongRange(max = 999) long seed,
      @ForAll @DoubleRange(min = 0.01, max = 30) double first,
      @ForAll @DoubleRange(min = 0.01, max = 30) double second) {
    SequenceModel model = model(S4dConfig.DEFAULT.withStateSize(8), 1, seed);
    float[] x = {-0.4f, 2f};
    State parts = model.newState();
    Models.steps(model, Models.history(model, seed, 20), parts);
    State whole = parts.copy();
    float[] expected = new float[3];
    float[] actual = new float[3];
    model.step(x, first, parts, actual);
    model.step(x, second, parts, actual);
    model.step(x, first + second, whole, expected);
    assertClose(actual, expected);
    assertClose(parts.layers()[0], whole.layers()[0]);
  }

  @Provide
  Arbitrary<SequenceModel> anyGap() {
    return Models.timed(false);
  }

  @Provide
  Arbitrary<SequenceModel> wholeGaps() {
    return Models.timed(true);
  }

  @Property(tries = 40, seed = "33")
  void eventsAreTheSameInAllWays(
      @ForAll("anyGap") SequenceModel model,
      @ForAll @LongRange(max = 999) long seed,
      @ForAll @IntRange(min = 1, max = 150) int length) {
    assertAllWaysAgree(model, seed, length, false);
  }

  @Property(tries = 40, seed = "34")
  void wholeGapsAreTheSameInAllWays(
      @ForAll("wholeGaps") SequenceModel model,
      @ForAll @LongRange(max = 999) long seed,
      @ForAll @IntRange(min = 1, max = 150) int length) {
    assertAllWaysAgree(model, seed, length, true);
  }

  /**
   * Whole sequences, batches, chunks, prefill, states at positions, single steps and steps together
   * of sequences with gaps and missing steps.
   */
  private static void assertAllWaysAgree(
      SequenceModel model, long seed, int length, boolean whole) {
    Sequence events = events(model, seed, length, whole);
    Sequence others = events(model, seed + 1, 20, whole);
    Parity parity = Parity.check(model, BOUND, List.of(events, others));
    assertThat(parity.passed()).as("%s", parity).isTrue();

    State stepped = model.newState();
    float[] last = null;
    for (int t = 0; t < length; t++) {
      float[] y = step(model, events, t, stepped);
      last = y == null ? last : y;
    }
    State filled = model.newState();
    assertClose(model.prefill(Parallel.serial(), events, filled), last);
    assertThat(filled.observedSteps()).isEqualTo(stepped.observedSteps());
    State[] at = model.statesAt(Parallel.serial(), events, length, length / 2);
    for (int t = length / 2; t < length; t++) {
      step(model, events, t, at[1]);
    }
    for (int i = 0; i < stepped.layers().length; i++) {
      assertClose(filled.layers()[i], stepped.layers()[i]);
      assertClose(at[0].layers()[i], stepped.layers()[i]);
      assertClose(at[1].layers()[i], stepped.layers()[i]);
    }
  }

  /** Some gaps come again, some are 1, some steps are missing, the first is not. */
  private static Sequence events(SequenceModel model, long seed, int length, boolean whole) {
    SeededRandom random = new SeededRandom(seed);
    double[] gaps = new double[length];
    float[] mask = new float[length];
    for (int t = 0; t < length; t++) {
      double any = t % 3 == 0 ? 2.5 : Math.exp(1.5 * random.normal());
      gaps[t] = t % 4 == 1 ? 1 : whole ? Math.ceil(any) : any;
      mask[t] = t % 5 == 3 ? 0 : 1;
    }
    return Models.history(model, seed, length).withGaps(gaps).withMask(mask);
  }

  /** By the public steps; null for a missing step. */
  private static float[] step(SequenceModel model, Sequence events, int t, State state) {
    float[] y = new float[model.config().outputSize()];
    if (!events.observed(t)) {
      model.skipTime(events.gap(t), state);
      return null;
    }
    if (events.tokens() != null) {
      model.stepToken(events.tokens()[t], events.gap(t), state, y);
    } else {
      model.step(events.slice(t, t + 1).values(), events.gap(t), state, y);
    }
    return y;
  }

  /** Streams of one batch with gaps of their own, against the same one by one. */
  @Property(tries = 20, seed = "35")
  void gapsOfManyStreamsAreTheirOwn(
      @ForAll("anyGap") SequenceModel model, @ForAll @LongRange(max = 999) long seed) {
    assertStreamsAreTheirOwn(model, seed, false);
  }

  @Property(tries = 20, seed = "36")
  void wholeGapsOfManyStreamsAreTheirOwn(
      @ForAll("wholeGaps") SequenceModel model, @ForAll @LongRange(max = 999) long seed) {
    assertStreamsAreTheirOwn(model, seed, true);
  }

  private static void assertStreamsAreTheirOwn(SequenceModel model, long seed, boolean whole) {
    int streams = 270;
    Sequence events = Models.history(model, seed, streams);
    SeededRandom random = new SeededRandom(seed);
    double[] gaps = new double[streams];
    State[] together = new State[streams];
    int n = model.config().outputSize();
    float[] expected = new float[streams * n];
    for (int s = 0; s < streams; s++) {
      double any = Math.exp(random.normal());
      gaps[s] = s % 3 == 0 ? 1 : s % 3 == 1 ? 4 : whole ? Math.ceil(any) : any;
      together[s] = model.newState();
      State alone = model.newState();
      float[] y = step(model, events.withGaps(gaps), s, alone);
      System.arraycopy(y, 0, expected, s * n, n);
    }
    float[] y = new float[streams * n];
    if (events.tokens() != null) {
      model.stepTokens(events.tokens(), gaps, together, y);
    } else {
      model.step(events.values(), gaps, together, y);
    }
    assertClose(y, expected);
  }

  /** A length that is met again and again goes over to what is kept ready: the same bits. */
  @Test
  void aGapThatIsKeptReadyGivesTheSameBits() {
    SequenceModel model = model(S4dConfig.DEFAULT.withStateSize(8), 2, 1);
    State state = model.newState();
    float[] first = new float[3];
    model.step(new float[] {1, 2}, 3.7, state, first);
    for (int i = 0; i < 4; i++) {
      float[] y = new float[3];
      State again = model.newState();
      model.step(new float[] {1, 2}, 3.7, again, y);
      assertThat(y).containsExactly(first);
      assertThat(again.toBytes()).isEqualTo(state.toBytes());
    }
  }

  @Test
  void gapsOfOneAreOrdinarySteps() {
    SequenceModel model = model(S4dConfig.DEFAULT.withStateSize(8), 3, 1);
    float[] x = Models.history(model, 4, 30).values();
    double[] ones = new double[30];
    Arrays.fill(ones, 1);
    assertThat(model.forward(x, ones, model.newState()))
        .containsExactly(model.forward(x, model.newState()));
    SequenceModel gru = model(GruConfig.DEFAULT, 1, 1);
    assertThat(gru.forward(x, ones, gru.newState()))
        .containsExactly(gru.forward(x, gru.newState()));
  }

  @Test
  void gapsThatCannotBeAreNamed() {
    SequenceModel model = model(S4dConfig.DEFAULT.withStateSize(8), 1, 1);
    SequenceModel dlr = model(DlrConfig.DEFAULT.withStateSize(8), 1, 1);
    float[] x = new float[2];
    float[] y = new float[3];
    State state = model.newState();
    for (double gap : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertRefused("gap is " + gap, () -> model.step(x, gap, state, y));
      assertRefused("gap is " + gap, () -> model.skipTime(gap, state));
    }
    assertRefused("dlr have no step size", () -> dlr.step(x, 1.5, dlr.newState(), y));
    dlr.step(x, 2, dlr.newState(), y);
    assertRefused("2 gaps for 1 events", () -> model.forward(x, new double[2], state));
    assertRefused(
        "2 gaps for 1 streams", () -> model.step(x, new double[2], new State[] {state}, y));
    Sequence late = Sequence.ofValues(new float[4], 2).withGaps(new double[] {1, -3});
    assertRefused("sequence 0, step 1: gap is -3.0", () -> predict(model, late));
    assertRefused("its mask 1", () -> predict(model, late.withGaps(null).withMask(new float[1])));
    assertRefused("3 numbers per step", () -> predict(model, Sequence.ofValues(new float[6], 3)));
    assertThat(state.steps()).isZero();
  }

  private static float[][] predict(SequenceModel model, Sequence sequence) {
    return model.predict(Parallel.serial(), 1, sequence);
  }

  private static void assertRefused(String words, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words);
  }

  /** Too long to be spelled out: whole sequences go step by step, too. */
  @Test
  void longGapsOfS4AreTheSameInAllWays() {
    SequenceModel model = model(S4Config.DEFAULT.withStateSize(16), 2, 3);
    Sequence events = Models.history(model, 3, 6).withGaps(new double[] {1, 5000, 3, 1, 1e6, 2});
    Sequence others = Models.history(model, 4, 3).withGaps(new double[] {2, 1, 9});
    Parity parity = Parity.check(model, BOUND, List.of(events, others));
    assertThat(parity.passed()).as("%s", parity).isTrue();
    State held = model.newState();
    State rested = held.copy();
    model.step(new float[] {1, -1}, held);
    model.step(new float[] {1, -1}, rested);
    for (int k = 0; k < 3000; k++) {
      model.skip(1, held);
    }
    model.skipTime(3000, rested);
    assertClose(rested.layers()[0], held.layers()[0]);
  }

  @Test
  void wholeGapsAreAskedForWithTheReason() {
    float[] x = {1, 1};
    float[] y = new float[3];
    SequenceModel s4 = model(S4Config.DEFAULT.withStateSize(8), 1, 1);
    assertRefused("s4 have a bilinear step", () -> s4.step(x, 2.5, s4.newState(), y));
    SequenceModel cut = model(S4dConfig.DEFAULT.withStateSize(8).withMaxKernelLength(10), 1, 1);
    assertRefused("cut at 10 steps", () -> cut.step(x, 0.5, cut.newState(), y));
    assertRefused(
        "Round the gap", () -> predict(cut, Sequence.ofValues(x, 2).withGaps(new double[] {1.25})));
  }

  static List<LayerConfig> withoutGaps() {
    return List.of(
        DlrConfig.DEFAULT.withStateSize(8).withCast(KernelCast.PROD),
        S4dConfig.DEFAULT.withStateSize(8).withDiscretisation(Discretisation.DSS),
        DssConfig.DEFAULT.withStateSize(5).withVersion(DssVersion.SOFTMAX),
        SgConvConfig.DEFAULT,
        AttentionConfig.DEFAULT.withHeads(1),
        GruConfig.DEFAULT);
  }

  @ParameterizedTest
  @MethodSource("withoutGaps")
  void layersWithoutGapsSayWhyAndWhatToDo(LayerConfig layer) {
    SequenceModel model = model(layer, 1, 1);
    Sequence events = Sequence.ofValues(new float[4], 2).withGaps(new double[] {1, 2});
    assertRefused("take no gaps between steps: ", () -> predict(model, events));
    assertRefused("train with layers of kind s4d, dss", () -> predict(model, events));
    // Gaps of 1 are no gaps.
    assertThat(predict(model, events.withGaps(new double[] {1, 1})))
        .isEqualTo(predict(model, events.withGaps(null)));
    if (model.streamingObstacle().isEmpty()) {
      State state = model.newState();
      assertRefused("take no gaps", () -> model.step(new float[2], 2, state, new float[3]));
      assertRefused("take no gaps", () -> model.skipTime(2, state));
      assertThat(state.steps()).isZero();
    }
  }
}
