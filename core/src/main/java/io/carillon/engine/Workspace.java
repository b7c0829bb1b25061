package io.carillon.engine;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Scratch arrays that are kept from one pass to the next, so that a training step allocates nothing
 * once the largest batch has been seen. An array is named by its owner (a layer), what it is for, a
 * slot, and an index within the slot. These four are never added up: however many lengths, tasks or
 * workers there are, an array of one slot or purpose is none of another. Contents survive from
 * forward to backward. One workspace serves one thread of control at a time.
 */
public final class Workspace {
  /** What an array is for; each has slots of its own. */
  public enum Purpose {
    /** Of one owner, from pass to pass. */
    OWN,
    /** From a forward pass to the backward pass that follows. */
    KEPT,
    /** Until its owner returns. */
    SCRATCH,
    /** As scratch, with one array for every worker. */
    WORKER;

    private static final int COUNT = values().length;
  }

  /** [purpose][slot][index], where any part may be missing. */
  private final Map<Object, float[][][][]> arrays = new IdentityHashMap<>();

  private final Map<Object, Object> objects = new IdentityHashMap<>();
  private long bytes;
  private long changes;

  /** An empty workspace. */
  public Workspace() {}

  /**
   * The array of that name with room for at least {@code size} values; grown when needed (contents
   * are then lost), never shrunk. Not cleared.
   *
   * @param slot tells the arrays of a purpose apart, 0 and up
   * @param index tells the arrays of a slot apart, 0 and up: of a length, task, worker, block
   */
  public float[] floats(Object owner, Purpose purpose, int slot, int index, int size) {
    float[] known = find(owner, purpose, slot, index);
    if (known != null && known.length >= size) {
      return known;
    }
    float[][] indices = indices(owner, purpose, slot, index);
    bytes += 4L * (size - (known == null ? 0 : known.length));
    indices[index] = new float[size];
    changes++;
    return indices[index];
  }

  private float[] find(Object owner, Purpose purpose, int slot, int index) {
    float[][][][] purposes = arrays.get(owner);
    float[][][] slots = purposes == null ? null : purposes[purpose.ordinal()];
    float[][] indices = slots == null || slots.length <= slot ? null : slots[slot];
    return indices == null || indices.length <= index ? null : indices[index];
  }

  /** The arrays of a slot, with a place for one more index if need be. */
  private float[][] indices(Object owner, Purpose purpose, int slot, int index) {
    float[][][][] purposes = arrays.computeIfAbsent(owner, o -> new float[Purpose.COUNT][0][][]);
    float[][][] slots = purposes[purpose.ordinal()];
    if (slots.length <= slot) {
      slots = Arrays.copyOf(slots, slot + 1);
      purposes[purpose.ordinal()] = slots;
    }
    float[][] indices = slots[slot] == null ? new float[0][] : slots[slot];
    if (indices.length <= index) {
      indices = Arrays.copyOf(indices, index + 1);
      slots[slot] = indices;
    }
    return indices;
  }

  /**
   * An object that an owner keeps from pass to pass, made at the first call. What it holds is not
   * counted in {@link #bytes()}: such objects are small, their size does not grow with the rows.
   */
  public <T> T object(Object owner, Class<T> type, Supplier<T> fresh) {
    Object found = objects.get(owner);
    if (found == null) {
      found = fresh.get();
      objects.put(owner, found);
    }
    return type.cast(found);
  }

  /** Whether the array of that name has room for {@code size} values without growing. */
  public boolean has(Object owner, Purpose purpose, int slot, int index, int size) {
    float[] known = find(owner, purpose, slot, index);
    return known != null && known.length >= size;
  }

  /**
   * How many arrays have been made so far. While the number stays the same, so do the arrays: who
   * has fetched one need not ask again.
   */
  public long changes() {
    return changes;
  }

  /** Bytes held. */
  public long bytes() {
    return bytes;
  }
}
