package io.carillon.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a training step takes from its workspace, counted from the handles that will ask for it:
 * arrays that last, and rooms for scratch, which handles of one kind use one after the other.
 */
public final class Footprint {
  /** Nothing. */
  public static final Footprint NONE = new Footprint(0, Map.of(), 0, 0);

  private final long lasting;

  /** The rooms of every kind, with the floats in their arrays. */
  private final Map<Object, List<long[]>> rooms;

  private final long keptObjects;
  private final long sharedObjects;

  private Footprint(
      long lasting, Map<Object, List<long[]>> rooms, long keptObjects, long sharedObjects) {
    this.lasting = lasting;
    this.rooms = rooms;
    this.keptObjects = keptObjects;
    this.sharedObjects = sharedObjects;
  }

  static Footprint lasting(long[] arrays) {
    return new Footprint(Arrays.stream(arrays).sum(), Map.of(), 0, 0);
  }

  static Footprint shared(Object kind, long[] arrays) {
    return new Footprint(0, Map.of(kind, List.of(arrays)), 0, 0);
  }

  /**
   * What lies in objects rather than arrays of the workspace.
   *
   * @param kept floats that last
   * @param shared floats that all layers have together
   */
  public static Footprint objects(long kept, long shared) {
    return new Footprint(0, Map.of(), kept, shared);
  }

  /** Both, the scratch of one after that of the other. */
  public Footprint then(Footprint other) {
    return with(other, false);
  }

  /** Both, with the scratch of both at the same time. */
  public Footprint beside(Footprint other) {
    return with(other, true);
  }

  private Footprint with(Footprint other, boolean together) {
    Map<Object, List<long[]>> all = new HashMap<>(rooms);
    other.rooms.forEach(
        (kind, more) -> all.merge(kind, more, together ? Footprint::joined : Footprint::largest));
    return new Footprint(
        lasting + other.lasting,
        all,
        keptObjects + other.keptObjects,
        Math.max(sharedObjects, other.sharedObjects));
  }

  private static List<long[]> joined(List<long[]> a, List<long[]> b) {
    List<long[]> all = new ArrayList<>(a);
    all.addAll(b);
    return all;
  }

  private static List<long[]> largest(List<long[]> a, List<long[]> b) {
    List<long[]> all = new ArrayList<>(a.size() >= b.size() ? a : b);
    for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
      long[] more = a.get(i).length >= b.get(i).length ? a.get(i) : b.get(i);
      long[] fewer = more == a.get(i) ? b.get(i) : a.get(i);
      long[] most = more.clone();
      for (int j = 0; j < fewer.length; j++) {
        most[j] = Math.max(most[j], fewer[j]);
      }
      all.set(i, most);
    }
    return all;
  }

  /** Floats in the arrays of the workspace. */
  public long floats() {
    long sum = lasting;
    for (List<long[]> each : rooms.values()) {
      for (long[] arrays : each) {
        sum += Arrays.stream(arrays).sum();
      }
    }
    return sum;
  }

  /** Floats in objects. */
  public long objectFloats() {
    return keptObjects + sharedObjects;
  }
}
