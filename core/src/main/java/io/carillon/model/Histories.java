package io.carillon.model;

import io.carillon.config.NetworkConfig;
import io.carillon.engine.Parallel;
import io.carillon.engine.Pass;
import io.carillon.engine.Rows;
import io.carillon.engine.Workspace;
import io.carillon.internal.kernel.Kernels;
import io.carillon.model.stream.Pool;
import io.carillon.model.stream.PreparedNetwork;
import io.carillon.nn.Batch;
import io.carillon.nn.LayerObserver;
import io.carillon.nn.Network;
import java.util.Arrays;
import java.util.function.Supplier;

/** Works off many steps of a stream at once, piece by piece, so that memory does not grow. */
final class Histories {
  /** Memory of a piece's activations is kept for the next one up to this size. */
  private static final long KEPT_BYTES = 4L << 20;

  /** Numbers in one array of activations while a history is worked off piece by piece. */
  private static final int PIECE_FLOATS = 1 << 20;

  private static final int LONGEST_PIECE = 8192;

  private final PreparedNetwork prepared;
  private final Network network;
  private final NetworkConfig config;
  private final StepGuard guard;
  private final Pool<Workspace> workspaces = new Pool<>(Streaming.THREADS, Workspace::new);

  /** What is done with the features of a piece of a history, pooled already. */
  private interface Sink {
    void accept(Pass pass, float[] features, int from, int to);
  }

  Histories(PreparedNetwork prepared, StepGuard guard) {
    this.prepared = prepared;
    this.guard = guard;
    this.network = prepared.network();
    this.config = prepared.config();
  }

  /** Answers after every step, [steps][outputSize]. */
  float[] forward(Sequence history, State state) {
    return onTrial(state, () -> answers(history, state, LayerObserver.NONE));
  }

  /** All steps of a call, or none. */
  private float[] onTrial(State state, Supplier<float[]> call) {
    StreamChecks.requireOwn(prepared.shape(), state);
    state.claim();
    try {
      state.keep();
      boolean done = false;
      float[] answers;
      try {
        answers = call.get();
        done = true;
      } finally {
        if (!done) {
          state.undo();
        }
      }
      guard.settle(state, answers, answers.length / config.outputSize());
      return answers;
    } finally {
      state.forget();
      state.release();
    }
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
    return onTrial(state, () -> lastAnswer(history, parallel, state));
  }

  private float[] lastAnswer(Sequence history, Parallel parallel, State state) {
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
    return answer;
  }

  State[] statesAt(Sequence history, Parallel parallel, int[] positions) {
    StreamChecks.requirePositions(history.length(), positions);
    Integer[] order = new Integer[positions.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Integer.compare(positions[a], positions[b]));
    State[] states = new State[positions.length];
    State state = new State(prepared.shape());
    int done = 0;
    for (int i : order) {
      run(history, done, positions[i], parallel, state, LayerObserver.NONE, Histories::drop);
      done = positions[i];
      if (state.fault() != null) {
        throw new ArithmeticException(
            "after "
                + done
                + " steps "
                + state.fault()
                + ": "
                + InputChecks.overflow(network, "", "Scale the inputs as in training"));
      }
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
    int piece = pieceLength();
    Workspace workspace = workspaces.take();
    for (int from = first; from < end; from += piece) {
      int to = Math.min(end, from + piece);
      Batch batch = history.part(from, to);
      Pass pass =
          Pass.inference(batch.rows(), workspace, parallel, prepared.kernels())
              .withPrepared(prepared.modes())
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
