package io.carillon.core;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Scratch arrays that are kept from one pass to the next, so that a training step allocates nothing
 * once the largest batch has been seen. Arrays are named by their owner (a layer) and a slot
 * number; their contents survive from forward to backward. One workspace serves one thread of
 * control at a time.
 */
public final class Workspace {
  private final Map<Object, float[][]> slots = new IdentityHashMap<>();
  private final Map<Object, Object> objects = new IdentityHashMap<>();
  private long bytes;
  private long changes;

  /** An empty workspace. */
  public Workspace() {}

  /**
   * The array of a slot with room for at least {@code size} values; grown when needed (contents are
   * then lost), never shrunk. Not cleared.
   */
  public float[] floats(Object owner, int slot, int size) {
    float[][] arrays = slots.get(owner);
    if (arrays == null || arrays.length <= slot) {
      float[][] wider = new float[slot + 4][];
      if (arrays != null) {
        System.arraycopy(arrays, 0, wider, 0, arrays.length);
      }
      arrays = wider;
      slots.put(owner, arrays);
    }
    float[] array = arrays[slot];
    if (array == null || array.length < size) {
      bytes += 4L * (size - (array == null ? 0 : array.length));
      array = new float[size];
      arrays[slot] = array;
      changes++;
    }
    return array;
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

  /** Whether the slot has room for {@code size} values without growing. */
  public boolean has(Object owner, int slot, int size) {
    float[][] arrays = slots.get(owner);
    return arrays != null
        && slot < arrays.length
        && arrays[slot] != null
        && arrays[slot].length >= size;
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
