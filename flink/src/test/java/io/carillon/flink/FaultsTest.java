package io.carillon.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.model.Meaning;
import io.carillon.model.Predictor;
import io.carillon.model.SequenceModel;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A task fails, a task manager is lost, the job is stopped and goes on from a canonical savepoint
 * with another parallelism and the other back end: every answer has the bits of one thread without
 * any of that.
 */
class FaultsTest {
  private static final int EVENTS = 24_000;
  private static final SequenceModel MODEL = Models.classifier(1, Meaning.Missing.MASK);

  private static Cluster cluster;
  private static double[][] expected;

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws Exception {
    cluster = new Cluster();
    expected = Results.reference(Predictor.of(MODEL), EVENTS, true);
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  private static void describe(
      StreamExecutionEnvironment env, Pace pace, boolean fails, Results results) {
    SingleOutputStreamOperator<Event> events = Jobs.events(env, EVENTS, pace);
    if (fails) {
      events = events.map(new Jobs.FailsOnce()).returns(Jobs.EVENT).setParallelism(1).uid("fails");
    }
    Jobs.check(
        events,
        ScoreFunction.<String, Event>of(ModelSource.of(MODEL))
            .values(Event::values)
            .gapsFromEventTime(Duration.ofSeconds(1))
            .forgetAfter(Duration.ofDays(1))
            .answers(Types.STRING, (event, answer) -> results.add(event, answer)));
  }

  @ParameterizedTest
  @CsvSource({"hashmap, rocksdb", "rocksdb, hashmap"})
  void everyAnswerIsThatOfOneThread(String before, String after) throws Exception {
    Jobs.FailsOnce.reset();
    Results results = new Results(expected);
    StreamExecutionEnvironment env = Cluster.environment(before, 2, folder);
    describe(env, Pace.slowAfter(EVENTS / 6), true, results);
    JobID job = cluster.start(env, null);
    Jobs.await("a failure", () -> Jobs.FailsOnce.FAILURES.get() > 0);
    int failed = Jobs.FailsOnce.CHECKPOINTS.get();
    Jobs.await("a checkpoint after it", () -> Jobs.FailsOnce.CHECKPOINTS.get() > failed);
    cluster.killTaskManager();
    int killed = Jobs.FailsOnce.CHECKPOINTS.get();
    Jobs.await("a checkpoint after the loss", () -> Jobs.FailsOnce.CHECKPOINTS.get() > killed + 1);
    String savepoint = cluster.stop(job, folder);
    assertThat(results.missing()).as("what is left to do after the savepoint").isNotEmpty();

    StreamExecutionEnvironment other = Cluster.environment(after, 3, folder);
    describe(other, Pace.fast(), true, results);
    cluster.run(other, savepoint);
    results.assertComplete();
  }
}
