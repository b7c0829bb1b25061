package io.carillon.flink;

import io.carillon.model.KeptStream;
import io.carillon.model.LiveStream;
import io.carillon.model.Predictor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/**
 * What the function for DataStream and the one for SQL have in common: the model of a task, what
 * happens to the memory of a key at an event, and what is counted.
 */
final class Scorer {
  /** The time of one step in so many is taken. */
  private static final int TIMED = 16;

  private static final int REMEMBERED_TIMES = 1000;

  private final Predictor predictor;
  private final String fingerprint;
  private final ModelChange onChange;
  private final int kept;
  private final double unit;

  private final Counter events;
  private final Counter late;
  private final Counter refused;
  private final Counter leftOut;
  private final Counter reset;
  private final Counter warmedUp;
  private final Histogram nanoseconds;
  private int untilTimed;

  /**
   * For a task.
   *
   * @param kept events that are kept of every stream
   * @param unit milliseconds that one unit of the times in the training data lasts; 0 if all events
   *     are one step apart
   * @throws UnsupportedOperationException if the model cannot stream, with the reason
   */
  Scorer(Predictor predictor, ModelChange onChange, int kept, double unit, MetricGroup metrics) {
    predictor
        .model()
        .streamingObstacle()
        .ifPresent(
            obstacle -> {
              throw new UnsupportedOperationException(obstacle);
            });
    this.predictor = predictor;
    this.fingerprint = predictor.model().fingerprint();
    this.onChange = onChange;
    this.kept = kept;
    this.unit = unit;
    MetricGroup group = metrics.addGroup("carillon");
    events = group.counter("events");
    late = group.counter("late");
    refused = group.counter("refused");
    leftOut = group.counter("left_out");
    reset = group.counter("reset");
    warmedUp = group.counter("warmed_up");
    nanoseconds =
        group.histogram("step_nanoseconds", new DescriptiveStatisticsHistogram(REMEMBERED_TIMES));
  }

  Predictor predictor() {
    return predictor;
  }

  /** Whether the time since the event before counts. */
  boolean timed() {
    return unit > 0;
  }

  void countLate() {
    late.inc();
  }

  /**
   * The answer to an event, which becomes a part of the memory of its key.
   *
   * @param memory null for a key without one
   * @param time of the event in milliseconds; not looked at if all are one step apart
   * @return the memory, to be stored, and the answer
   * @throws Refused if the model refuses the event; its stream is as before
   */
  Scored score(StreamMemory memory, double[] values, String token, double time) throws Refused {
    StreamMemory own = memory == null ? new StreamMemory(null, null) : memory;
    LiveStream live = live(own, memory != null);
    boolean measured = untilTimed-- == 0;
    long begin = measured ? System.nanoTime() : 0;
    Answer answer;
    try {
      answer = step(live, values, token, time);
    } catch (IllegalArgumentException | ArithmeticException e) {
      refused.inc();
      throw new Refused(e);
    } finally {
      untilTimed = measured ? TIMED - 1 : untilTimed;
    }
    if (measured) {
      nanoseconds.update(System.nanoTime() - begin);
    }
    events.inc();
    if (!answer.isPresent()) {
      leftOut.inc();
    }
    remember(own, values, token, time);
    return new Scored(own, answer);
  }

  /** An event that the model does not take; nothing else that goes wrong is one. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    private Refused(RuntimeException reason) {
      super(reason.getMessage(), reason);
    }
  }

  /** What an event has led to. */
  record Scored(StreamMemory memory, Answer answer) {}

  private Answer step(LiveStream live, double[] values, String token, double time) {
    if (timed()) {
      live.at(time / unit);
    }
    if (predictor.meaning().isClass()) {
      return token == null
          ? live.classify(values).map(Answer::of).orElse(Answer.none())
          : Answer.of(live.classify(token));
    }
    return token == null
        ? live.predict(values).map(Answer::of).orElse(Answer.none())
        : Answer.of(live.predict(token));
  }

  private void remember(StreamMemory memory, double[] values, String token, double time) {
    if (kept == 0) {
      memory.recent = null;
      return;
    }
    if (memory.recent == null) {
      memory.recent = new RecentEvents();
    }
    memory.recent.add(
        new RecentEvents.Event(
            values == null ? null : values.clone(), token, timed() ? time : Double.NaN),
        kept);
  }

  private LiveStream live(StreamMemory memory, boolean known) {
    if (memory.stream != null && memory.stream.model().equals(fingerprint)) {
      return memory.stream.live(predictor);
    }
    boolean foreign = memory.stream != null;
    if (foreign && onChange == ModelChange.FAIL) {
      throw refusal(memory.stream.model(), fingerprint);
    }
    KeptStream fresh = KeptStream.open(predictor);
    if (memory.recent != null && !(foreign && onChange == ModelChange.RESET)) {
      warmUp(fresh.live(predictor), memory.recent);
      warmedUp.inc();
    } else if (known) {
      reset.inc();
    }
    memory.stream = fresh;
    return fresh.live(predictor);
  }

  /** Gives a new stream the events that are kept of the one before. */
  private void warmUp(LiveStream live, RecentEvents recent) {
    int size = predictor.meaning().inputSize();
    for (RecentEvents.Event event : recent.events()) {
      int numbers = event.values() == null ? 0 : event.values().length;
      if (numbers != size) {
        throw new IllegalStateException(
            "the events that were kept to warm up another model have "
                + describe(numbers)
                + ", but model "
                + fingerprint
                + " takes "
                + describe(size)
                + "; let the streams begin anew (RESET)");
      }
      try {
        step(live, event.values(), event.token(), event.time());
      } catch (IllegalArgumentException | ArithmeticException e) {
        // What the model before has taken, this one need not.
        refused.inc();
      }
    }
  }

  private static String describe(int numbers) {
    return numbers == 0 ? "tokens" : numbers + " numbers";
  }

  /** Says that streams of one model cannot go on with another. */
  static IllegalStateException refusal(String of, String model) {
    return new IllegalStateException(
        "the streams of this savepoint are of model "
            + of
            + ", the job has model "
            + model
            + "; start it with the model that the streams were begun with, or say what is to become"
            + " of them: RESET (they begin anew) or WARM_UP (the new model is given the last events,"
            + " if they were kept)");
  }
}
