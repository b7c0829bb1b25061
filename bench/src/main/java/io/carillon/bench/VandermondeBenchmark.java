package io.carillon.bench;

import io.carillon.config.KernelKind;
import io.carillon.engine.KernelChoice;
import io.carillon.engine.Parallel;
import io.carillon.internal.kernel.scalar.ScalarKernels;
import io.carillon.ssm.Modes;
import io.carillon.ssm.ModesGradient;
import io.carillon.ssm.vandermonde.VandermondeKernel;
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

/** Kernels from modes and back, in nanoseconds per tap of 128 channels, on one thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 2, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class VandermondeBenchmark {
  /** H. */
  static final int CHANNELS = 128;

  /** L. */
  static final int LENGTH = 4096;

  /** Taps of one invocation. */
  static final int ELEMENTS = CHANNELS * LENGTH;

  /** Implementation. */
  @Param({"SCALAR", "VECTOR"})
  KernelKind kernels;

  /** Modes per channel, or modes shared by all channels. */
  @Param({"32 own", "1024 shared"})
  String modes;

  private Modes exact;
  private VandermondeKernel generator;
  private Parallel serial;
  private float[] taps;
  private ModesGradient gradient;

  /** Makes the inputs and checks the implementation against the scalar one. */
  @Setup
  public void setUp() {
    serial = Parallel.serial();
    String[] words = modes.split(" ");
    exact = new Inputs(5).modes(CHANNELS, Integer.parseInt(words[0]), words[1].equals("shared"));
    generator = new VandermondeKernel(KernelChoice.select(kernels));
    taps = new float[ELEMENTS];
    gradient = ModesGradient.zeros(exact);
    float[] expected = new float[ELEMENTS];
    new VandermondeKernel(new ScalarKernels()).kernel(exact, LENGTH, serial, expected);
    generator.kernel(exact, LENGTH, serial, taps);
    Inputs.requireClose("kernel", taps, expected);
  }

  /** Kernels. */
  @Benchmark
  @OperationsPerInvocation(ELEMENTS)
  public float[] kernel() {
    generator.kernel(exact, LENGTH, serial, taps);
    return taps;
  }

  /** Gradients of z and w. */
  @Benchmark
  @OperationsPerInvocation(ELEMENTS)
  public ModesGradient gradient() {
    generator.gradient(exact, LENGTH, serial, taps, gradient);
    return gradient;
  }
}
