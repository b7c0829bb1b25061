package io.carillon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.config.LayerConfig;
import io.carillon.config.NetworkConfig;
import io.carillon.engine.Parallel;
import io.carillon.engine.SeededRandom;
import io.carillon.nn.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A state in two threads: what succeeds has happened one after the other, the rest is refused. */
class StateThreadsTest {
  private static final int STEPS = 20_000;
  private static final float[] X = {0.5f, -1};

  static List<LayerConfig> layers() {
    return StateFaultTest.layers();
  }

  private static SequenceModel model(LayerConfig layer) {
    NetworkConfig config = NetworkConfig.sequence(2, 3).withWidth(4).withDepth(1).withSsm(layer);
    return SequenceModel.of(new Network(config, new SeededRandom(3)), Map.of());
  }

  /** Does something again and again; returns how often it was not refused. */
  private static Callable<Integer> often(CyclicBarrier start, Runnable call) {
    return () -> {
      start.await();
      int done = 0;
      for (int i = 0; i < STEPS; i++) {
        try {
          call.run();
          done++;
        } catch (ConcurrentModificationException e) {
          assertThat(e).hasMessageContaining("another thread at work");
        }
      }
      return done;
    };
  }

  private static int[] together(Runnable... calls) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(calls.length);
    try {
      CyclicBarrier start = new CyclicBarrier(calls.length);
      List<Future<Integer>> futures = new ArrayList<>();
      for (Runnable call : calls) {
        futures.add(threads.submit(often(start, call)));
      }
      int[] done = new int[calls.length];
      for (int i = 0; i < done.length; i++) {
        done[i] = futures.get(i).get();
      }
      return done;
    } finally {
      threads.shutdownNow();
    }
  }

  @ParameterizedTest
  @MethodSource("layers")
  void stepsOfTwoThreadsHappenOneAfterTheOther(LayerConfig layer) throws Exception {
    SequenceModel model = model(layer);
    State state = model.newState();
    float[] a = new float[3];
    float[] b = new float[3];
    int[] done = together(() -> model.step(X, state, a), () -> model.step(X, state, b));
    assertThat(state.steps()).isEqualTo(done[0] + done[1]);
    State alone = model.newState();
    for (int i = 0; i < done[0] + done[1]; i++) {
      model.step(X, alone, a);
    }
    assertThat(state.toBytes()).isEqualTo(alone.toBytes());
  }

  @ParameterizedTest
  @MethodSource("layers")
  void aCopyIsOfOneMoment(LayerConfig layer) throws Exception {
    SequenceModel model = model(layer);
    State state = model.newState();
    int[] hashes = new int[STEPS + 1];
    State alone = model.newState();
    float[] y = new float[3];
    for (int i = 0; i <= STEPS; i++) {
      hashes[i] = Arrays.hashCode(alone.toBytes());
      model.step(X, alone, y);
    }
    List<State> copies = new ArrayList<>();
    List<byte[]> written = new ArrayList<>();
    together(
        () -> model.step(X, state, y),
        () -> {
          copies.add(state.copy());
          written.add(state.toBytes());
        });
    for (State copy : copies) {
      assertThat(Arrays.hashCode(copy.toBytes())).isEqualTo(hashes[(int) copy.steps()]);
    }
    for (byte[] bytes : written) {
      long steps = model.stateFromBytes(bytes).steps();
      assertThat(Arrays.hashCode(bytes)).isEqualTo(hashes[(int) steps]);
    }
  }

  @Test
  void allOtherCallsTakePart() throws Exception {
    SequenceModel model = Models.plain();
    State state = model.newState();
    float[] y = new float[3];
    float[] z = new float[3];
    float[] chunk = {1, 2, 3, 4};
    State[] one = {state};
    int[] done =
        together(
            () -> model.step(X, one, y),
            () -> model.forward(chunk, state),
            () -> model.prefill(Parallel.serial(), chunk, state),
            () -> model.skip(3, state),
            () -> model.step(X, 1.5, state, z));
    assertThat(state.steps())
        .isEqualTo(done[0] + 2L * done[1] + 2L * done[2] + 3L * done[3] + done[4]);
    assertThat(state.observedSteps()).isEqualTo(done[0] + 2L * done[1] + 2L * done[2] + done[4]);
    assertThat(model.stateFromBytes(state.toBytes()).steps()).isEqualTo(state.steps());
  }

  @Test
  void aStateThatWasRefusedIsFreeAgain() {
    SequenceModel model = Models.plain();
    State state = model.newState();
    assertThatThrownBy(() -> model.step(new float[4], new State[] {state, state}, new float[6]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("state 1", "twice");
    model.step(X, state);
    assertThatThrownBy(() -> model.skip(-1, state)).isInstanceOf(IllegalArgumentException.class);
    model.step(X, state.copy());
    assertThat(state.steps()).isEqualTo(1);
  }
}
