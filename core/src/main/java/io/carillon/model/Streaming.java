package io.carillon.model;

import io.carillon.config.NetworkConfig;
import io.carillon.internal.kernel.Kernels;
import io.carillon.model.stream.Pool;
import io.carillon.model.stream.PreparedNetwork;
import io.carillon.model.stream.StateShape;
import io.carillon.nn.EventTime;
import io.carillon.nn.LayerObserver;
import io.carillon.nn.Network;
import io.carillon.nn.Stepper;
import io.carillon.nn.layer.StepBounds;

/**
 * A model made ready to stream: one stream step by step, {@link #together() many at once}, or
 * {@link #histories() many steps at once}. Scratch memory is used again. Shared by threads;
 * everything runs on the caller's unless more are given.
 */
final class Streaming {
  /** Threads whose scratch memory is kept, at most. */
  static final int THREADS = 64;

  private final PreparedNetwork prepared;
  private final NetworkConfig config;
  private final StateShape shape;
  private final Pool<Stepper> steppers;
  private final StreamsTogether together;
  private final Histories histories;
  private final StepGuard guard;

  /**
   * Prepares a network, whose weights must not change any more.
   *
   * @param model its fingerprint
   * @throws UnsupportedOperationException if it cannot stream
   */
  Streaming(Network network, Kernels kernels, long model) {
    this.prepared = PreparedNetwork.of(network, kernels, model);
    this.config = network.config();
    this.shape = prepared.shape();
    this.steppers = new Pool<>(THREADS, () -> prepared.stepper(1, LayerObserver.NONE));
    this.guard = new StepGuard(prepared);
    this.together = new StreamsTogether(prepared, guard);
    this.histories = new Histories(prepared, guard);
  }

  PreparedNetwork prepared() {
    return prepared;
  }

  StreamsTogether together() {
    return together;
  }

  Histories histories() {
    return histories;
  }

  void step(float[] x, double gap, State state, float[] y) {
    StreamChecks.requireStep(config, x);
    EventTime.requireGap(config, gap);
    StreamChecks.requireAnswers(config, y, 1);
    StreamChecks.requireOwn(shape, state);
    step(x, 0, gap, state, y);
  }

  void step(int token, double gap, State state, float[] y) {
    StreamChecks.requireToken(config, token);
    EventTime.requireGap(config, gap);
    StreamChecks.requireAnswers(config, y, 1);
    StreamChecks.requireOwn(shape, state);
    step(null, token, gap, state, y);
  }

  /** {@code x} is null for a token. */
  private void step(float[] x, int token, double gap, State state, float[] y) {
    state.claim();
    try {
      if (guard.certain(state, gap, x == null ? 0 : StepBounds.largest(x))) {
        run(x, token, gap, state, y);
        StreamChecks.requireFinite(prepared.network(), y, 1);
      } else {
        onTrial(x, token, gap, state, y);
      }
    } finally {
      state.release();
    }
  }

  private void onTrial(float[] x, int token, double gap, State state, float[] y) {
    state.keep();
    boolean done = false;
    try {
      run(x, token, gap, state, y);
      done = true;
    } finally {
      if (!done) {
        state.undo();
      }
    }
    guard.settle(state, y, 1);
  }

  private void run(float[] x, int token, double gap, State state, float[] y) {
    Stepper stepper = steppers.take();
    try {
      if (x == null) {
        stepper.tokens()[0] = token;
      } else {
        System.arraycopy(x, 0, stepper.values(), 0, config.inputSize());
      }
      setGap(stepper, gap);
      step(stepper, state, y);
    } finally {
      stepper.setOrdinary();
      steppers.giveBack(stepper);
    }
  }

  private void setGap(Stepper stepper, double gap) {
    if (gap != 1) {
      stepper.setGap(0, gap, prepared.gaps().find(gap));
    }
  }

  /** One step of the stream whose input the stepper holds; lets through what is not finite. */
  void step(Stepper stepper, State state, float[] y) {
    stepper.setState(0, state.layers());
    float[] features = stepper.run(1);
    stepper.setState(0, null);
    state.observe(features, 0);
    System.arraycopy(stepper.decode(1), 0, y, 0, config.outputSize());
  }

  void skip(long steps, State state) {
    StreamChecks.requireOwn(shape, state);
    if (steps < 0) {
      throw new IllegalArgumentException(
          "steps is " + steps + "; a stream can skip 0 or more steps, not go back");
    }
    rest(state, steps, steps);
  }

  void skip(double gap, State state) {
    StreamChecks.requireOwn(shape, state);
    EventTime.requireGap(config, gap);
    rest(state, 1, gap);
  }

  /** Lets all layers pass a time, or none of them. */
  private void rest(State state, long steps, double gap) {
    state.claim();
    try {
      requireCountable(state, steps);
      state.keep();
      boolean done = false;
      try {
        restUnchecked(state, steps, gap);
        done = true;
      } finally {
        if (!done) {
          state.undo();
        }
      }
      guard.settle(state, null, 0);
    } finally {
      state.release();
    }
  }

  private static void requireCountable(State state, long steps) {
    if (steps > State.MOST_STEPS - state.steps()) {
      throw new IllegalArgumentException(
          "steps is "
              + steps
              + ", after "
              + state.steps()
              + "; a stream has at most 2^62: skip fewer, or begin with a new state");
    }
  }

  /** Of a state that nobody else has; lets through what is not finite. */
  void restUnchecked(State state, long steps, double gap) {
    for (int i = 0; i < state.layers().length; i++) {
      if (gap == steps) {
        prepared.modes().rest(i, state.layers()[i], steps);
      } else {
        prepared.modes().rest(i, state.layers()[i], gap);
      }
    }
    state.count(steps, 0);
  }
}
