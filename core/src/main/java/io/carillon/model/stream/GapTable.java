package io.carillon.model.stream;

import io.carillon.nn.layer.GapModes;
import io.carillon.nn.layer.PreparedModes;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A few lengths of steps that are kept ready. A length is made ready when it is met for the second
 * time in its place, so that lengths that never come again cost no memory. Shared by threads.
 */
public final class GapTable {
  /** A power of two. */
  private static final int PLACES = 16;

  private final PreparedModes prepared;
  private final AtomicReferenceArray<GapModes> ready = new AtomicReferenceArray<>(PLACES);
  private final AtomicLongArray met = new AtomicLongArray(PLACES);

  GapTable(PreparedModes prepared) {
    this.prepared = prepared;
  }

  /** What is ready for steps of this length, or null. */
  public GapModes find(double gap) {
    long bits = Double.doubleToLongBits(gap);
    int place = (int) (bits * 0x9E3779B97F4A7C15L >>> 60) & PLACES - 1;
    GapModes found = ready.get(place);
    if (found != null && found.gap() == gap) {
      return found;
    }
    if (met.getAndSet(place, bits) != bits) {
      return null;
    }
    found = prepared.gap(gap);
    ready.set(place, found);
    return found;
  }
}
