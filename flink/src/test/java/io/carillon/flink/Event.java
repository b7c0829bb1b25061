package io.carillon.flink;

import java.util.SplittableRandom;

/** Event {@code number} of the stream of a key. */
public final class Event {
  static final int KEYS = 40;

  /** Fields of a POJO, as Flink knows it. */
  public String key;

  public int number;
  public long time;
  public double pressure;
  public double heat;

  /** For Flink. */
  public Event() {}

  /** The same for the same place: keys in turn, irregular times, now and then a missing value. */
  static Event at(long place) {
    Event event = new Event();
    event.key = "sensor-" + place % KEYS;
    event.number = (int) (place / KEYS);
    SplittableRandom random = new SplittableRandom(place);
    event.time = 1_700_000_000_000L + 1000L * event.number + random.nextInt(900);
    event.pressure = 1000 + 10 * random.nextGaussian();
    event.heat = random.nextInt(20) == 0 ? Double.NaN : -40 + 0.5 * random.nextGaussian();
    return event;
  }

  double[] values() {
    return new double[] {pressure, heat};
  }

  @Override
  public String toString() {
    return key + ", event " + number;
  }
}
