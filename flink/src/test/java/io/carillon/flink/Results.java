package io.carillon.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.model.LiveStream;
import io.carillon.model.Predictor;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Predicate;

/**
 * What a job puts out, compared bit for bit with one thread that goes through the events of each
 * key in order. Answers that a job gives again after a failure must be the same: only a stream that
 * has had every event before exactly once gives them.
 */
final class Results implements Serializable {
  private static final long serialVersionUID = 1;

  /** Tasks run in this Java virtual machine and find here what they have been sent the name of. */
  private static final Map<String, Expected> ALL = new ConcurrentHashMap<>();

  private final String name = UUID.randomUUID().toString();

  private static final class Expected {
    private final double[][] answers;
    private final AtomicIntegerArray seen;
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

    private Expected(double[][] answers) {
      this.answers = answers;
      this.seen = new AtomicIntegerArray(answers.length);
    }
  }

  /**
   * For events 0 .. answers-1 of {@link Event#at}.
   *
   * @param answers to each; null for one that is left out
   */
  Results(double[][] answers) {
    ALL.put(name, new Expected(answers));
  }

  /** One thread, one stream for each key. */
  static double[][] reference(Predictor predictor, int events, boolean timed) {
    return reference(predictor, events, timed, event -> true);
  }

  /** The same of streams that do not see all events. */
  static double[][] reference(
      Predictor predictor, int events, boolean timed, Predicate<Event> seen) {
    Map<String, LiveStream> streams = new ConcurrentHashMap<>();
    double[][] answers = new double[events][];
    for (int i = 0; i < events; i++) {
      Event event = Event.at(i);
      if (seen.test(event)) {
        LiveStream live = streams.computeIfAbsent(event.key, key -> predictor.open());
        answers[i] = step(predictor, live, event, timed);
      }
    }
    return answers;
  }

  /** The answer of a stream; null if the event is left out. */
  static double[] step(Predictor predictor, LiveStream live, Event event, boolean timed) {
    if (timed) {
      live.at(event.time / 1000.0);
    }
    return predictor.meaning().isClass()
        ? live.classify(event.values()).map(c -> c.probabilities()).orElse(null)
        : live.predict(event.values()).map(Results::widened).orElse(null);
  }

  static double[] widened(float[] values) {
    double[] wide = new double[values.length];
    Arrays.setAll(wide, i -> values[i]);
    return wide;
  }

  /** Called by the tasks. */
  String add(Event event, double[] answer) {
    Expected expected = ALL.get(name);
    int place = event.number * Event.KEYS + Integer.parseInt(event.key.substring(7));
    if (!Arrays.equals(answer, expected.answers[place])) {
      expected.wrong.add(
          event
              + ": "
              + Arrays.toString(answer)
              + ", expected "
              + Arrays.toString(expected.answers[place]));
    }
    expected.seen.incrementAndGet(place);
    return event.key;
  }

  String add(Event event, Answer answer) {
    return add(
        event,
        answer.classification() != null
            ? answer.classification().probabilities()
            : answer.values() == null ? null : widened(answer.values()));
  }

  /** How many answers there have been so far, repeated ones included. */
  long count() {
    AtomicIntegerArray seen = ALL.get(name).seen;
    long count = 0;
    for (int i = 0; i < seen.length(); i++) {
      count += seen.get(i);
    }
    return count;
  }

  /** Events without an answer. */
  List<Integer> missing() {
    AtomicIntegerArray seen = ALL.get(name).seen;
    List<Integer> missing = new ArrayList<>();
    for (int i = 0; i < seen.length(); i++) {
      if (seen.get(i) == 0) {
        missing.add(i);
      }
    }
    return missing;
  }

  void assertNoneIsWrong() {
    Queue<String> wrong = ALL.get(name).wrong;
    assertThat(wrong.stream().limit(3)).as("%d wrong answers", wrong.size()).isEmpty();
  }

  void assertComplete() {
    assertNoneIsWrong();
    assertThat(missing()).isEmpty();
  }
}
