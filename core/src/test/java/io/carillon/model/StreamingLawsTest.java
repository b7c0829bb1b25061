package io.carillon.model;

import static io.carillon.model.Models.forward;
import static io.carillon.model.Models.history;
import static io.carillon.model.Models.predict;
import static io.carillon.model.Models.steps;
import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.engine.SeededRandom;
import io.carillon.model.inside.Inside;
import java.util.Arrays;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** Whole = chunks = steps = many streams at once = with a stop in the middle, for random models. */
class StreamingLawsTest {
  /** What {@link SequenceModel} promises, relative to the largest answer. */
  private static final double BOUND = 1e-4;

  @Provide
  Arbitrary<SequenceModel> models() {
    return Models.streaming();
  }

  private static void assertClose(String what, float[] actual, float[] expected) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    assertThat(difference(actual, expected)).as(what).isLessThan(BOUND);
  }

  /** The largest difference, relative to the largest answer. */
  private static double difference(float[] actual, float[] expected) {
    double largest = 1e-3;
    double difference = 0;
    for (int i = 0; i < actual.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    }
    return difference / largest;
  }

  /** How far the answer to step t moves when all weights move by about one rounding. */
  private static double movedByRoundings(
      SequenceModel model, Sequence before, Sequence history, int t, float[] answer) {
    int n = answer.length;
    return Roundings.moved(
        model.network(),
        new SeededRandom(1),
        network -> {
          SequenceModel moved = Inside.model(network, Map.of());
          State state = moved.newState();
          steps(moved, before, state);
          float[] answers = steps(moved, history, state);
          return difference(Arrays.copyOfRange(answers, t * n, t * n + n), answer);
        });
  }

  /** The answer after the last step. */
  private static float[] last(SequenceModel model, float[] answers) {
    return last(answers, model.config().outputSize());
  }

  private static float[] last(float[] answers, int numbers) {
    return Arrays.copyOfRange(answers, answers.length - numbers, answers.length);
  }

  @Property(tries = 60, seed = "1")
  void stepsAndChunksArePrediction(
      @ForAll("models") SequenceModel model,
      @ForAll @LongRange(max = 999) long seed,
      @ForAll @IntRange(min = 1, max = 150) int length,
      @ForAll @IntRange(min = 1, max = 70) int chunk) {
    Sequence history = history(model, seed, length);
    float[] stepped = steps(model, history, model.newState());
    float[] whole = predict(model, history);
    assertClose("steps", last(stepped, whole.length), whole);

    State state = model.newState();
    int n = model.config().outputSize();
    for (int from = 0; from < length; from += chunk) {
      int to = Math.min(length, from + chunk);
      assertClose(
          "chunk from " + from,
          forward(model, history.slice(from, to), state),
          Arrays.copyOfRange(stepped, from * n, to * n));
    }
    assertThat(state.steps()).isEqualTo(length);
  }

  private static SequenceModel onThreads(SequenceModel model, int threads) {
    return model.withComputing(model.computing().withThreads(threads));
  }

  @Property(tries = 30, seed = "2")
  void prefillAndStatesAtAreStepping(
      @ForAll("models") SequenceModel model,
      @ForAll @LongRange(max = 999) long seed,
      @ForAll @IntRange(min = 1, max = 300) int length,
      @ForAll @IntRange(min = 1, max = 2) int threads) {
    Sequence history = history(model, seed, length);
    Sequence future = history(model, seed + 1, 20);
    State stepped = model.newState();
    float[] answers = steps(model, history, stepped);
    State filled = model.newState();
    int[] positions = {length, 0, length / 3, length / 3};
    SequenceModel several = onThreads(model, threads);
    boolean tokens = history.tokens() != null;
    float[] answer =
        tokens
            ? several.prefillTokens(history.tokens(), filled)
            : several.prefill(history.values(), filled);
    assertClose("prefill", answer, last(model, answers));
    State[] at =
        tokens
            ? several.statesAtTokens(history.tokens(), positions)
            : several.statesAt(history.values(), positions);
    float[] expected = steps(model, future, stepped);
    assertClose("after prefill", steps(model, future, filled), expected);
    assertClose("from the end", steps(model, future, at[0]), expected);
    assertThat(at[1].steps()).isZero();
    State third = model.newState();
    if (length / 3 > 0) {
      steps(model, history.slice(0, length / 3), third);
    }
    expected = steps(model, future, third);
    assertClose("from a third", steps(model, future, at[2]), expected);
    State twin = at[3].copy();
    assertThat(steps(model, future, at[3])).containsExactly(steps(model, future, twin));
  }

  @Property(tries = 30, seed = "3")
  void manyStreamsAtOnceAreSingleSteps(
      @ForAll("models") SequenceModel model,
      @ForAll @LongRange(max = 999) long seed,
      @ForAll @IntRange(min = 1, max = 300) int streams,
      @ForAll @IntRange(min = 1, max = 3) int threads) {
    int steps = 4;
    int n = model.config().outputSize();
    State[] states = new State[streams];
    float[][] expected = new float[streams][];
    Sequence[] histories = new Sequence[streams];
    for (int s = 0; s < streams; s++) {
      states[s] = model.newState();
      // Streams of different ages, which must not know of each other.
      steps(model, history(model, seed + s, 1 + s % 5), states[s]);
      histories[s] = history(model, seed + 1000 + s, steps);
      expected[s] = steps(model, histories[s], states[s].copy());
    }
    float[] y = new float[streams * n];
    SequenceModel several = onThreads(model, threads);
    for (int t = 0; t < steps; t++) {
      stepAll(several, histories, t, states, y);
      for (int s = 0; s < streams; s++) {
        String what = "stream " + s + ", step " + t;
        float[] single = Arrays.copyOfRange(expected[s], t * n, t * n + n);
        float[] together = Arrays.copyOfRange(y, s * n, s * n + n);
        if (difference(together, single) > BOUND) {
          assertThat(difference(together, single))
              .as(what)
              .isLessThanOrEqualTo(
                  Roundings.ALLOWED
                      * movedByRoundings(
                          model, history(model, seed + s, 1 + s % 5), histories[s], t, single));
        }
        if (model.kernels().startsWith("vector")) {
          assertThat(together).as(what).containsExactly(single);
        }
      }
    }
  }

  @Property(tries = 20, seed = "11")
  void theNumberOfThreadsDoesNotChangeABitOfManyStreams(
      @ForAll("models") SequenceModel model,
      @ForAll @LongRange(max = 999) long seed,
      @ForAll @IntRange(max = 9) int tiles,
      @ForAll @IntRange(min = 1, max = 5) int more,
      @ForAll @IntRange(min = 2, max = 4) int threads) {
    int streams = 20 * tiles + more;
    Sequence[] histories = new Sequence[streams];
    State[] serial = new State[streams];
    State[] shared = new State[streams];
    for (int s = 0; s < streams; s++) {
      histories[s] = history(model, seed + s, 2);
      serial[s] = model.newState();
      shared[s] = model.newState();
    }
    float[] expected = new float[streams * model.config().outputSize()];
    float[] actual = new float[expected.length];
    SequenceModel several = onThreads(model, threads);
    for (int t = 0; t < 2; t++) {
      stepAll(model, histories, t, serial, expected);
      stepAll(several, histories, t, shared, actual);
      assertThat(actual).as("step %d", t).containsExactly(expected);
    }
    for (int s = 0; s < streams; s++) {
      assertThat(shared[s].toBytes()).as("state %d", s).containsExactly(serial[s].toBytes());
    }
  }

  @Property(seed = "12")
  void groupsShareTheThreadsAsEvenlyAsTheirTilesAllow(
      @ForAll @IntRange(min = 1, max = 5000) int streams,
      @ForAll @IntRange(min = 2, max = 64) int threads) {
    int size = StreamsTogether.groupSize(streams, threads);
    int groups = StreamsTogether.groups(streams, size);
    int last = streams - (groups - 1) * size;
    assertThat(size).isBetween(20, 80);
    assertThat(last).isBetween(Math.min(streams, 4), size + 3);
    int busiest = (groups + threads - 1) / threads * Math.min(size, streams);
    assertThat(busiest).isLessThan(streams / threads + 24);
    assertThat(StreamsTogether.groupSize(streams, 1)).isEqualTo(80);
  }

  private static void stepAll(
      SequenceModel model, Sequence[] histories, int t, State[] states, float[] y) {
    if (model.config().vocabulary() > 0) {
      int[] tokens = new int[states.length];
      for (int s = 0; s < tokens.length; s++) {
        tokens[s] = histories[s].tokens()[t];
      }
      model.stepTokens(tokens, null, states, y);
      return;
    }
    int d = model.config().inputSize();
    float[] x = new float[states.length * d];
    for (int s = 0; s < states.length; s++) {
      System.arraycopy(histories[s].values(), t * d, x, s * d, d);
    }
    model.step(x, null, states, y);
  }

  @Property(tries = 30, seed = "4")
  void aRestoredStreamGoesOnWithTheSameBits(
      @ForAll("models") SequenceModel model,
      @ForAll @LongRange(max = 999) long seed,
      @ForAll @IntRange(min = 0, max = 90) int stop) {
    Sequence history = history(model, seed, 100);
    State unbroken = model.newState();
    if (stop > 0) {
      steps(model, history.slice(0, stop), unbroken);
    }
    State restored = model.stateFromBytes(unbroken.toBytes());
    assertThat(restored.toBytes()).isEqualTo(unbroken.toBytes());
    assertThat(restored.steps()).isEqualTo(stop);
    Sequence rest = history.slice(stop, 100);
    assertThat(steps(model, rest, restored)).containsExactly(steps(model, rest, unbroken));
    assertThat(restored.toBytes()).isEqualTo(unbroken.toBytes());
  }

  /** The mask of prediction and the gap of a stream mean the same in the whole stack. */
  @Property(tries = 30, seed = "5")
  void skippedStepsAreMissingSteps(
      @ForAll("models") SequenceModel model,
      @ForAll @LongRange(max = 999) long seed,
      @ForAll @IntRange(min = 1, max = 40) int before,
      @ForAll @IntRange(min = 0, max = 200) int gap) {
    if (model.config().vocabulary() > 0) {
      return;
    }
    int d = model.config().inputSize();
    Sequence history = history(model, seed, before + gap + 3);
    float[] mask = new float[history.length()];
    Arrays.fill(mask, 1f);
    Arrays.fill(mask, before, before + gap, 0f);
    float[] whole = model.predict(1, new float[][] {history.values()}, new float[][] {mask})[0];
    State state = model.newState();
    steps(model, history.slice(0, before), state);
    model.skip(gap, state);
    float[] after = steps(model, history.slice(before + gap, history.length()), state);
    assertClose("after the gap", last(model, after), last(model, whole));
    assertThat(state.steps()).isEqualTo(before + gap + 3);
    assertThat(state.observedSteps()).isEqualTo(before + 3);
    assertThat(d).isPositive();
  }
}
