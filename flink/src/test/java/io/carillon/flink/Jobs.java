package io.carillon.flink;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.datagen.source.GeneratorFunction;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/** Parts of jobs. */
final class Jobs {
  static final TypeInformation<Event> EVENT = Types.POJO(Event.class);

  private Jobs() {}

  /**
   * Events of {@link Event#at} with their timestamps, from one source, so that keys are in order.
   */
  static SingleOutputStreamOperator<Event> events(
      StreamExecutionEnvironment env, long count, Pace pace) {
    return events(
        env,
        Event::at,
        count,
        pace,
        WatermarkStrategy.<Event>noWatermarks().withTimestampAssigner((e, t) -> e.time));
  }

  static SingleOutputStreamOperator<Event> events(
      StreamExecutionEnvironment env,
      GeneratorFunction<Long, Event> generator,
      long count,
      Pace pace,
      WatermarkStrategy<Event> time) {
    return env.fromSource(new DataGeneratorSource<>(generator, count, pace, EVENT), time, "events")
        .setParallelism(1)
        .uid("events");
  }

  /** Answers to those events are compared. */
  static void check(
      SingleOutputStreamOperator<Event> events, ScoreFunction<String, Event, String> score) {
    finish(events.keyBy(e -> e.key).process(score).uid("score"), "sink");
  }

  /** The results have done what they are for. */
  static <T> void finish(SingleOutputStreamOperator<T> results, String uid) {
    results.sinkTo(new DiscardingSink<>()).uid(uid);
  }

  /** Waits until something is so. */
  static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("after two minutes still not: " + what);
      }
      Thread.sleep(10);
    }
  }

  /** Fails once, as soon as a checkpoint is complete, and counts checkpoints. */
  static final class FailsOnce extends RichMapFunction<Event, Event> implements CheckpointListener {
    private static final long serialVersionUID = 1;

    /** Of the tests that run; one after the other. */
    static final AtomicInteger CHECKPOINTS = new AtomicInteger();

    static final AtomicInteger FAILURES = new AtomicInteger();

    static void reset() {
      CHECKPOINTS.set(0);
      FAILURES.set(0);
    }

    @Override
    public Event map(Event event) {
      if (CHECKPOINTS.get() > 0 && FAILURES.compareAndSet(0, 1)) {
        throw new IllegalStateException("a task fails on purpose");
      }
      return event;
    }

    @Override
    public void notifyCheckpointComplete(long id) {
      if (getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() == 0) {
        CHECKPOINTS.incrementAndGet();
      }
    }
  }
}
