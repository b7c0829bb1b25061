package io.carillon.bench.compare;

import io.carillon.config.BlockConfig;
import io.carillon.config.Computing;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Norm;
import io.carillon.config.S4dConfig;
import io.carillon.engine.SeededRandom;
import io.carillon.model.SequenceModel;
import io.carillon.model.State;
import java.util.Map;

/**
 * Live streams: Linear(1, H), post-norm S4D blocks with GLU, running mean, Linear(H, 10). The
 * inputs are new in every run; the states go on from run to run.
 */
final class StepWork {
  private static final int CLASSES = 10;

  /** Inputs that are gone through again and again, a power of two. */
  private static final int INPUTS = 1 << 14;

  private StepWork() {}

  /** One step of one stream. */
  static Work single(int depth, int width, int stateSize) {
    SequenceModel model = model(depth, width, stateSize, 1);
    float[] inputs = Normal.floats(new SeededRandom(2), INPUTS);
    State state = model.newState();
    float[] x = new float[1];
    float[] y = new float[CLASSES];
    return new Work() {
      private int next;

      @Override
      public void run() {
        x[0] = inputs[next++ & INPUTS - 1];
        model.step(x, state, y);
      }
    };
  }

  /** One step of every stream, one stream after the other. */
  static Work oneByOne(int depth, int width, int stateSize, int streams) {
    SequenceModel model = model(depth, width, stateSize, 1);
    float[] inputs = Normal.floats(new SeededRandom(2), INPUTS);
    State[] states = states(model, streams);
    float[] x = new float[1];
    float[] y = new float[CLASSES];
    return new Work() {
      private int next;

      @Override
      public void run() {
        for (State state : states) {
          x[0] = inputs[next++ & INPUTS - 1];
          model.step(x, state, y);
        }
      }
    };
  }

  /** One step of all streams together. */
  static Work batch(int depth, int width, int stateSize, int streams, int threads) {
    SequenceModel model = model(depth, width, stateSize, threads);
    float[] inputs = Normal.floats(new SeededRandom(2), INPUTS);
    State[] states = states(model, streams);
    float[] x = new float[streams];
    float[] y = new float[streams * CLASSES];
    return new Work() {
      private int next;

      @Override
      public void run() {
        for (int i = 0; i < streams; i++) {
          x[i] = inputs[next++ & INPUTS - 1];
        }
        model.step(x, states, y);
      }
    };
  }

  private static State[] states(SequenceModel model, int streams) {
    State[] states = new State[streams];
    for (int i = 0; i < streams; i++) {
      states[i] = model.newState();
    }
    return states;
  }

  /** Settings of the models. */
  static NetworkConfig config(int depth, int width, int stateSize) {
    return NetworkConfig.sequence(1, CLASSES)
        .withWidth(width)
        .withDepth(depth)
        .withBlock(
            BlockConfig.DEFAULT
                .withNorm(Norm.LAYER, false)
                .withSsm(S4dConfig.DEFAULT.withStateSize(stateSize)));
  }

  private static SequenceModel model(int depth, int width, int stateSize, int threads) {
    Computing computing = Computing.standard().withThreads(threads);
    return SequenceModel.fresh(config(depth, width, stateSize), 1, Map.of(), computing);
  }
}
