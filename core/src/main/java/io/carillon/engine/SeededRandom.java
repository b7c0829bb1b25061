package io.carillon.engine;

import java.util.SplittableRandom;

/**
 * Random numbers that are the same for the same seed on every JDK: the stream of {@link
 * SplittableRandom}, which is specified bit by bit, with our own transformations on top.
 */
public final class SeededRandom {
  private final SplittableRandom source;
  private double spareNormal;
  private boolean hasSpare;

  /** A stream that depends on the seed alone. */
  public SeededRandom(long seed) {
    this(new SplittableRandom(seed));
  }

  private SeededRandom(SplittableRandom source) {
    this.source = source;
  }

  /** A new stream, independent of what this one yields later. */
  public SeededRandom split() {
    return new SeededRandom(source.split());
  }

  /** Uniform in [0, 1), 53 random bits. */
  public double uniform() {
    return (source.nextLong() >>> 11) * 0x1.0p-53;
  }

  /** Uniform in [low, high). */
  public double uniform(double low, double high) {
    return low + (high - low) * uniform();
  }

  /** Log-uniform in [low, high): exp of a uniform between the logarithms. */
  public double logUniform(double low, double high) {
    return StrictMath.exp(uniform(StrictMath.log(low), StrictMath.log(high)));
  }

  /** Uniform integer in [0, bound). */
  public int nextInt(int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("bound " + bound + " is below 1");
    }
    return (int) Long.remainderUnsigned(source.nextLong() >>> 1, bound);
  }

  /** 64 random bits. */
  public long nextLong() {
    return source.nextLong();
  }

  /** Standard normal (polar method of Marsaglia). */
  public double normal() {
    if (hasSpare) {
      hasSpare = false;
      return spareNormal;
    }
    double a;
    double b;
    double r;
    do {
      a = 2 * uniform() - 1;
      b = 2 * uniform() - 1;
      r = a * a + b * b;
    } while (r >= 1 || r == 0);
    double scale = StrictMath.sqrt(-2 * StrictMath.log(r) / r);
    spareNormal = b * scale;
    hasSpare = true;
    return a * scale;
  }

  /** A uniformly random order of 0 .. n-1 (Fisher-Yates). */
  public int[] permutation(int n) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int j = nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
