package io.carillon.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.model.Meaning;
import io.carillon.model.Predictor;
import io.carillon.model.SequenceModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.OutputTag;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Events that come in another order than they have happened, events that are late, and others. */
class OrderTest {
  private static final int EVENTS = 4000;
  private static final SequenceModel MODEL = Models.classifier(1, Meaning.Missing.MASK);
  private static final OutputTag<Event> LATE = new OutputTag<>("late", Jobs.EVENT);
  private static final OutputTag<Event> REFUSED = new OutputTag<>("refused", Jobs.EVENT);

  /** What came out at the sides. */
  private static final Queue<Event> ASIDE = new ConcurrentLinkedQueue<>();

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

  /** Shuffled within blocks, so that none is more than two blocks away from its place. */
  private static List<Integer> shuffled(int block) {
    List<Integer> places = new ArrayList<>();
    Random random = new Random(5);
    for (int from = 0; from < EVENTS; from += block) {
      List<Integer> some = new ArrayList<>();
      for (int i = from; i < Math.min(EVENTS, from + block); i++) {
        some.add(i);
      }
      Collections.shuffle(some, random);
      places.addAll(some);
    }
    return places;
  }

  private static void putAside(SingleOutputStreamOperator<?> scored, OutputTag<Event> tag) {
    Jobs.finish(
        scored
            .getSideOutput(tag)
            .map(
                event -> {
                  ASIDE.add(event);
                  return event;
                })
            .returns(Jobs.EVENT)
            .uid("aside"),
        "sink-aside");
  }

  @ParameterizedTest
  @ValueSource(strings = {Cluster.HEAP, Cluster.ROCKSDB})
  void shuffledEventsAreAnsweredInTheirOrder(String backend) throws Exception {
    Jobs.FailsOnce.reset();
    ASIDE.clear();
    int[] order = shuffled(10 * Event.KEYS).stream().mapToInt(i -> i).toArray();
    Results results = new Results(Results.reference(Predictor.of(MODEL), EVENTS, true));
    StreamExecutionEnvironment env = Cluster.environment(backend, 2, folder);
    SingleOutputStreamOperator<Event> events =
        Jobs.events(
                env,
                i -> Event.at(order[(int) (long) i]),
                EVENTS,
                Pace.slowUntilFailureAfter(EVENTS / 2),
                WatermarkStrategy.<Event>forBoundedOutOfOrderness(Duration.ofSeconds(25))
                    .withTimestampAssigner((e, t) -> e.time))
            .map(new Jobs.FailsOnce())
            .returns(Jobs.EVENT)
            .setParallelism(1)
            .uid("fails");
    SingleOutputStreamOperator<String> scored =
        events
            .keyBy(e -> e.key)
            .process(
                ScoreFunction.<String, Event>of(ModelSource.of(MODEL))
                    .values(Event::values)
                    .gapsFromEventTime(Duration.ofSeconds(1))
                    .inOrder(LATE)
                    .answers(Types.STRING, (event, answer) -> results.add(event, answer)))
            .uid("score");
    putAside(scored, LATE);
    Jobs.finish(scored, "sink");
    cluster.run(env, null);
    results.assertComplete();
    assertThat(ASIDE).isEmpty();
    assertThat(Jobs.FailsOnce.FAILURES.get()).isOne();
  }

  /** The last event of a key that is out of its place comes when the watermark has long passed. */
  @Test
  void lateEventsComeOutAtTheSideAndTheStreamDoesNotSeeThem() throws Exception {
    ASIDE.clear();
    int late = 3 * Event.KEYS;
    String last = Event.at(late).toString();
    Results results =
        new Results(
            Results.reference(
                Predictor.of(MODEL), EVENTS, false, event -> !event.toString().equals(last)));
    StreamExecutionEnvironment env = Cluster.environment(Cluster.HEAP, 2, folder);
    SingleOutputStreamOperator<String> scored =
        Jobs.events(
                env,
                i -> Event.at(i < late ? i : i == EVENTS - 1 ? late : i + 1),
                EVENTS,
                Pace.fast(),
                WatermarkStrategy.<Event>forGenerator(c -> new EveryEvent())
                    .withTimestampAssigner((e, t) -> e.time))
            .keyBy(e -> e.key)
            .process(
                ScoreFunction.<String, Event>of(ModelSource.of(MODEL))
                    .values(Event::values)
                    .inOrder(LATE)
                    .answers(Types.STRING, (event, answer) -> results.add(event, answer)))
            .uid("score");
    putAside(scored, LATE);
    Jobs.finish(scored, "sink");
    cluster.run(env, null);
    results.assertNoneIsWrong();
    assertThat(results.missing()).containsExactly(late);
    assertThat(ASIDE).singleElement().hasToString(last);
  }

  /** A watermark ten seconds behind, after every event. */
  private static final class EveryEvent implements WatermarkGenerator<Event> {
    private long latest = Long.MIN_VALUE + 10_000;

    @Override
    public void onEvent(Event event, long time, WatermarkOutput output) {
      latest = Math.max(latest, time);
      output.emitWatermark(new Watermark(latest - 10_000));
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {}
  }

  /** Every pause is longer than what is remembered. */
  @ParameterizedTest
  @ValueSource(strings = {Cluster.HEAP, Cluster.ROCKSDB})
  void aStreamThatIsForgottenBeginsAnew(String backend) throws Exception {
    int events = 3 * Event.KEYS;
    Predictor predictor = Predictor.of(MODEL);
    double[][] expected = new double[events][];
    for (int i = 0; i < events; i++) {
      expected[i] = Results.step(predictor, predictor.open(), Event.at(i), false);
    }
    Results results = new Results(expected);
    StreamExecutionEnvironment env = Cluster.environment(backend, 2, folder);
    Jobs.check(
        Jobs.events(env, events, Pace.fast()),
        ScoreFunction.<String, Event>of(ModelSource.of(MODEL))
            .values(Event::values)
            .forgetAfter(Duration.ofMillis(1))
            .answers(
                Types.STRING,
                (event, answer) -> {
                  pause();
                  return results.add(event, answer);
                }));
    cluster.run(env, null);
    results.assertComplete();
  }

  private static void pause() {
    LockSupport.parkNanos(5_000_000);
  }

  /** This model takes no missing values. */
  @Test
  void refusedEventsComeOutAtTheSideAndTheStreamIsAsBefore() throws Exception {
    ASIDE.clear();
    Predictor predictor = Predictor.of(Models.classifier(1, Meaning.Missing.ERROR));
    List<String> missing =
        IntStream.range(0, EVENTS)
            .mapToObj(Event::at)
            .filter(event -> Double.isNaN(event.heat))
            .map(Event::toString)
            .toList();
    Results results =
        new Results(Results.reference(predictor, EVENTS, true, event -> !Double.isNaN(event.heat)));
    StreamExecutionEnvironment env = Cluster.environment(Cluster.ROCKSDB, 2, folder);
    SingleOutputStreamOperator<String> scored =
        Jobs.events(env, EVENTS, Pace.fast())
            .keyBy(e -> e.key)
            .process(
                ScoreFunction.<String, Event>of(ModelSource.of(predictor.model()))
                    .values(Event::values)
                    .gapsFromEventTime(Duration.ofSeconds(1))
                    .refused(REFUSED)
                    .answers(Types.STRING, (event, answer) -> results.add(event, answer)))
            .uid("score");
    putAside(scored, REFUSED);
    Jobs.finish(scored, "sink");
    cluster.run(env, null);
    results.assertNoneIsWrong();
    assertThat(missing).isNotEmpty();
    assertThat(ASIDE.stream().map(Event::toString)).containsExactlyInAnyOrderElementsOf(missing);
    assertThat(results.missing()).hasSameSizeAs(missing);
  }
}
