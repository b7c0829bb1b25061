package io.carillon.bench;

import io.carillon.config.KernelKind;
import io.carillon.engine.KernelChoice;
import io.carillon.internal.kernel.Kernels;
import io.carillon.internal.kernel.ScanGradient;
import io.carillon.internal.kernel.ScanModes;
import io.carillon.internal.kernel.scalar.ScalarKernels;
import io.carillon.ssm.Modes;
import java.util.Arrays;
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

/** The recurrence of one sequence, in nanoseconds per step and channel, on one thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 2, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ScanBenchmark {
  /** Steps times channels of one invocation. */
  static final int ELEMENTS = 1 << 19;

  /** Implementation. */
  @Param({"SCALAR", "VECTOR"})
  KernelKind kernels;

  /** M. */
  @Param({"16", "32"})
  int modes;

  /** H. */
  @Param({"64", "128"})
  int channels;

  private Kernels kernel;
  private ScanModes scan;
  private int length;
  private float[] u;
  private float[] y;
  private float[] g;
  private float[] gu;
  private float[] state;
  private ScanGradient gradient;

  /** Makes the inputs and checks the implementation against the scalar one. */
  @Setup
  public void setUp() {
    kernel = KernelChoice.select(kernels);
    length = ELEMENTS / channels;
    Inputs inputs = new Inputs(1);
    Modes exact = inputs.modes(channels, modes, false);
    scan = ScanModes.allocate(modes, channels);
    for (int i = 0; i < modes * channels; i++) {
      scan.set(
          i % modes, i / modes, exact.logRe()[i], exact.logIm()[i], exact.wRe()[i], exact.wIm()[i]);
    }
    u = inputs.floats(ELEMENTS);
    g = inputs.floats(ELEMENTS);
    y = new float[ELEMENTS];
    gu = new float[ELEMENTS];
    state = new float[2 * modes * channels];
    gradient = ScanGradient.zeros(modes, channels);
    float[] expected = new float[ELEMENTS];
    scan(new ScalarKernels(), expected);
    scan(kernel, y);
    Inputs.requireClose("y", y, expected);
  }

  private void scan(Kernels implementation, float[] output) {
    Arrays.fill(state, 0f);
    implementation.scanForward(
        scan, 0, channels, false, u, 0, channels, output, 0, channels, length, state, 0);
  }

  /** The outputs. */
  @Benchmark
  @OperationsPerInvocation(ELEMENTS)
  public float[] forward() {
    scan(kernel, y);
    return y;
  }

  /** Gradients of input, λ and w. */
  @Benchmark
  @OperationsPerInvocation(ELEMENTS)
  public float[] backward() {
    kernel.scanBackward(
        scan, 0, channels, false, u, 0, channels, g, 0, channels, gu, 0, channels, length, null,
        null, 0, gradient);
    return gu;
  }
}
