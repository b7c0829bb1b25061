package io.carillon.bench;

import io.carillon.config.KernelKind;
import io.carillon.engine.KernelChoice;
import io.carillon.internal.kernel.Kernels;
import io.carillon.internal.kernel.scalar.ScalarKernels;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The matrix products of a linear layer, in nanoseconds per thousand floating-point operations on
 * one thread: 10 ns are 100 GFLOP/s.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 2, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LinearBenchmark {
  /** Multiply-adds of one invocation. */
  static final int MULTIPLY_ADDS = 1 << 26;

  /** Thousand operations of one invocation, a multiply-add being two. */
  static final int KILO_FLOPS = MULTIPLY_ADDS / 500;

  /** Implementation. */
  @Param({"SCALAR", "VECTOR"})
  KernelKind kernels;

  /** Inputs; outputs are twice as many, as in front of a GLU. */
  @Param({"64", "128", "256"})
  int in;

  private Kernels kernel;
  private int rows;
  private int out;
  private float[] x;
  private float[] y;
  private float[] gx;
  private float[] weight;
  private float[] bias;
  private float[] gWeight;
  private float[] gBias;

  /** Makes the inputs and checks the implementation against the scalar one. */
  @Setup
  public void setUp() {
    kernel = KernelChoice.select(kernels);
    out = 2 * in;
    rows = MULTIPLY_ADDS / (in * out);
    Inputs inputs = new Inputs(2);
    x = inputs.floats(rows * in);
    weight = inputs.floats(out * in);
    bias = inputs.floats(out);
    y = new float[rows * out];
    gx = new float[rows * in];
    gWeight = new float[out * in];
    gBias = new float[out];
    float[] expected = new float[y.length];
    new ScalarKernels().linear(x, 0, rows, in, weight, bias, out, expected);
    kernel.linear(x, 0, rows, in, weight, bias, out, y);
    Inputs.requireClose("y", y, expected);
  }

  /** x Wᵀ + b. */
  @Benchmark
  @OperationsPerInvocation(KILO_FLOPS)
  public float[] forward() {
    kernel.linear(x, 0, rows, in, weight, bias, out, y);
    return y;
  }

  /** g W. */
  @Benchmark
  @OperationsPerInvocation(KILO_FLOPS)
  public float[] backwardInput() {
    kernel.linearBackwardInput(y, 0, rows, out, weight, in, gx);
    return gx;
  }

  /** gᵀ x. */
  @Benchmark
  @OperationsPerInvocation(KILO_FLOPS)
  public float[] backwardWeight() {
    kernel.linearBackwardWeight(y, x, 0, rows, out, in, 0, out, gWeight, gBias);
    return gWeight;
  }
}
