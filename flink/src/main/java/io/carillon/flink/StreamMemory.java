package io.carillon.flink;

import io.carillon.model.KeptStream;
import java.util.Objects;

/**
 * What is kept for a key: its stream, and where a change of the model is prepared for, the last
 * events. Stored by {@link StreamMemorySerializer}; public for Flink's sake.
 */
public final class StreamMemory {
  /** Null until the first event, and after a change of the model until the next event. */
  KeptStream stream;

  /** Null where none are kept. */
  RecentEvents recent;

  StreamMemory(KeptStream stream, RecentEvents recent) {
    this.stream = stream;
    this.recent = recent;
  }

  StreamMemory copy() {
    return new StreamMemory(
        stream == null ? null : stream.copy(), recent == null ? null : recent.copy());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StreamMemory memory
        && Objects.equals(stream, memory.stream)
        && Objects.equals(recent, memory.recent);
  }

  @Override
  public int hashCode() {
    return Objects.hash(stream, recent);
  }

  @Override
  public String toString() {
    return stream == null ? "no stream" : stream.toString();
  }
}
