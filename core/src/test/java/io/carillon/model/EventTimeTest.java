package io.carillon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.core.SeededRandom;
import io.carillon.nn.Network;
import io.carillon.nn.NetworkConfig;
import io.carillon.nn.Pooling;
import io.carillon.ssm.Discretisation;
import io.carillon.ssm.DlrConfig;
import io.carillon.ssm.DssConfig;
import io.carillon.ssm.S4dConfig;
import io.carillon.ssm.SsmConfig;
import java.util.Arrays;
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

/** A gap of k is k steps with the same input, in every layer. */
class EventTimeTest {
  /** Float rounding of up to a hundred steps, relative to the largest value. */
  private static final double BOUND = 1e-4;

  @Provide
  Arbitrary<SsmConfig> kernels() {
    return Arbitraries.of(
        S4dConfig.DEFAULT.withStateSize(8),
        S4dConfig.DEFAULT.withStateSize(8).withDiscretisation(Discretisation.BILINEAR),
        S4dConfig.DEFAULT.withStateSize(8).withDiscretisation(Discretisation.DIRAC),
        DssConfig.DEFAULT.withStateSize(5));
  }

  private static SequenceModel model(SsmConfig ssm, int depth, long seed) {
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
      @ForAll("kernels") SsmConfig ssm,
      @ForAll @LongRange(max = 999) long seed,
      @ForAll @IntRange(min = 1, max = 60) int gap) {
    SequenceModel model = model(ssm, 1, seed);
    float[] x = {0.7f, -1.2f};
    State held = model.newState();
    RandomModels.steps(model, RandomModels.history(model, seed, 20), held);
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
    RandomModels.steps(model, RandomModels.history(model, seed, 20), parts);
    State whole = parts.copy();
    float[] expected = new float[3];
    float[] actual = new float[3];
    model.step(x, first, parts, actual);
    model.step(x, second, parts, actual);
    model.step(x, first + second, whole, expected);
    assertClose(actual, expected);
    assertClose(parts.layers()[0], whole.layers()[0]);
  }

  @Test
  void aSequenceOfEventsIsItsEvents() {
    SequenceModel model = model(S4dConfig.DEFAULT.withStateSize(8), 3, 1);
    float[] x = RandomModels.history(model, 4, 30).values();
    double[] gaps = new double[30];
    for (int t = 0; t < gaps.length; t++) {
      gaps[t] = t % 7 == 0 ? 1 : 0.25 * (1 + t);
    }
    float[] whole = model.forward(x, gaps, model.newState());
    State state = model.newState();
    float[] y = new float[3];
    for (int t = 0; t < gaps.length; t++) {
      model.step(Arrays.copyOfRange(x, 2 * t, 2 * t + 2), gaps[t], state, y);
      assertThat(Arrays.copyOfRange(whole, 3 * t, 3 * t + 3)).containsExactly(y);
    }
    Arrays.fill(gaps, 1);
    assertThat(model.forward(x, gaps, model.newState()))
        .containsExactly(RandomModels.steps(model, History.ofValues(x, 2), model.newState()));
  }

  @Test
  void gapsThatCannotBeAreNamed() {
    SequenceModel model = model(S4dConfig.DEFAULT.withStateSize(8), 1, 1);
    SequenceModel dlr = model(DlrConfig.DEFAULT.withStateSize(8), 1, 1);
    float[] x = new float[2];
    float[] y = new float[3];
    State state = model.newState();
    for (double gap : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> model.step(x, gap, state, y))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("gap is " + gap);
    }
    assertThatThrownBy(() -> dlr.step(x, 2, dlr.newState(), y))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("dlr have no step size");
    dlr.step(x, 1, dlr.newState(), y);
    assertThatThrownBy(() -> model.forward(x, new double[2], state))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 gaps for 1 events");
    assertThat(state.steps()).isZero();
  }
}
