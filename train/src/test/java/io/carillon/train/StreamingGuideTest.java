package io.carillon.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.carillon.config.GruConfig;
import io.carillon.config.NetworkConfig;
import io.carillon.config.S4Config;
import io.carillon.config.S4dConfig;
import io.carillon.engine.SeededRandom;
import io.carillon.model.LoadCheck;
import io.carillon.model.Parity;
import io.carillon.model.ParityException;
import io.carillon.model.Sequence;
import io.carillon.model.SequenceModel;
import io.carillon.model.State;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs of docs/streaming.md, on sines that are sampled at irregular times. */
class StreamingGuideTest {
  private static final int COUNT = 160;
  private static final int STEPS = 40;
  private static final int TRAIN = 120;

  private static final float[][] VALUES = new float[COUNT][STEPS];
  private static final double[][] GAPS = new double[COUNT][STEPS];
  private static final float[][] MASKS = new float[COUNT][STEPS];
  private static final int[] LABELS = new int[COUNT];
  private static SequenceModel model;

  @TempDir private Path folder;

  @BeforeAll
  static void train() {
    SeededRandom random = new SeededRandom(7);
    for (int i = 0; i < COUNT; i++) {
      LABELS[i] = i % 2;
      double time = 0;
      double phase = random.uniform(0, 2 * Math.PI);
      for (int t = 0; t < STEPS; t++) {
        GAPS[i][t] = random.uniform(0.2, 3);
        time += GAPS[i][t];
        MASKS[i][t] = t % 7 == 5 ? 0 : 1;
        double frequency = LABELS[i] == 0 ? 0.25 : 0.4;
        VALUES[i][t] = MASKS[i][t] == 0 ? 0 : (float) Math.sin(frequency * time + phase);
      }
    }
    NetworkConfig network =
        NetworkConfig.sequence(1, 2)
            .withWidth(16)
            .withDepth(2)
            .withSsm(S4dConfig.DEFAULT.withStateSize(16).withDtRange(0.02, 0.2));
    TrainConfig config = TrainConfig.DEFAULT.withEpochs(20).withSeed(3);
    model = Trainer.fit(network, data(0, TRAIN), config).model();
  }

  private static Dataset data(int from, int to) {
    return Dataset.ofValues(1, Arrays.copyOfRange(VALUES, from, to))
        .gaps(Arrays.copyOfRange(GAPS, from, to))
        .masks(Arrays.copyOfRange(MASKS, from, to))
        .labels(2, Arrays.copyOfRange(LABELS, from, to))
        .build();
  }

  private static Sequence sequence(int i) {
    return Sequence.ofValues(VALUES[i], 1).withGaps(GAPS[i]).withMask(MASKS[i]);
  }

  @Test
  void trainedWithGapsItTellsFrequenciesApart() {
    assertThat(Evaluator.evaluate(model, data(TRAIN, COUNT)).main()).isGreaterThan(0.9);
  }

  @Test
  void eventsOneByOneAreTheWholeSequence() {
    float[][] outputs = model.predict(1, sequence(0), sequence(1));
    for (int i = 0; i < 2; i++) {
      State state = model.newState();
      float[] y = new float[2];
      for (int t = 0; t < STEPS; t++) {
        if (MASKS[i][t] == 0) {
          model.skipTime(GAPS[i][t], state);
        } else {
          model.step(new float[] {VALUES[i][t]}, GAPS[i][t], state, y);
        }
      }
      assertThat(y).containsExactly(outputs[i], within(1e-4f));
    }
  }

  @Test
  void keyedStreamsAndCheckpoints() {
    Map<String, State> streams = new HashMap<>();
    float[] y = new float[2];
    for (int t = 0; t < 30; t++) {
      String key = t % 3 == 0 ? "a" : "b";
      State one = streams.computeIfAbsent(key, k -> model.newState());
      model.step(new float[] {VALUES[0][t]}, one, y);
    }
    assertThat(streams.get("a").steps()).isEqualTo(10);
    State state = streams.get("b");
    byte[] bytes = state.toBytes();
    State restored = model.stateFromBytes(bytes);
    State whatIf = state.copy();
    float[] again = new float[2];
    model.step(new float[] {1}, state, y);
    model.step(new float[] {1}, restored, again);
    assertThat(again).containsExactly(y);
    assertThat(whatIf.toBytes()).isEqualTo(bytes);
  }

  @Test
  void longHistories() {
    float[] history = VALUES[0];
    State state = model.newState();
    float[] answer = model.prefill(history, state);
    float[] all = model.forward(history, model.newState());
    assertThat(answer)
        .containsExactly(Arrays.copyOfRange(all, all.length - 2, all.length), within(1e-4f));
    State[] earlier = model.statesAt(history, 10, 20);
    assertThat(earlier[1].steps()).isEqualTo(20);
  }

  @Test
  void proof() throws IOException {
    Parity parity =
        Parity.check(model, Parity.TOLERANCE, List.of(sequence(0), sequence(1), sequence(2)));
    assertThat(parity.passed()).as("%s", parity).isTrue();
    model.withInfo(Map.of(Parity.INFO, parity.toMap())).save(folder);
    SequenceModel checked = SequenceModel.load(folder, LoadCheck.certified(1e-4));
    assertThat(checked.fingerprint()).isEqualTo(model.fingerprint());
    assertThatThrownBy(() -> SequenceModel.load(folder, LoadCheck.certified(1e-9)))
        .isInstanceOf(ParityException.class);
  }

  @Test
  void gapsThatDoNotFitAreRefusedBeforeTraining() {
    NetworkConfig gru = NetworkConfig.sequence(1, 2).withWidth(8).withSsm(GruConfig.DEFAULT);
    assertThatThrownBy(() -> Trainer.fit(gru, data(0, 4), TrainConfig.DEFAULT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("sequence 0, step 0: gap is", "a GRU has no step size");
    NetworkConfig s4 =
        NetworkConfig.sequence(1, 2).withWidth(4).withSsm(S4Config.DEFAULT.withKernelLength(8));
    Dataset slow =
        Dataset.ofValues(1, new float[2][3])
            .gaps(new double[][] {{1, 2, 3}, {1, 1, 8}})
            .labels(2, new int[2])
            .build();
    assertThatThrownBy(() -> Trainer.fit(s4, slow, TrainConfig.DEFAULT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("10 steps with its gaps, a layer of kind s4");
    double[][] bad = {{1, -1}};
    assertThatThrownBy(
            () -> Dataset.ofValues(1, new float[1][2]).gaps(bad).labels(2, new int[1]).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sequence 0, step 1 has gap -1.0");
    Dataset subset = data(0, 4).subset("two", 3, 1);
    assertThat(subset.gaps(0)).isSameAs(GAPS[3]);
  }
}
