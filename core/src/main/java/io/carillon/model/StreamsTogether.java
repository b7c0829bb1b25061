package io.carillon.model;

import io.carillon.config.NetworkConfig;
import io.carillon.engine.Parallel;
import io.carillon.model.stream.Pool;
import io.carillon.model.stream.PreparedNetwork;
import io.carillon.nn.LayerObserver;
import io.carillon.nn.Stepper;
import io.carillon.nn.layer.StepBounds;
import java.util.Objects;

/** Steps of many streams at once, in groups that share the threads evenly. */
final class StreamsTogether {
  /**
   * Streams that go through the network together: what they read of the weights is shared, and
   * their activations stay in the caches.
   */
  private static final int MOST = 80;

  /** Whole tiles of the matrix products, which take ten rows, and of the recurrence, of four. */
  private static final int TILE = 20;

  /**
   * Fewer rows are multiplied in another order when there is no Vector API. No group has fewer
   * unless there are no more streams, so the answers do not depend on the number of threads.
   */
  private static final int FEWEST = 4;

  private final PreparedNetwork prepared;
  private final NetworkConfig config;
  private final Pool<Stepper> steppers;
  private final StepGuard guard;

  StreamsTogether(PreparedNetwork prepared, StepGuard guard) {
    this.prepared = prepared;
    this.guard = guard;
    this.config = prepared.config();
    this.steppers =
        new Pool<>(
            Streaming.THREADS, () -> prepared.stepper(MOST + FEWEST - 1, LayerObserver.NONE));
  }

  /** {@code lengths} is null for ordinary steps. */
  void step(Parallel parallel, float[] x, double[] lengths, State[] states, float[] y) {
    Objects.requireNonNull(states, "states");
    Objects.requireNonNull(parallel, "parallel");
    StreamChecks.requireSteps(config, x, states.length);
    stepAll(parallel, x, null, lengths, states, y);
  }

  void step(Parallel parallel, int[] tokens, double[] lengths, State[] states, float[] y) {
    Objects.requireNonNull(states, "states");
    Objects.requireNonNull(parallel, "parallel");
    StreamChecks.requireTokens(config, tokens, states.length);
    stepAll(parallel, null, tokens, lengths, states, y);
  }

  /** Group by group; nothing is allocated on one thread. */
  private void stepAll(
      Parallel parallel, float[] x, int[] tokens, double[] lengths, State[] states, float[] y) {
    check(lengths, states, y);
    StreamChecks.claim(prepared.shape(), states);
    try {
      if (certain(x, lengths, states)) {
        stepGroups(parallel, x, tokens, lengths, states, y);
        StreamChecks.requireFinite(prepared.network(), y, states.length);
      } else {
        onTrial(parallel, x, tokens, lengths, states, y);
      }
    } finally {
      StreamChecks.release(states, states.length);
    }
  }

  /** Whether the steps of all streams have finite results for certain. */
  private boolean certain(float[] x, double[] lengths, State[] states) {
    int d = config.inputSize();
    for (int i = 0; i < states.length; i++) {
      float input = x == null ? 0 : StepBounds.largest(x, i * d, (i + 1) * d);
      if (!guard.certain(states[i], lengths == null ? 1 : lengths[i], input)) {
        return false;
      }
    }
    return true;
  }

  private void onTrial(
      Parallel parallel, float[] x, int[] tokens, double[] lengths, State[] states, float[] y) {
    for (State state : states) {
      state.keep();
    }
    boolean done = false;
    try {
      stepGroups(parallel, x, tokens, lengths, states, y);
      done = true;
    } finally {
      if (!done) {
        StepGuard.undo(states);
      }
    }
    guard.settle(states, y);
  }

  private void stepGroups(
      Parallel parallel, float[] x, int[] tokens, double[] lengths, State[] states, float[] y) {
    int size = groupSize(states.length, parallel.threads());
    int groups = groups(states.length, size);
    if (parallel.threads() == 1 || groups == 1) {
      for (int i = 0; i < groups; i++) {
        stepGroup(x, tokens, lengths, states, i, size, y);
      }
    } else {
      parallel.run(groups, i -> stepGroup(x, tokens, lengths, states, i, size, y));
    }
  }

  /**
   * Streams of a group, such that the thread that gets most of them gets as few as possible; of
   * sizes that are equal in this the largest.
   */
  static int groupSize(int streams, int threads) {
    if (threads == 1) {
      return MOST;
    }
    int best = MOST;
    int fewest = Integer.MAX_VALUE;
    for (int size = MOST; size >= TILE; size -= TILE) {
      int rounds = (groups(streams, size) + threads - 1) / threads;
      int share = rounds * Math.min(size, streams);
      if (share < fewest) {
        fewest = share;
        best = size;
      }
    }
    return best;
  }

  /** Groups of {@code size} streams; the last takes up to three more, or what there is. */
  static int groups(int streams, int size) {
    return Math.max(Math.min(1, streams), (streams + size - FEWEST) / size);
  }

  /** One of {@code x} and {@code tokens} is null. */
  private void stepGroup(
      float[] x, int[] tokens, double[] lengths, State[] states, int group, int size, float[] y) {
    int from = group * size;
    boolean last = group == groups(states.length, size) - 1;
    int rows = last ? states.length - from : size;
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

  private void check(double[] lengths, State[] states, float[] y) {
    if (lengths != null) {
      StreamChecks.requireGaps(config, lengths, states.length);
    }
    StreamChecks.requireAnswers(config, y, states.length);
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
