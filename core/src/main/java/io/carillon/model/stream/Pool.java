package io.carillon.model.stream;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/**
 * Objects for one thread at a time, used again without a lock and without allocation. A thread
 * finds the object that it gave back last. Unlike a {@link ThreadLocal} it keeps nothing alive when
 * its owner is gone, whatever thread pool has called it.
 */
public final class Pool<T> {
  /** Places between two slots: two threads should not write to the same cache line. */
  private static final int SPREAD = 16;

  private final int mask;
  private final AtomicReferenceArray<T> slots;
  private final Supplier<T> maker;

  /**
   * An empty pool.
   *
   * @param size most objects that are kept, a power of two
   */
  public Pool(int size, Supplier<T> maker) {
    this.mask = size - 1;
    this.slots = new AtomicReferenceArray<>(size * SPREAD);
    this.maker = maker;
  }

  /** An object that nobody else has; made when all that there are, are in use. */
  public T take() {
    int first = (int) Thread.currentThread().getId();
    for (int i = 0; i <= mask; i++) {
      int slot = (first + i & mask) * SPREAD;
      if (slots.getPlain(slot) != null) {
        T found = slots.getAndSet(slot, null);
        if (found != null) {
          return found;
        }
      }
    }
    return maker.get();
  }

  /** Gives an object back; it is forgotten when the pool is full. */
  public void giveBack(T object) {
    int first = (int) Thread.currentThread().getId();
    for (int i = 0; i <= mask; i++) {
      if (slots.compareAndSet((first + i & mask) * SPREAD, null, object)) {
        return;
      }
    }
  }
}
