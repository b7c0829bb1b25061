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

/** Pointwise functions and layer norm, in nanoseconds per output (forward) or input gradient. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 2, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PointwiseBenchmark {
  /** Channels. */
  static final int CHANNELS = 128;

  /** Rows, few enough that everything stays in the second-level cache. */
  static final int ROWS = 512;

  /** Values of one invocation. */
  static final int ELEMENTS = ROWS * CHANNELS;

  /** Implementation. */
  @Param({"SCALAR", "VECTOR"})
  KernelKind kernels;

  private Kernels kernel;
  private float[] x;
  private float[] g;
  private float[] out;
  private float[] stats;
  private float[] weight;
  private float[] bias;
  private float[] gWeight;
  private float[] gBias;

  /** Makes the inputs and checks the implementation against the scalar one. */
  @Setup
  public void setUp() {
    kernel = KernelChoice.select(kernels);
    Inputs inputs = new Inputs(3);
    x = inputs.floats(2 * ELEMENTS);
    g = inputs.floats(ELEMENTS);
    out = new float[2 * ELEMENTS];
    stats = new float[2 * ROWS];
    weight = inputs.floats(CHANNELS);
    bias = inputs.floats(CHANNELS);
    gWeight = new float[CHANNELS];
    gBias = new float[CHANNELS];
    float[] expected = new float[ELEMENTS];
    new ScalarKernels().gelu(x, expected, 0, ELEMENTS);
    kernel.gelu(x, out, 0, ELEMENTS);
    Inputs.requireClose("gelu", out, expected);
    kernel.layerNorm(x, 0, ROWS, CHANNELS, weight, bias, 1e-5f, out, stats);
  }

  /** GELU. */
  @Benchmark
  @OperationsPerInvocation(ELEMENTS)
  public float[] gelu() {
    kernel.gelu(x, out, 0, ELEMENTS);
    return out;
  }

  /** Gradient of GELU. */
  @Benchmark
  @OperationsPerInvocation(ELEMENTS)
  public float[] geluBackward() {
    kernel.geluBackward(x, g, out, 0, ELEMENTS);
    return out;
  }

  /** GLU. */
  @Benchmark
  @OperationsPerInvocation(ELEMENTS)
  public float[] glu() {
    kernel.glu(x, 0, ROWS, CHANNELS, out);
    return out;
  }

  /** Gradient of GLU. */
  @Benchmark
  @OperationsPerInvocation(ELEMENTS)
  public float[] gluBackward() {
    kernel.gluBackward(x, g, 0, ROWS, CHANNELS, out);
    return out;
  }

  /** Layer norm. */
  @Benchmark
  @OperationsPerInvocation(ELEMENTS)
  public float[] layerNorm() {
    kernel.layerNorm(x, 0, ROWS, CHANNELS, weight, bias, 1e-5f, out, stats);
    return out;
  }

  /** Gradient of layer norm. */
  @Benchmark
  @OperationsPerInvocation(ELEMENTS)
  public float[] layerNormBackward() {
    kernel.layerNormBackward(x, stats, g, 0, ROWS, CHANNELS, weight, out, gWeight, gBias);
    return out;
  }
}
