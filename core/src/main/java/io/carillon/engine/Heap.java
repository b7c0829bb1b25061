package io.carillon.engine;

import java.lang.ref.WeakReference;

/** How much room there is in the Java heap, for those who would rather refuse than run out. */
public final class Heap {
  private static final long MIB = 1L << 20;

  private Heap() {}

  /** Bytes that the heap may grow to. */
  public static long most() {
    return Runtime.getRuntime().maxMemory();
  }

  /**
   * Whether so many more bytes fit beside what is in use. Only when garbage may be in the way is it
   * collected first.
   */
  public static boolean hasRoom(long bytes) {
    return bytes <= most() - used() || bytes <= room();
  }

  /**
   * Bytes that are free once the garbage is collected. Where the virtual machine is told not to
   * collect on demand nobody knows what is garbage, and everything counts as free.
   */
  public static long room() {
    WeakReference<Object> garbage = new WeakReference<>(new Object());
    System.gc();
    return garbage.refersTo(null) ? Math.max(0, most() - used()) : most();
  }

  /**
   * What to start Java with so that {@code bytes} more fit beside what is in use: {@code -Xmx…}.
   */
  public static String option(long bytes) {
    long wanted = bytes + (most() - room());
    long step = wanted < 1024 * MIB ? 64 * MIB : 256 * MIB;
    return "-Xmx" + (wanted + step - 1) / step * step / MIB + "m";
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
