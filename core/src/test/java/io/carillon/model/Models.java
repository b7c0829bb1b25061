package io.carillon.model;

import io.carillon.config.NetworkConfig;
import io.carillon.config.S4dConfig;
import io.carillon.engine.SeededRandom;
import io.carillon.laws.RandomSystem;
import io.carillon.model.inside.Inside;
import io.carillon.nn.EventTime;
import io.carillon.nn.Network;
import java.util.Map;
import java.util.function.Predicate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Models for tests, inputs for them, and the ways to ask them. */
final class Models {
  /** Seeds of systems that properties draw from. */
  private static final long SEEDS = 10_000;

  private Models() {}

  /** Models of {@link RandomSystem} that can stream. */
  static Arbitrary<SequenceModel> streaming() {
    return random(model -> model.streamingObstacle().isEmpty());
  }

  /** Those of them that take gaps: of any length, or whole ones. */
  static Arbitrary<SequenceModel> timed(boolean whole) {
    return random(
        model ->
            model.streamingObstacle().isEmpty()
                && EventTime.obstacle(model.config()) == null
                && (whole || model.config().block().ssm().partialGapObstacle() == null));
  }

  private static Arbitrary<SequenceModel> random(Predicate<SequenceModel> wanted) {
    return Arbitraries.longs()
        .between(0, SEEDS - 1)
        .map(seed -> RandomSystem.of(seed).model())
        .filter(wanted);
  }

  /** Two S4D blocks with mean pooling, two numbers per step. */
  static SequenceModel plain() {
    NetworkConfig config =
        NetworkConfig.sequence(2, 3)
            .withWidth(20)
            .withDepth(2)
            .withSsm(S4dConfig.DEFAULT.withStateSize(16));
    return Inside.model(new Network(config, new SeededRandom(5)), Map.of());
  }

  /** Normal numbers or uniform tokens, whatever the model takes. */
  static Sequence history(SequenceModel model, long seed, int steps) {
    SeededRandom random = new SeededRandom(seed);
    if (model.config().vocabulary() > 0) {
      int[] tokens = new int[steps];
      for (int t = 0; t < steps; t++) {
        tokens[t] = random.nextInt(model.config().vocabulary());
      }
      return Sequence.ofTokens(tokens);
    }
    float[] values = new float[steps * model.config().inputSize()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.normal();
    }
    return Sequence.ofValues(values, model.config().inputSize());
  }

  /** What the model says of a whole history. */
  static float[] predict(SequenceModel model, Sequence history) {
    return history.tokens() != null
        ? model.predictTokens(history.tokens())[0]
        : model.predict(history.values())[0];
  }

  /** Step by step; the answers after every step. */
  static float[] steps(SequenceModel model, Sequence history, State state) {
    int n = model.config().outputSize();
    float[] answers = new float[history.length() * n];
    float[] y = new float[n];
    for (int t = 0; t < history.length(); t++) {
      Sequence one = history.slice(t, t + 1);
      if (one.tokens() != null) {
        model.stepToken(one.tokens()[0], state, y);
      } else {
        model.step(one.values(), state, y);
      }
      System.arraycopy(y, 0, answers, t * n, n);
    }
    return answers;
  }

  /** All steps in one call. */
  static float[] forward(SequenceModel model, Sequence history, State state) {
    return history.tokens() != null
        ? model.forwardTokens(history.tokens(), state)
        : model.forward(history.values(), state);
  }
}
