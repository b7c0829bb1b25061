package io.carillon.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.model.LiveStream;
import io.carillon.model.Meaning;
import io.carillon.model.Predictor;
import io.carillon.model.SequenceModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A savepoint of one model, and a job with another. */
class ModelChangeTest {
  private static final int EVENTS = 6000;
  private static final int KEPT = 7;
  private static final Predictor OLD = Predictor.of(Models.classifier(1, Meaning.Missing.MASK));
  private static final Predictor NEW = Predictor.of(Models.classifier(2, Meaning.Missing.MASK));

  private static Cluster cluster;

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws Exception {
    cluster = new Cluster();
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  private static StreamExecutionEnvironment job(
      String backend,
      Path folder,
      SequenceModel model,
      ModelChange change,
      Pace pace,
      Results results) {
    StreamExecutionEnvironment env = Cluster.environment(backend, 2, folder);
    env.configure(noRestart(), ModelChangeTest.class.getClassLoader());
    ScoreFunction.Builder<String, Event> score =
        ScoreFunction.<String, Event>of(ModelSource.of(model))
            .values(Event::values)
            .gapsFromEventTime(Duration.ofSeconds(1));
    switch (change) {
      case FAIL -> score.failOnModelChange();
      case RESET -> score.resetOnModelChange();
      case WARM_UP -> score.warmUpOnModelChange(KEPT);
    }
    Jobs.check(
        Jobs.events(env, EVENTS, pace),
        score.answers(Types.STRING, (event, answer) -> results.add(event, answer)));
    return env;
  }

  /** So that a refusal is seen at once. */
  private static Configuration noRestart() {
    Configuration configuration = new Configuration();
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    return configuration;
  }

  /** Answers of the new model from event {@code from} on, after some of the events before. */
  static double[][] expected(int events, int from, int kept, boolean timed) {
    double[][] answers = Results.reference(OLD, events, timed);
    Map<String, Deque<Event>> before = new HashMap<>();
    Map<String, LiveStream> streams = new HashMap<>();
    for (int i = 0; i < events; i++) {
      Event event = Event.at(i);
      if (i < from) {
        Deque<Event> last = before.computeIfAbsent(event.key, key -> new ArrayDeque<>());
        last.add(event);
        if (last.size() > kept) {
          last.remove();
        }
        continue;
      }
      LiveStream live =
          streams.computeIfAbsent(
              event.key,
              key -> {
                LiveStream fresh = NEW.open();
                before.get(key).forEach(e -> Results.step(NEW, fresh, e, timed));
                return fresh;
              });
      answers[i] = Results.step(NEW, live, event, timed);
    }
    return answers;
  }

  @ParameterizedTest
  @ValueSource(strings = {Cluster.HEAP, Cluster.ROCKSDB})
  void isRefusedOrAChoice(String backend) throws Exception {
    Results before = new Results(Results.reference(OLD, EVENTS, true));
    JobID job =
        cluster.start(
            job(
                backend,
                folder,
                OLD.model(),
                ModelChange.WARM_UP,
                Pace.slowAfter(EVENTS / 4),
                before),
            null);
    Jobs.await("some answers", () -> before.count() >= EVENTS / 4);
    String savepoint = cluster.stop(job, folder);
    before.assertNoneIsWrong();
    int done = EVENTS - before.missing().size();
    // One source: what is done is a beginning.
    assertThat(before.missing().get(0)).isEqualTo(done).isLessThan(EVENTS);

    assertThatThrownBy(
            () ->
                cluster.run(
                    job(
                        backend,
                        folder,
                        NEW.model(),
                        ModelChange.FAIL,
                        Pace.fast(),
                        new Results(expected(EVENTS, done, 0, true))),
                    savepoint))
        .rootCause()
        .hasMessage(
            "the streams of this savepoint are of model "
                + OLD.model().fingerprint()
                + ", the job has model "
                + NEW.model().fingerprint()
                + "; start it with the model that the streams were begun with, or say what is to"
                + " become of them: RESET (they begin anew) or WARM_UP (the new model is given the"
                + " last events, if they were kept)");

    goesOn(backend, savepoint, ModelChange.RESET, expected(EVENTS, done, 0, true), done);
    goesOn(backend, savepoint, ModelChange.WARM_UP, expected(EVENTS, done, KEPT, true), done);
  }

  /** Also from a savepoint of its own, after which no stream of the old model is left anywhere. */
  private void goesOn(
      String backend, String savepoint, ModelChange change, double[][] expected, int done)
      throws Exception {
    Results results = new Results(expected);
    JobID job =
        cluster.start(
            job(backend, folder, NEW.model(), change, Pace.slowAfter(EVENTS / 8), results),
            savepoint);
    Jobs.await("an answer", () -> results.count() > 0);
    String own = cluster.stop(job, folder);
    cluster.run(job(backend, folder, NEW.model(), ModelChange.FAIL, Pace.fast(), results), own);
    results.assertNoneIsWrong();
    assertThat(results.missing()).hasSize(done);
  }
}
