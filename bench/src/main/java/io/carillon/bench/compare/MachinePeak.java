package io.carillon.bench.compare;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The two limits of one thread: multiply-adds from registers, and copying main memory. */
public final class MachinePeak {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  /** Multiply-adds of every chain in {@link #chains}. */
  public static final int ROUNDS = 10_000;

  /** Independent chains in {@link #chains}. */
  public static final int CHAINS = 10;

  /** 256 MiB: more than any cache. */
  private static final int FLOATS = 1 << 26;

  /** Where results go that would be removed as unused otherwise. */
  @SuppressWarnings("UnusedVariable")
  private static volatile float sink;

  private MachinePeak() {}

  /** Flops per second, a multiply-add counted as two. */
  static double flopsPerSecond(double seconds) {
    return 2.0
        * SPECIES.length()
        * CHAINS
        * ROUNDS
        / Stopwatch.best(() -> sink = chains(), seconds);
  }

  /** Bytes per second, read plus written, of a copy. */
  static double bytesPerSecond(double seconds) {
    float[] from = new float[FLOATS];
    float[] to = new float[FLOATS];
    Arrays.fill(from, 1f);
    double time = Stopwatch.best(() -> System.arraycopy(from, 0, to, 0, FLOATS), seconds);
    sink = to[FLOATS - 1];
    return 2.0 * FLOATS * Float.BYTES / time;
  }

  /** Ten chains of multiply-adds of whole vectors that do not wait for each other. */
  public static float chains() {
    FloatVector x = FloatVector.broadcast(SPECIES, 0.999f);
    FloatVector y = FloatVector.broadcast(SPECIES, 1e-3f);
    FloatVector a = y;
    FloatVector b = y;
    FloatVector c = y;
    FloatVector d = y;
    FloatVector e = y;
    FloatVector f = y;
    FloatVector g = y;
    FloatVector h = y;
    FloatVector i = y;
    FloatVector j = y;
    for (int round = 0; round < ROUNDS; round++) {
      a = a.fma(x, y);
      b = b.fma(x, y);
      c = c.fma(x, y);
      d = d.fma(x, y);
      e = e.fma(x, y);
      f = f.fma(x, y);
      g = g.fma(x, y);
      h = h.fma(x, y);
      i = i.fma(x, y);
      j = j.fma(x, y);
    }
    return a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j).lane(0);
  }
}
