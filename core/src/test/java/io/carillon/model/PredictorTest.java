package io.carillon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import io.carillon.config.Computing;
import io.carillon.config.Mixer;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Pooling;
import io.carillon.config.S4dConfig;
import io.carillon.engine.SeededRandom;
import io.carillon.io.FormatException;
import io.carillon.io.Json;
import io.carillon.model.Meaning.Missing;
import io.carillon.model.inside.Inside;
import io.carillon.nn.Network;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** From raw input to named answers, whole and live. */
class PredictorTest {
  private static final double NONE = Double.NaN;
  private static final Scaling SCALING =
      new Scaling(new double[] {1000, -40}, new double[] {3, 0.5});
  private static final List<String> COLUMNS = List.of("pressure", "heat");
  private static final List<String> CLASSES = List.of("bad", "good", "odd");

  private static SequenceModel model(NetworkConfig config, Meaning meaning) {
    Network network = new Network(config.withWidth(8), new SeededRandom(3));
    return Inside.model(network, meaning, Map.of(), Computing.standard());
  }

  private static Predictor classifier(Missing missing) {
    return Predictor.of(
        model(
            NetworkConfig.sequence(2, 3),
            Meaning.builder()
                .values(2, COLUMNS, SCALING)
                .classes(CLASSES)
                .missing(missing)
                .timeUnit(10)
                .build()));
  }

  /** Forecasts two quantities for two steps. */
  private static Predictor forecaster(Pooling pooling) {
    return Predictor.of(
        model(
            NetworkConfig.sequence(2, 4).withPooling(pooling),
            Meaning.builder()
                .values(2, COLUMNS, SCALING)
                .quantities(4, COLUMNS, SCALING)
                .perStep(pooling == Pooling.EVERY)
                .build()));
  }

  private static Predictor reader() {
    return Predictor.of(
        model(
            NetworkConfig.tokens(3, 3),
            Meaning.builder().tokens(List.of("stop", "red", "blue")).classes(CLASSES).build()));
  }

  private static double[] raw(int steps) {
    Random random = new Random(7);
    double[] raw = new double[2 * steps];
    for (int i = 0; i < raw.length; i++) {
      raw[i] = i % 2 == 0 ? 1000 + 3 * random.nextGaussian() : -40 + 0.5 * random.nextGaussian();
    }
    return raw;
  }

  private static double[] step(double[] raw, int t) {
    return new double[] {raw[2 * t], raw[2 * t + 1]};
  }

  @Test
  void rawNumbersAreScaledAsInTheTraining() {
    Predictor predictor = classifier(Missing.ERROR);
    double[] raw = raw(20);
    float[] scores = predictor.model().predict(SCALING.apply(raw))[0];
    double[] expected = new double[3];
    Classification.softmax(scores, 0, expected);
    Classification answer = predictor.classify(raw);
    assertThat(answer.probabilities()).containsExactly(expected);
    assertThat(answer.probability()).isEqualTo(expected[answer.index()]);
    assertThat(answer.name()).isEqualTo(CLASSES.get(answer.index()));
    assertThat(answer.byName().keySet()).containsExactlyElementsOf(CLASSES);
    assertThat(answer.probability("odd")).isEqualTo(expected[2]);
    float[] last = predictor.model().predict(new float[40])[0];
    assertThat(scores).isNotEqualTo(last);
  }

  @Test
  void valuesAreInTheirOwnUnits() {
    Predictor predictor = forecaster(Pooling.LAST);
    double[] raw = raw(9);
    float[] outputs = predictor.model().predict(SCALING.apply(raw))[0];
    float[] values = predictor.predict(raw);
    assertThat(values).hasSize(4);
    assertThat(values[3]).isEqualTo((float) (outputs[3] * 0.5 - 40));
    assertThat(values[0]).isCloseTo(1000, within(100f));
  }

  @ParameterizedTest
  @EnumSource(names = {"MEAN", "LAST"})
  void liveAnswersAreThoseOfTheSequenceSoFar(Pooling pooling) {
    Predictor predictor = forecaster(pooling);
    double[] raw = raw(30);
    LiveStream live = predictor.open();
    for (int t = 0; t < 30; t++) {
      float[] whole = predictor.predict(Arrays.copyOf(raw, 2 * t + 2));
      float[] now = live.predict(step(raw, t)).orElseThrow();
      for (int i = 0; i < 4; i++) {
        assertThat(now[i]).as("step %d", t).isCloseTo(whole[i], within(1e-2f));
      }
    }
  }

  @Test
  void everyStepHasItsAnswer() {
    Predictor predictor = forecaster(Pooling.EVERY);
    double[] raw = raw(12);
    float[] whole = predictor.predict(raw);
    assertThat(whole).hasSize(12 * 4);
    LiveStream live = predictor.open();
    float[] answer = new float[4];
    for (int t = 0; t < 12; t++) {
      assertThat(live.step(step(raw, t), answer)).isTrue();
      for (int i = 0; i < 4; i++) {
        assertThat(answer[i]).isCloseTo(whole[4 * t + i], within(1e-2f));
      }
    }
    assertThatThrownBy(() -> predictor.classify(raw))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("use predict");
  }

  @Test
  void timesAreLengthsOfSteps() {
    Predictor predictor = classifier(Missing.ERROR);
    double[] raw = raw(4);
    double[] times = {500, 510, 545, 550};
    Classification whole = predictor.classify(RawSequence.ofValues(raw).withTimes(times));
    assertThat(whole.probabilities())
        .containsExactly(
            predictor.classify(RawSequence.ofValues(raw).withGaps(1, 1, 3.5, 0.5)).probabilities())
        .isNotEqualTo(predictor.classify(raw).probabilities());
    LiveStream timed = predictor.open();
    LiveStream gapped = predictor.open();
    Classification last = null;
    for (int t = 0; t < 4; t++) {
      last = timed.at(times[t]).classify(step(raw, t)).orElseThrow();
      double gap = t == 0 ? 1 : (times[t] - times[t - 1]) / 10;
      assertThat(gapped.after(gap).classify(step(raw, t)).orElseThrow().probabilities())
          .containsExactly(last.probabilities());
    }
    assertThat(last.probability("good")).isCloseTo(whole.probability("good"), within(1e-4));
    assertThatThrownBy(() -> timed.at(550).classify(step(raw, 0)))
        .hasMessageContaining("the time of the event is 550.0, not after");
    assertThat(timed.at(551).classify(step(raw, 0))).isPresent();
    assertThatThrownBy(() -> timed.at(NONE))
        .hasMessage("the time of the event is NaN; give a finite number");
    assertThatThrownBy(() -> predictor.open().at(Double.POSITIVE_INFINITY))
        .hasMessage("the time of the event is Infinity; give a finite number");
    RawSequence endless = RawSequence.ofValues(raw).withTimes(500, 510, 545, 1 / 0.0);
    assertThatThrownBy(() -> predictor.classify(endless)).hasMessageContaining("sequence 0");
  }

  @Test
  void anEventWithAMissingValueIsLeftOut() {
    Predictor predictor = classifier(Missing.MASK);
    double[] raw = raw(6);
    raw[5] = NONE;
    Classification whole = predictor.classify(raw);
    LiveStream live = predictor.open();
    float[] answer = new float[3];
    for (int t = 0; t < 6; t++) {
      assertThat(live.step(step(raw, t), answer)).isEqualTo(t != 2);
    }
    assertThat(answer[1]).isCloseTo((float) whole.probability("good"), within(1e-4f));
    assertThat(live.classify(NONE, -40)).isEmpty();
    assertThatThrownBy(() -> predictor.classify(new double[] {NONE, 1}))
        .hasMessageContaining("nothing is left");
  }

  @Test
  void orTheValueBeforeIsRepeated() {
    Predictor predictor = classifier(Missing.FILL);
    double[] holes = raw(5);
    double[] filled = raw(5);
    holes[4] = NONE;
    holes[6] = NONE;
    filled[4] = filled[2];
    filled[6] = filled[2];
    assertThat(predictor.classify(holes).probabilities())
        .containsExactly(predictor.classify(filled).probabilities());
    LiveStream live = predictor.open();
    LiveStream other = predictor.open();
    for (int t = 0; t < 5; t++) {
      assertThat(live.classify(step(holes, t)).orElseThrow().probabilities())
          .containsExactly(other.classify(step(filled, t)).orElseThrow().probabilities());
    }
    double[] late = raw(3);
    late[1] = NONE;
    double[] early = raw(3);
    early[1] = early[3];
    assertThat(predictor.classify(late).probabilities())
        .containsExactly(predictor.classify(early).probabilities());
    assertThatThrownBy(() -> predictor.open().classify(1000, NONE))
        .hasMessageContaining("column 'heat' is missing (NaN), and there is no value");
  }

  @Test
  void whatDoesNotFitIsNamedAndChangesNothing() {
    Predictor predictor = classifier(Missing.ERROR);
    assertThatThrownBy(() -> predictor.classify(new double[3]))
        .hasMessage(
            "sequence 0 has 3 numbers, no positive multiple of what this model takes: 2 numbers per"
                + " step (pressure, heat)");
    assertThatThrownBy(() -> predictor.classify(new double[] {1, 2, 3, NONE}))
        .hasMessageStartingWith("sequence 0, step 1: column 'heat' is missing (NaN)");
    assertThatThrownBy(() -> predictor.classify(RawSequence.ofTokens(1)))
        .hasMessageContaining("holds tokens; this model takes 2 numbers per step");
    assertThatThrownBy(() -> predictor.classify(RawSequence.ofValues(1, 2).withTimes(1, 2)))
        .hasMessage("sequence 0 has 2 times for 1 steps; give one for each");
    LiveStream live = predictor.open();
    live.classify(1001, -40);
    byte[] before = live.state().toBytes();
    assertThatThrownBy(() -> live.classify(1001)).hasMessageContaining("the event has 1 numbers");
    assertThatThrownBy(() -> live.classify(1001, Double.POSITIVE_INFINITY))
        .hasMessage("column 'heat' is Infinity; only finite numbers can be taken");
    assertThatThrownBy(() -> live.classify(1e40, 0))
        .hasMessageContaining("column 'pressure' is 1.0E40, beyond the largest number");
    assertThatThrownBy(() -> live.classify("red")).hasMessageContaining("the event is a token");
    assertThatThrownBy(() -> live.step(new double[2], new float[2]))
        .hasMessage("the array for the answer has 2 places; 3 are needed");
    assertThat(live.state().toBytes()).isEqualTo(before);
    assertThatThrownBy(() -> reader().classify(new double[1]))
        .hasMessageContaining("this model reads tokens of a vocabulary of 3");
    assertThatThrownBy(() -> reader().open(predictor.open().state()))
        .hasMessageContaining("the state is of model");
  }

  @Test
  void textsAreTokensOfTheVocabulary() {
    Predictor predictor = reader();
    Classification whole = predictor.classify(RawSequence.ofTexts("red", "blue", "stop"));
    assertThat(whole.probabilities())
        .containsExactly(predictor.classify(RawSequence.ofTokens(1, 2, 0)).probabilities());
    LiveStream live = predictor.open();
    live.classify("red");
    live.classify("blue");
    assertThat(live.classify("stop").probability("bad"))
        .isCloseTo(whole.probability("bad"), within(1e-5));
    assertThatThrownBy(() -> predictor.classify(RawSequence.ofTexts("red", "green")))
        .hasMessage("sequence 0, step 1: 'green' is no token of this model");
  }

  @Test
  void manySequencesOnManyThreadsHaveTheSameAnswers() {
    Predictor predictor = classifier(Missing.ERROR);
    RawSequence[] raw = {
      RawSequence.ofValues(raw(5)), RawSequence.ofValues(raw(50)), RawSequence.ofValues(raw(7))
    };
    SequenceModel two = predictor.model().withComputing(Computing.standard().withThreads(2));
    List<Classification> all = Predictor.of(two).classifyAll(raw);
    for (int i = 0; i < raw.length; i++) {
      assertThat(all.get(i).probabilities())
          .containsExactly(predictor.classify(raw[i]).probabilities());
    }
  }

  @Test
  void embeddingsAreWhatTheLastMapMakesTheAnswersOf() {
    Predictor predictor = forecaster(Pooling.MEAN);
    RawSequence raw = RawSequence.ofValues(raw(20));
    float[] features = predictor.embed(raw);
    assertThat(features).hasSize(8);
    float[] weights = null;
    float[] bias = null;
    for (var p : predictor.model().network().parameters()) {
      weights = p.name().equals("decoder.weight") ? p.value() : weights;
      bias = p.name().equals("decoder.bias") ? p.value() : bias;
    }
    float[] values = predictor.predict(raw);
    for (int o = 0; o < 4; o++) {
      double sum = bias[o];
      for (int h = 0; h < 8; h++) {
        sum += weights[o * 8 + h] * features[h];
      }
      double expected = sum * SCALING.std()[o % 2] + SCALING.mean()[o % 2];
      assertThat((double) values[o]).isCloseTo(expected, within(1e-3));
    }
  }

  @Test
  void embeddingsThatNoArrayCanHoldAreRefused() {
    NetworkConfig wide =
        NetworkConfig.sequence(1, 1)
            .withPooling(Pooling.EVERY)
            .withDepth(1)
            .withSsm(S4dConfig.DEFAULT.withStateSize(2))
            .withWidth(1 << 14);
    NetworkConfig bare = wide.withBlock(wide.block().withMixer(Mixer.NONE));
    Predictor predictor =
        Predictor.of(SequenceModel.fresh(bare, 1, Map.of(), Computing.standard()));
    RawSequence raw = RawSequence.ofValues(new double[1 << 17]);
    assertThatThrownBy(() -> predictor.embed(raw))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a batch of 131072 steps with 16384 numbers each");
  }

  @Test
  void aStreamGoesOnFromItsState() {
    Predictor predictor = classifier(Missing.ERROR);
    double[] raw = raw(10);
    LiveStream live = predictor.open();
    for (int t = 0; t < 9; t++) {
      live.classify(step(raw, t));
    }
    LiveStream other = predictor.open(predictor.model().stateFromBytes(live.state().toBytes()));
    assertThat(other.classify(step(raw, 9)).orElseThrow().probabilities())
        .containsExactly(live.classify(step(raw, 9)).orElseThrow().probabilities());
  }

  @Test
  void aLiveStepAllocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long me = Thread.currentThread().getId();
    LiveStream classes = classifier(Missing.MASK).open();
    LiveStream values = forecaster(Pooling.LAST).open();
    LiveStream tokens = reader().open();
    double[] event = {1001, -40.5};
    float[] samples = {1001, -40.5f};
    double[] hole = {NONE, -40.5};
    float[] answer = new float[4];
    long bytes = -1;
    for (int round = 0; round < 20 && bytes != 0; round++) {
      long before = threads.getThreadAllocatedBytes(me);
      for (int t = 0; t < 2000; t++) {
        classes.step(event, answer);
        classes.after(2).step(samples, answer);
        classes.step(hole, answer);
        values.step(event, answer);
        tokens.step("blue", answer);
      }
      bytes = threads.getThreadAllocatedBytes(me) - before;
    }
    assertThat(bytes).isZero();
  }

  @Test
  void theMeaningIsStoredWithTheModel(@TempDir Path folder) throws IOException {
    SequenceModel model = classifier(Missing.MASK).model().withInfo(Map.of("mine", "kept"));
    model.save(folder);
    SequenceModel loaded = SequenceModel.load(folder);
    assertThat(loaded.meaning()).isEqualTo(model.meaning());
    assertThat(loaded.info()).containsExactly(Map.entry("mine", "kept"));
    assertThat(loaded.meaning().missing()).isEqualTo(Missing.MASK);
    assertThatThrownBy(() -> model.withInfo(Map.of("preprocessing", model.meaning().toMap())))
        .hasMessageContaining("give that by withMeaning");
  }

  @Test
  void aMeaningOfAnotherNetworkIsRefusedAtLoad(@TempDir Path folder) throws IOException {
    classifier(Missing.ERROR).model().save(folder);
    Path config = folder.resolve("config.json");
    Map<String, Object> all = Json.parseObject(Files.readString(config));
    all.remove("checksums");
    Files.writeString(config, Json.write(all).replace("\"output_size\": 3", "\"output_size\": 2"));
    assertThatThrownBy(() -> SequenceModel.load(folder))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("config.json: the meaning of the model has output_size 2");
    Files.writeString(config, Json.write(all).replace("\"class\"", "\"class-per-step\""));
    assertThatThrownBy(() -> SequenceModel.load(folder))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("answers at every step, but the pooling of the network is MEAN");
    SequenceModel model = forecaster(Pooling.LAST).model();
    assertThatThrownBy(() -> model.withMeaning(classifier(Missing.ERROR).meaning()))
        .hasMessage("the meaning of the model has 3 as output_size, the network has 4");
  }

  /** The folder and the figures were written by the command line of version 0.1.0. */
  @Test
  void aFolderOfTheVersionBeforeAnswersAsItDid() throws IOException, URISyntaxException {
    Path kept = Path.of(PredictorTest.class.getResource("/model/with-preprocessing").toURI());
    Predictor predictor = Predictor.load(kept);
    assertThat(predictor.meaning().classNames()).containsExactly("bad", "good");
    assertThat(predictor.meaning().inputNames()).containsExactly("pressure", "heat");
    assertThat(predictor.meaning().timeUnit()).isEqualTo(30);
    assertThat(predictor.meaning().missing()).isEqualTo(Missing.MASK);
    assertThat(predictor.model().info())
        .containsOnlyKeys("data", "provenance", "metrics", "parity", "without_learning");
    double[] raw = {1003, -40, 1001.5, -41, NONE, -39, 998, -38.5};
    double[] times = {0, 30, 60, 105};
    Classification whole = predictor.classify(RawSequence.ofValues(raw).withTimes(times));
    assertThat(whole.name()).isEqualTo("good");
    assertThat(whole.probability()).isCloseTo(0.5608832, within(1e-6));
    LiveStream live = predictor.open();
    double[] then = {0.686944, 0.60730976, -1, 0.5608832};
    for (int t = 0; t < 4; t++) {
      Optional<Classification> now = live.at(times[t]).classify(step(raw, t));
      assertThat(now.map(Classification::probability).orElse(-1.0))
          .isCloseTo(then[t], within(1e-6));
    }
  }
}
