package io.carillon.bench;

import io.carillon.bench.compare.MachinePeak;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the machine can do on one thread, to measure the kernels against: multiply-adds from
 * registers, and bytes from and to main memory. Run with {@code -t 2} for two threads.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 2, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MachineBenchmark {
  private static final int FLOATS = 1 << 26;
  private static final int KILO_BYTES = 2 * 4 * FLOATS / 1000;

  /** So that a time in nanoseconds is one of 1000 flops, for vectors of 512 bits. */
  private static final int KILO_FLOPS = 2 * 16 * MachinePeak.CHAINS * MachinePeak.ROUNDS / 1000;

  private float[] from;
  private float[] to;

  /** Allocates what cannot fit into a cache. */
  @Setup
  public void setUp() {
    from = new float[FLOATS];
    to = new float[FLOATS];
    Arrays.fill(from, 1f);
  }

  /**
   * Ten independent chains of multiply-adds: nanoseconds per 1000 flops with vectors of 512 bits;
   * multiply by 512 / bits for narrower ones.
   */
  @Benchmark
  @OperationsPerInvocation(KILO_FLOPS)
  public float multiplyAdd() {
    return MachinePeak.chains();
  }

  /** A copy of 256 MiB: nanoseconds per 1000 bytes read or written. */
  @Benchmark
  @OperationsPerInvocation(KILO_BYTES)
  public float[] copy() {
    System.arraycopy(from, 0, to, 0, FLOATS);
    return to;
  }
}
