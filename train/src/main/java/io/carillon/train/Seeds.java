package io.carillon.train;

/** Derived seeds: everything random in a run follows from its seed and a position. */
public final class Seeds {
  private Seeds() {}

  /** A seed that depends on both numbers in every bit. */
  public static long mix(long seed, long position) {
    long z = seed * 0x9E3779B97F4A7C15L + position + 1;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
