package io.carillon.flink;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Objects;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** The last events of a stream as they came, for a model that is to take over. */
final class RecentEvents {
  private static final int MOST = 1 << 24;

  private final Deque<Event> events = new ArrayDeque<>();

  /**
   * An event.
   *
   * @param values of numbers, or null
   * @param token or null
   * @param time of the event in milliseconds; NaN if the job does not look at it
   */
  record Event(double[] values, String token, double time) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Event e
          && Arrays.equals(values, e.values)
          && Objects.equals(token, e.token)
          && Double.compare(time, e.time) == 0;
    }

    @Override
    public int hashCode() {
      return Objects.hash(Arrays.hashCode(values), token, time);
    }
  }

  /** From the oldest on. */
  Iterable<Event> events() {
    return events;
  }

  int size() {
    return events.size();
  }

  /** Keeps an event, and of those before only as many as are wanted. */
  void add(Event event, int most) {
    events.addLast(event);
    while (events.size() > most) {
      events.removeFirst();
    }
  }

  /** Another one with the same events, which never change. */
  RecentEvents copy() {
    RecentEvents copy = new RecentEvents();
    copy.events.addAll(events);
    return copy;
  }

  void write(DataOutputView out) throws IOException {
    out.writeInt(events.size());
    for (Event event : events) {
      out.writeDouble(event.time);
      if (event.token != null) {
        out.writeInt(-1);
        out.writeUTF(event.token);
      } else {
        out.writeInt(event.values.length);
        for (double value : event.values) {
          out.writeDouble(value);
        }
      }
    }
  }

  static RecentEvents read(DataInputView in) throws IOException {
    RecentEvents read = new RecentEvents();
    int size = size(in.readInt());
    for (int i = 0; i < size; i++) {
      double time = in.readDouble();
      int values = in.readInt();
      if (values == -1) {
        read.events.addLast(new Event(null, in.readUTF(), time));
      } else {
        double[] numbers = new double[size(values)];
        for (int d = 0; d < numbers.length; d++) {
          numbers[d] = in.readDouble();
        }
        read.events.addLast(new Event(numbers, null, time));
      }
    }
    return read;
  }

  private static int size(int claimed) throws IOException {
    if (claimed < 0 || claimed > MOST) {
      throw new IOException("kept events of a stream: " + claimed + " cannot be a size");
    }
    return claimed;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RecentEvents recent
        && Arrays.equals(events.toArray(), recent.events.toArray());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(events.toArray());
  }
}
