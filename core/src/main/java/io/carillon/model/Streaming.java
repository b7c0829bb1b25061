package io.carillon.model;

import io.carillon.internal.kernel.Kernels;
import io.carillon.nn.EventTime;
import io.carillon.nn.LayerObserver;
import io.carillon.nn.Network;
import io.carillon.nn.NetworkConfig;
import io.carillon.nn.Stepper;

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

  /**
   * Prepares a network, whose weights must not change any more.
   *
   * @throws UnsupportedOperationException if it cannot stream
   */
  Streaming(Network network, Kernels kernels) {
    this.prepared = PreparedNetwork.of(network, kernels);
    this.config = network.config();
    this.shape = prepared.shape();
    this.steppers = new Pool<>(THREADS, () -> prepared.stepper(1, LayerObserver.NONE));
    this.together = new StreamsTogether(prepared);
    this.histories = new Histories(prepared);
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
    Stepper stepper = steppers.take();
    try {
      System.arraycopy(x, 0, stepper.values(), 0, config.inputSize());
      setGap(stepper, gap);
      step(stepper, state, y);
    } finally {
      stepper.setOrdinary();
      steppers.giveBack(stepper);
    }
    StreamChecks.requireFinite(config, y, 1);
  }

  void step(int token, double gap, State state, float[] y) {
    StreamChecks.requireToken(config, token);
    EventTime.requireGap(config, gap);
    StreamChecks.requireAnswers(config, y, 1);
    StreamChecks.requireOwn(shape, state);
    Stepper stepper = steppers.take();
    try {
      stepper.tokens()[0] = token;
      setGap(stepper, gap);
      step(stepper, state, y);
    } finally {
      stepper.setOrdinary();
      steppers.giveBack(stepper);
    }
    StreamChecks.requireFinite(config, y, 1);
  }

  private void setGap(Stepper stepper, double gap) {
    if (gap != 1) {
      stepper.setGap(0, gap, prepared.gaps().find(gap));
    }
  }

  /** One step of the stream whose input the stepper holds. */
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
    for (int i = 0; i < state.layers().length; i++) {
      prepared.modes().rest(i, state.layers()[i], steps);
    }
    state.count(steps, 0);
  }

  void skip(double gap, State state) {
    StreamChecks.requireOwn(shape, state);
    EventTime.requireGap(config, gap);
    if (gap == 1) {
      skip(1L, state);
      return;
    }
    for (int i = 0; i < state.layers().length; i++) {
      prepared.modes().rest(i, state.layers()[i], gap);
    }
    state.count(1, 0);
  }
}
