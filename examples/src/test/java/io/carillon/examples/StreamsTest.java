package io.carillon.examples;

import static io.carillon.examples.Client.expected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.carillon.model.SequenceModel;
import io.carillon.model.State;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Which streams are remembered. */
class StreamsTest {
  private final SequenceModel model = TinyModel.trained();

  /** The network must get what it was trained on, whoever asks. */
  @Test
  void rawNumbersAreScaledAsInTheTraining() {
    Streams streams = new Streams(model, 2);
    State state = model.newState();
    String answer = "";
    float[] scores = null;
    for (float sample : TinyModel.tone(TinyModel.HIGH, 100, 1)) {
      answer = streams.answer("tone," + sample);
      scores = model.step(new float[] {TinyModel.SCALING.apply(0, sample)}, state);
    }
    double high = 1 / (1 + Math.exp(scores[0] - scores[1]));
    String[] cells = answer.split(",");
    assertThat(cells).hasSize(3).startsWith("tone", "high");
    assertThat(Double.parseDouble(cells[2])).isCloseTo(high, within(1e-5));
  }

  @Test
  void theStreamThatRestedLongestIsForgotten() {
    Streams streams = new Streams(model, 2);
    streams.answer("a,1");
    streams.answer("b,1");
    streams.answer("a,1");
    streams.answer("c,1");
    assertThat(streams.size()).isEqualTo(2);
    assertThat(streams.forgotten()).isEqualTo(1);
    assertThat(streams.answer("b,0.5")).isEqualTo(expected("b", 0.5f).get(0));
  }

  @Test
  void aClientThatHasBegunItsShareBeginsNoMore() {
    Streams streams = new Streams(model, 3, 2);
    streams.answer("a,1", "me");
    streams.answer("b,1", "me");
    assertThatThrownBy(() -> streams.answer("c,1", "me"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 streams already; 'c'");
    assertThat(streams.answer("a,0.5", "me")).isEqualTo(expected("a", 1, 0.5f).get(1));
    streams.answer("c,1", "you");
    streams.answer("d,1", "you");
    // 'b' had rested longest: its client has one stream less.
    assertThat(streams.answer("e,1", "me")).isEqualTo(expected("e", 1).get(0));
  }

  @Test
  void aLineThatIsRefusedBeginsNoStream() {
    Streams streams = new Streams(model, 3);
    assertThatThrownBy(() -> streams.answer("a,NaN")).isInstanceOf(IllegalArgumentException.class);
    assertThat(streams.size()).isZero();
  }

  @Test
  void manyThreadsOnTheSameStreamsLoseNoStep() throws Exception {
    int steps = 2000;
    Streams streams = new Streams(model, 10);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<?>> done = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      done.add(
          threads.submit(
              () -> {
                for (int t = 0; t < steps; t++) {
                  streams.answer("k" + t % 5 + ",0.5");
                }
              }));
    }
    for (Future<?> each : done) {
      each.get();
    }
    threads.shutdown();
    float[] inputs = new float[4 * steps / 5 + 1];
    Arrays.fill(inputs, 0.5f);
    String last = expected("k3", inputs).get(inputs.length - 1);
    assertThat(streams.answer("k3,0.5")).isEqualTo(last);
  }
}
