package io.carillon.model;

import io.carillon.core.Parallel;
import io.carillon.nn.LayerObserver;
import io.carillon.nn.NetworkConfig;
import io.carillon.nn.Stepper;

/** Steps of many streams at once, in groups of a fixed size. */
final class StreamsTogether {
  /**
   * Streams that go through the network together: what they read of the weights is shared, and
   * their activations stay in the caches. Whole tiles of the matrix products, which take ten rows,
   * and of the recurrence, which takes four.
   */
  private static final int BATCH = 80;

  private final PreparedNetwork prepared;
  private final NetworkConfig config;
  private final Pool<Stepper> steppers;

  StreamsTogether(PreparedNetwork prepared) {
    this.prepared = prepared;
    this.config = prepared.config();
    this.steppers =
        new Pool<>(Streaming.THREADS, () -> prepared.stepper(BATCH, LayerObserver.NONE));
  }

  /** {@code lengths} is null for ordinary steps. */
  void step(Parallel parallel, float[] x, double[] lengths, State[] states, float[] y) {
    StreamChecks.requireSteps(config, x, states.length);
    stepAll(parallel, x, null, lengths, states, y);
  }

  void step(Parallel parallel, int[] tokens, double[] lengths, State[] states, float[] y) {
    StreamChecks.requireTokens(config, tokens, states.length);
    stepAll(parallel, null, tokens, lengths, states, y);
  }

  /** In fixed groups of streams; nothing is allocated on one thread. */
  private void stepAll(
      Parallel parallel, float[] x, int[] tokens, double[] lengths, State[] states, float[] y) {
    requireGaps(lengths, states, y);
    try {
      if (parallel.threads() == 1 || states.length <= BATCH) {
        for (int from = 0; from < states.length; from += BATCH) {
          stepGroup(x, tokens, lengths, states, from, y);
        }
      } else {
        int groups = (states.length + BATCH - 1) / BATCH;
        parallel.run(groups, i -> stepGroup(x, tokens, lengths, states, i * BATCH, y));
      }
    } finally {
      StreamChecks.release(states, states.length);
    }
    StreamChecks.requireFinite(config, y, states.length);
  }

  /** One of {@code x} and {@code tokens} is null. */
  private void stepGroup(
      float[] x, int[] tokens, double[] lengths, State[] states, int from, float[] y) {
    int rows = Math.min(BATCH, states.length - from);
    Stepper stepper = steppers.take();
    try {
      if (tokens == null) {
        int d = config.inputSize();
        System.arraycopy(x, from * d, stepper.values(), 0, rows * d);
      } else {
        System.arraycopy(tokens, from, stepper.tokens(), 0, rows);
      }
      setGaps(stepper, lengths, from, rows);
      step(stepper, states, from, rows, y);
    } finally {
      stepper.setOrdinary();
      steppers.giveBack(stepper);
    }
  }

  private void requireGaps(double[] lengths, State[] states, float[] y) {
    if (lengths != null) {
      StreamChecks.requireGaps(config, lengths, states.length);
    }
    StreamChecks.requireAnswers(config, y, states.length);
    StreamChecks.claim(prepared.shape(), states);
  }

  private void setGaps(Stepper stepper, double[] lengths, int from, int rows) {
    if (lengths == null) {
      return;
    }
    for (int r = 0; r < rows; r++) {
      double gap = lengths[from + r];
      stepper.setGap(r, gap, gap == 1 ? null : prepared.gaps().find(gap));
    }
  }

  /** One step of the streams from .. from+rows-1, whose inputs the stepper holds. */
  void step(Stepper stepper, State[] states, int from, int rows, float[] y) {
    for (int r = 0; r < rows; r++) {
      stepper.setState(r, states[from + r].layers());
    }
    float[] features = stepper.run(rows);
    for (int r = 0; r < rows; r++) {
      stepper.setState(r, null);
      states[from + r].observe(features, r * config.width());
    }
    int n = config.outputSize();
    System.arraycopy(stepper.decode(rows), 0, y, from * n, rows * n);
  }
}
