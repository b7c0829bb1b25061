package io.carillon.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.config.Computing;
import io.carillon.config.NetworkConfig;
import io.carillon.config.SgConvConfig;
import io.carillon.model.LiveStream;
import io.carillon.model.Meaning;
import io.carillon.model.Predictor;
import io.carillon.model.SequenceModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The model of a task, its metrics, and settings that do not fit. */
class ScorerTest {
  @TempDir private Path folder;

  /** Remembers what was registered. */
  private static final class Metrics extends UnregisteredMetricsGroup {
    private final Map<String, Counter> counters = new HashMap<>();
    private Histogram times;

    @Override
    public MetricGroup addGroup(String name) {
      assertThat(name).isEqualTo("carillon");
      return this;
    }

    @Override
    public Counter counter(String name) {
      return counters.computeIfAbsent(name, n -> super.counter(n));
    }

    @Override
    public <H extends Histogram> H histogram(String name, H histogram) {
      assertThat(name).isEqualTo("step_nanoseconds");
      times = histogram;
      return histogram;
    }

    private long count(String name) {
      return counters.get(name).getCount();
    }
  }

  @Test
  void everythingIsCounted() throws Exception {
    Metrics metrics = new Metrics();
    Predictor predictor = Predictor.of(Models.classifier(1, Meaning.Missing.MASK));
    Scorer scorer = new Scorer(predictor, ModelChange.FAIL, 0, 1000, metrics);
    StreamMemory memory = scorer.score(null, new double[] {1000, -40}, null, 1000).memory();
    Answer none = scorer.score(memory, new double[] {1000, Double.NaN}, null, 2000).answer();
    assertThat(none.isPresent()).isFalse();
    assertThat(none.classification()).isNull();
    byte[] before = memory.stream.toBytes();
    for (double[] wrong :
        new double[][] {{1000}, {Double.POSITIVE_INFINITY, 0}, {1e300, 0}, {1, 2, 3}}) {
      assertThatThrownBy(() -> scorer.score(memory, wrong, null, 3000))
          .isInstanceOf(Scorer.Refused.class);
    }
    assertThatThrownBy(() -> scorer.score(memory, new double[] {1000, -40}, null, 2000))
        .isInstanceOf(Scorer.Refused.class)
        .hasMessageContaining("not after that of the event before");
    assertThat(memory.stream.toBytes()).isEqualTo(before);
    scorer.countLate();
    for (int t = 3; t < 40; t++) {
      scorer.score(memory, new double[] {1000, -40}, null, t * 1000);
    }
    assertThat(metrics.count("events")).isEqualTo(39);
    assertThat(metrics.count("left_out")).isEqualTo(1);
    assertThat(metrics.count("refused")).isEqualTo(5);
    assertThat(metrics.count("late")).isEqualTo(1);
    assertThat(metrics.count("reset")).isZero();
    assertThat(metrics.count("warmed_up")).isZero();
    assertThat(metrics.times.getCount()).isBetween(2L, 4L);
    assertThat(metrics.times.getStatistics().getMin()).isPositive();
  }

  /** A key by key change, as in SQL, where no serializer knows the model. */
  @Test
  void anotherModelIsAChoiceForEveryKey() throws Exception {
    Predictor old = Predictor.of(Models.classifier(1, Meaning.Missing.MASK));
    Predictor other = Predictor.of(Models.classifier(2, Meaning.Missing.MASK));
    double[] event = {1003, -40.5};
    StreamMemory memory = null;
    Scorer before = new Scorer(old, ModelChange.FAIL, 3, 0, new Metrics());
    for (int t = 0; t < 5; t++) {
      memory = before.score(memory, new double[] {1000 + t, -40}, null, 0).memory();
    }
    StreamMemory kept = memory;
    assertThatThrownBy(
            () ->
                new Scorer(other, ModelChange.FAIL, 0, 0, new Metrics())
                    .score(kept.copy(), event, null, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("the streams of this savepoint are of model");
    Metrics reset = new Metrics();
    assertThat(
            new Scorer(other, ModelChange.RESET, 0, 0, reset)
                .score(kept.copy(), event, null, 0)
                .answer()
                .classification()
                .probabilities())
        .containsExactly(other.open().classify(event).orElseThrow().probabilities());
    assertThat(reset.count("reset")).isOne();
    LiveStream warm = other.open();
    for (int t = 2; t < 5; t++) {
      warm.classify(1000 + t, -40);
    }
    Metrics warmed = new Metrics();
    assertThat(
            new Scorer(other, ModelChange.WARM_UP, 3, 0, warmed)
                .score(kept.copy(), event, null, 0)
                .answer()
                .classification()
                .probabilities())
        .containsExactly(warm.classify(event).orElseThrow().probabilities());
    assertThat(warmed.count("warmed_up")).isOne();
    assertThatThrownBy(
            () ->
                new Scorer(Predictor.of(Models.reader(1)), ModelChange.WARM_UP, 3, 0, new Metrics())
                    .score(kept.copy(), null, "red", 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll("2 numbers", "takes tokens", "RESET");
  }

  @Test
  void tokensAndValuesAreAnswered() throws Exception {
    Predictor reader = Predictor.of(Models.reader(1));
    Scorer words = new Scorer(reader, ModelChange.WARM_UP, 2, 0, new Metrics());
    assertThat(words.score(null, null, "red", 0).answer().classification().probabilities())
        .containsExactly(reader.open().classify("red").probabilities());
    assertThatThrownBy(() -> words.score(null, null, "green", 0))
        .isInstanceOf(Scorer.Refused.class)
        .hasMessage("'green' is no token of this model");
    Predictor forecaster = Predictor.of(Models.forecaster(1));
    Answer values =
        new Scorer(forecaster, ModelChange.FAIL, 0, 0, new Metrics())
            .score(null, new double[] {1000, -40}, null, 0)
            .answer();
    assertThat(values.values()).containsExactly(forecaster.open().predict(1000, -40).orElseThrow());
  }

  @Test
  void aModelThatCannotStreamIsRefusedWithTheReason() {
    SequenceModel model =
        SequenceModel.fresh(
            NetworkConfig.sequence(2, 3).withWidth(8).withDepth(1).withSsm(SgConvConfig.DEFAULT),
            1,
            Map.of(),
            Computing.standard());
    assertThatThrownBy(() -> new Scorer(Predictor.of(model), ModelChange.FAIL, 0, 0, new Metrics()))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage(model.streamingObstacle().orElseThrow());
  }

  private static ModelSource sent(ModelSource source) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(source);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (ModelSource) in.readObject();
    }
  }

  @Test
  void allTasksShareOneModel() throws Exception {
    SequenceModel model = Models.classifier(1, Meaning.Missing.MASK);
    model.save(folder);
    Predictor loaded = ModelSource.folder(folder.toString()).load();
    assertThat(sent(ModelSource.folder(folder.toString())).load()).isSameAs(loaded);
    ModelSource source = ModelSource.of(model);
    Predictor read = sent(source).load();
    assertThat(sent(source).load()).isSameAs(read).isNotSameAs(loaded);
    assertThat(read.meaning()).isEqualTo(model.meaning());
    assertThat(read.model().fingerprint()).isEqualTo(loaded.model().fingerprint());
    // Another meaning is another model, though the fingerprint of the weights is the same.
    SequenceModel scaled = Models.classifier(1, Meaning.Missing.FILL);
    assertThat(ModelSource.of(scaled).load().meaning()).isEqualTo(scaled.meaning());
  }

  @Test
  void settingsThatDoNotFitAreRefused() {
    ScoreFunction.Builder<String, Event> builder =
        ScoreFunction.of(ModelSource.of(Models.classifier(1, Meaning.Missing.MASK)));
    assertThatThrownBy(() -> builder.answers(Types.STRING, (e, a) -> ""))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("say where the numbers of an event are");
    assertThatThrownBy(() -> builder.warmUpOnModelChange(0)).hasMessageContaining("events is 0");
    assertThatThrownBy(() -> builder.forgetAfter(java.time.Duration.ZERO))
        .hasMessageContaining("ttl is PT0S");
    assertThatThrownBy(() -> builder.gapsFromEventTime(java.time.Duration.ofSeconds(-1)))
        .hasMessageContaining("unit is PT-1S");
    assertThatThrownBy(() -> ModelSource.folder("/no/such/place").load())
        .hasMessageContainingAll("/no/such/place", "on this machine");
  }
}
