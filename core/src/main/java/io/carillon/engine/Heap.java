package io.carillon.engine;

import java.lang.ref.WeakReference;

/** How much room there is in the Java heap, for those who would rather refuse than run out. */
public final class Heap {
  private static final long MIB = 1L << 20;

  /** The part of memory that advice leaves free: a sixteenth. */
  private static final long SPARE = 16;

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
   * What of such a room the next start of the same program has for sure: what is in use differs by
   * a few MiB from one start to the other, and advice that is refused when it is followed is none.
   */
  public static long surely(long room) {
    return Math.max(0, room - Math.max(room / SPARE, 4 * MIB));
  }

  /**
   * What to start Java with so that {@code bytes} more fit beside what is in use: {@code -Xmx…}.
   * Some collectors keep a part of it to themselves, which {@link #most} leaves out.
   */
  public static String option(long bytes) {
    long inUse = bytes + (most() - room());
    long wanted = inUse + Math.max(inUse / SPARE, 4 * MIB);
    long step = wanted < 1024 * MIB ? 64 * MIB : 256 * MIB;
    return "-Xmx" + (wanted + step - 1) / step * step / MIB + "m";
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
