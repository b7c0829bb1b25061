package io.carillon.model;

import io.carillon.config.NetworkConfig;
import io.carillon.engine.SequenceChecks;
import io.carillon.model.stream.Fingerprint;
import io.carillon.model.stream.StateShape;
import io.carillon.nn.EventTime;
import io.carillon.nn.Network;
import java.util.Objects;

/** Refuses what does not fit, before a state is touched. Allocates nothing when all is well. */
final class StreamChecks {
  private StreamChecks() {}

  static void requireStep(NetworkConfig config, float[] x) {
    Objects.requireNonNull(x, "x");
    requireReal(config);
    if (x.length != config.inputSize()) {
      throw new IllegalArgumentException(
          "the step has " + x.length + " numbers; the model takes " + config.inputSize());
    }
    requireFiniteInputs(config, x);
  }

  static void requireSteps(NetworkConfig config, float[] x, int streams) {
    Objects.requireNonNull(x, "x");
    requireReal(config);
    if (x.length != (long) streams * config.inputSize()) {
      throw new IllegalArgumentException(
          "there are "
              + x.length
              + " numbers for "
              + streams
              + " streams; the model takes "
              + config.inputSize()
              + " for each");
    }
    requireFiniteInputs(config, x);
  }

  private static void requireReal(NetworkConfig config) {
    if (config.inputSize() == 0) {
      throw new IllegalArgumentException(
          "this model reads tokens (vocabulary "
              + config.vocabulary()
              + "); use the token methods");
    }
  }

  private static void requireFiniteInputs(NetworkConfig config, float[] x) {
    int k = SequenceChecks.firstNotFinite(x, x.length);
    if (k >= 0) {
      throw new IllegalArgumentException(
          (x.length > config.inputSize() ? "stream " + k / config.inputSize() + ", " : "")
              + "channel "
              + k % config.inputSize()
              + " is "
              + x[k]
              + "; replace a missing value, or skip the step");
    }
  }

  static void requireGaps(NetworkConfig config, double[] gaps, int streams) {
    if (gaps.length != streams) {
      throw new IllegalArgumentException(
          "there are " + gaps.length + " gaps for " + streams + " streams; give one for each");
    }
    for (int r = 0; r < gaps.length; r++) {
      EventTime.requireGap(config, gaps[r]);
    }
  }

  static void requireToken(NetworkConfig config, int token) {
    requireVocabulary(config);
    if (token < 0 || token >= config.vocabulary()) {
      throw new IllegalArgumentException(
          "token " + token + " is outside 0 .. " + (config.vocabulary() - 1));
    }
  }

  static void requireTokens(NetworkConfig config, int[] tokens, int streams) {
    Objects.requireNonNull(tokens, "tokens");
    requireVocabulary(config);
    if (tokens.length != streams) {
      throw new IllegalArgumentException(
          "there are " + tokens.length + " tokens for " + streams + " streams; give one for each");
    }
    for (int token : tokens) {
      requireToken(config, token);
    }
  }

  private static void requireVocabulary(NetworkConfig config) {
    if (config.vocabulary() == 0) {
      throw new IllegalArgumentException(
          "this model reads " + config.inputSize() + " real numbers per step, not tokens");
    }
  }

  static void requireAnswers(NetworkConfig config, float[] y, int streams) {
    Objects.requireNonNull(y, "y");
    if (y.length < (long) streams * config.outputSize()) {
      throw new IllegalArgumentException(
          "the array for the answers has "
              + y.length
              + " places; "
              + streams
              + " x "
              + config.outputSize()
              + " are needed");
    }
  }

  static void requireOwn(StateShape shape, State state) {
    requireOwn(shape, Objects.requireNonNull(state, "state"), State.ALONE);
  }

  private static void requireOwn(StateShape shape, State state, int index) {
    if (state.shape().model() != shape.model()) {
      throw new IllegalArgumentException(
          State.name(index)
              + " is of model "
              + Fingerprint.hex(state.shape().model())
              + ", this is model "
              + Fingerprint.hex(shape.model())
              + "; take a state from newState() of this model");
    }
  }

  /** Takes all states for this call, or none; {@link #release} gives them back. */
  static void claim(StateShape shape, State[] states) {
    for (int i = 0; i < states.length; i++) {
      try {
        requireOwn(shape, InputChecks.requirePresent(states[i], "states", i), i);
        states[i].claim(i);
      } catch (RuntimeException e) {
        release(states, i);
        throw e;
      }
    }
  }

  static void release(State[] states, int count) {
    for (int i = 0; i < count; i++) {
      states[i].release();
    }
  }

  static void requirePositions(int length, int[] positions) {
    for (int position : positions) {
      if (position < 0 || position > length) {
        throw new IllegalArgumentException(
            "position " + position + " is outside 0 .. " + length + ", the steps of the history");
      }
    }
  }

  /**
   * Refuses to hand out a number that is not finite.
   *
   * @throws ArithmeticException naming the answer
   */
  static void requireFinite(Network network, float[] y, int rows) {
    int outputs = network.config().outputSize();
    int i = SequenceChecks.firstNotFinite(y, rows * outputs);
    if (i >= 0) {
      throw new ArithmeticException(
          "answer "
              + i / outputs
              + ", output "
              + i % outputs
              + " is "
              + y[i]
              + ": "
              + InputChecks.overflow(network, "", "Begin with a new state"));
    }
  }
}
