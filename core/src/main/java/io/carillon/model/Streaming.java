package io.carillon.model;

import io.carillon.core.Parallel;
import io.carillon.core.Rows;
import io.carillon.core.Workspace;
import io.carillon.internal.kernel.Kernels;
import io.carillon.nn.Batch;
import io.carillon.nn.EventTime;
import io.carillon.nn.LayerObserver;
import io.carillon.nn.Network;
import io.carillon.nn.NetworkConfig;
import io.carillon.nn.Pass;
import io.carillon.nn.PreparedModes;
import io.carillon.nn.SequenceLayer;
import io.carillon.nn.Stepper;
import java.util.Arrays;

/**
 * A model made ready to stream: what depends on the weights alone is computed once, scratch memory
 * is used again. Shared by threads; everything runs on the caller's unless more are given.
 */
final class Streaming {
  /**
   * Streams that go through the network together: what they read of the weights is shared, and
   * their activations stay in the caches. Whole tiles of the matrix products, which take ten rows,
   * and of the recurrence, which takes four.
   */
  private static final int BATCH = 80;

  private static final int THREADS = 64;

  /** Memory of a chunk's activations is kept for the next chunk up to this size. */
  private static final long KEPT_BYTES = 4L << 20;

  /** Numbers in one array of activations while a history is worked off piece by piece. */
  private static final int PIECE_FLOATS = 1 << 20;

  private static final int LONGEST_PIECE = 8192;

  private final Network network;
  private final NetworkConfig config;
  private final Kernels kernels;
  private final StateShape shape;
  private final PreparedModes prepared;
  private final Pool<Stepper> single = new Pool<>(THREADS, () -> stepper(1, LayerObserver.NONE));
  private final Pool<Stepper> batched =
      new Pool<>(THREADS, () -> stepper(BATCH, LayerObserver.NONE));
  private final GapTable gaps;
  private final Pool<Workspace> workspaces = new Pool<>(THREADS, Workspace::new);

  /** What is done with the features of a piece of a history, pooled already. */
  private interface Sink {
    void accept(Pass pass, float[] features, int from, int to);
  }

  /**
   * Prepares a network, whose weights must not change any more.
   *
   * @throws UnsupportedOperationException if it cannot stream
   */
  Streaming(Network network, Kernels kernels) {
    String obstacle = obstacle(network);
    if (obstacle != null) {
      throw new UnsupportedOperationException(obstacle);
    }
    this.network = network;
    this.config = network.config();
    this.kernels = kernels;
    this.shape = StateShape.of(network);
    this.prepared = PreparedModes.of(network);
    this.gaps = new GapTable(prepared);
  }

  /** Why a network cannot stream and what to do, or null. */
  static String obstacle(Network network) {
    if (network.config().pairs()) {
      return "this model cannot stream: it answers for two whole sequences together. Predict whole"
          + " pairs";
    }
    for (SequenceLayer layer : network.layers()) {
      if (layer.streamingObstacle() != null) {
        return "this model cannot stream: layer "
            + layer.index()
            + ": "
            + layer.streamingObstacle()
            + ". Predict whole sequences, or "
            + layer.streamingRemedy();
      }
    }
    return null;
  }

  StateShape shape() {
    return shape;
  }

  PreparedModes prepared() {
    return prepared;
  }

  /** A new stepper that shows every layer's output to an observer. */
  Stepper stepper(int capacity, LayerObserver observer) {
    return new Stepper(network, prepared, kernels, capacity, observer);
  }

  void step(float[] x, double gap, State state, float[] y) {
    StreamChecks.requireStep(config, x);
    EventTime.requireGap(config, gap);
    StreamChecks.requireAnswers(config, y, 1);
    StreamChecks.requireOwn(shape, state);
    Stepper stepper = single.take();
    try {
      System.arraycopy(x, 0, stepper.values(), 0, config.inputSize());
      setGap(stepper, 0, gap);
      step(stepper, state, y);
    } finally {
      stepper.setOrdinary();
      single.giveBack(stepper);
    }
    StreamChecks.requireFinite(config, y, 1);
  }

  void step(int token, double gap, State state, float[] y) {
    StreamChecks.requireToken(config, token);
    EventTime.requireGap(config, gap);
    StreamChecks.requireAnswers(config, y, 1);
    StreamChecks.requireOwn(shape, state);
    Stepper stepper = single.take();
    try {
      stepper.tokens()[0] = token;
      setGap(stepper, 0, gap);
      step(stepper, state, y);
    } finally {
      stepper.setOrdinary();
      single.giveBack(stepper);
    }
    StreamChecks.requireFinite(config, y, 1);
  }

  void setGap(Stepper stepper, int row, double gap) {
    if (gap != 1) {
      stepper.setGap(row, gap, gaps.find(gap));
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
    Stepper stepper = batched.take();
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
      batched.giveBack(stepper);
    }
  }

  private void requireGaps(double[] lengths, State[] states, float[] y) {
    if (lengths != null) {
      StreamChecks.requireGaps(config, lengths, states.length);
    }
    StreamChecks.requireAnswers(config, y, states.length);
    StreamChecks.claim(shape, states);
  }

  private void setGaps(Stepper stepper, double[] lengths, int from, int rows) {
    if (lengths == null) {
      return;
    }
    for (int r = 0; r < rows; r++) {
      double gap = lengths[from + r];
      stepper.setGap(r, gap, gap == 1 ? null : gaps.find(gap));
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

  void skip(long steps, State state) {
    StreamChecks.requireOwn(shape, state);
    if (steps < 0) {
      throw new IllegalArgumentException(
          "steps is " + steps + "; a stream can skip 0 or more steps, not go back");
    }
    for (int i = 0; i < state.layers().length; i++) {
      prepared.rest(i, state.layers()[i], steps);
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
      prepared.rest(i, state.layers()[i], gap);
    }
    state.count(1, 0);
  }

  /** Answers after every step, [steps][outputSize]. */
  float[] forward(Sequence history, State state) {
    float[] answers = answers(history, state, LayerObserver.NONE);
    StreamChecks.requireFinite(config, answers, history.length());
    return answers;
  }

  /** {@link #forward} that lets through what is not finite. */
  float[] answers(Sequence history, State state, LayerObserver observer) {
    int n = config.outputSize();
    float[] answers = new float[Math.multiplyExact(history.length(), n)];
    run(
        history,
        0,
        history.length(),
        Parallel.serial(),
        state,
        observer,
        (pass, features, from, to) -> {
          float[] out = new float[(to - from) * n];
          network.decode(pass, features, out);
          System.arraycopy(out, 0, answers, from * n, out.length);
        });
    return answers;
  }

  private static void drop(Pass pass, float[] features, int from, int to) {}

  /** The answer after the last step that is not missing. */
  float[] prefill(Sequence history, Parallel parallel, State state) {
    int length = history.length();
    int last = history.lastObserved();
    int width = config.width();
    float[] answer = new float[config.outputSize()];
    run(
        history,
        0,
        length,
        parallel,
        state,
        LayerObserver.NONE,
        (pass, features, from, to) -> {
          if (from <= last && last < to) {
            System.arraycopy(features, (last - from) * width, features, 0, width);
            network.decode(pass.withRows(Rows.of(1)), features, answer);
          }
        });
    StreamChecks.requireFinite(config, answer, 1);
    return answer;
  }

  State[] statesAt(Sequence history, Parallel parallel, int[] positions) {
    StreamChecks.requirePositions(history.length(), positions);
    Integer[] order = new Integer[positions.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Integer.compare(positions[a], positions[b]));
    State[] states = new State[positions.length];
    State state = new State(shape);
    int done = 0;
    for (int i : order) {
      run(history, done, positions[i], parallel, state, LayerObserver.NONE, Streaming::drop);
      done = positions[i];
      states[i] = state.copy();
    }
    return states;
  }

  /** Steps from .. to-1 of a history, piece by piece, so that memory does not grow with it. */
  private void run(
      Sequence history,
      int first,
      int end,
      Parallel parallel,
      State state,
      LayerObserver observer,
      Sink sink) {
    StreamChecks.requireOwn(shape, state);
    int piece = pieceLength();
    Workspace workspace = workspaces.take();
    for (int from = first; from < end; from += piece) {
      int to = Math.min(end, from + piece);
      Batch batch = history.part(from, to);
      Pass pass =
          Pass.inference(batch.rows(), workspace, parallel, kernels)
              .withPrepared(prepared)
              .withCarries(state.carries());
      float[] features = network.features(pass, batch, observer);
      for (int t = 0; t < to - from; t++) {
        if (batch.rows().observed(t)) {
          state.observe(features, t * config.width());
        } else {
          state.miss(features, t * config.width());
        }
      }
      sink.accept(pass, features, from, to);
    }
    if (workspace.bytes() <= KEPT_BYTES) {
      workspaces.giveBack(workspace);
    }
  }

  /** A multiple of the block after which the recurrence corrects its rounding. */
  private int pieceLength() {
    int length = Math.min(LONGEST_PIECE, PIECE_FLOATS / config.width());
    return Math.max(Kernels.SCAN_BLOCK, length - length % Kernels.SCAN_BLOCK);
  }
}
