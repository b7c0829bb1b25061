package io.carillon.bench;

import io.carillon.config.KernelKind;
import io.carillon.engine.KernelChoice;
import io.carillon.internal.kernel.fft.FftConvolver;
import io.carillon.internal.kernel.scalar.ScalarKernels;
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

/** Causal convolution by FFT, in nanoseconds per step and channel, on one thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 2, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class FftConvolutionBenchmark {
  /** Steps times channels of one invocation. */
  static final int ELEMENTS = 1 << 20;

  /** Implementation. */
  @Param({"SCALAR", "VECTOR"})
  KernelKind kernels;

  /** Steps; the number of channels keeps the product constant. */
  @Param({"1024", "4096", "65536"})
  int length;

  /** Steps per tap of the kernel: 1 for a kernel as long as the sequence. */
  @Param({"1", "64"})
  int shorter;

  private int channels;
  private int taps;
  private FftConvolver plan;
  private float[] u;
  private float[] y;
  private float[] g;
  private float[] gu;
  private float[] kernel;
  private float[] kernelGradient;
  private float[] spectrum;
  private float[] spectrumGradient;
  private float[] scratch;

  /** Makes the inputs and checks the implementation against the scalar one. */
  @Setup
  public void setUp() {
    channels = ELEMENTS / length;
    taps = length / shorter;
    plan = new FftConvolver(KernelChoice.select(kernels), length, taps, 0, channels);
    Inputs inputs = new Inputs(4);
    u = inputs.floats(ELEMENTS);
    g = inputs.floats(ELEMENTS);
    kernel = inputs.floats(channels * taps);
    y = new float[ELEMENTS];
    gu = new float[ELEMENTS];
    kernelGradient = new float[channels * taps];
    spectrum = new float[plan.spectrumSize(channels)];
    spectrumGradient = new float[spectrum.length];
    scratch = new float[plan.scratchSize()];
    float[] expected = new float[ELEMENTS];
    FftConvolver reference = new FftConvolver(new ScalarKernels(), length, taps, 0, channels);
    float[] referenceSpectrum = new float[reference.spectrumSize(channels)];
    float[] referenceScratch = new float[reference.scratchSize()];
    reference.kernelSpectrum(kernel, 0, null, 0, 0, channels, referenceSpectrum, referenceScratch);
    reference.convolve(
        referenceSpectrum,
        0,
        channels,
        u,
        0,
        channels,
        expected,
        0,
        channels,
        false,
        length,
        referenceScratch);
    kernelSpectrum();
    convolve();
    Inputs.requireClose("y", y, expected);
  }

  /** The kernel's transform, once per batch. */
  @Benchmark
  @OperationsPerInvocation(ELEMENTS)
  public float[] kernelSpectrum() {
    plan.kernelSpectrum(kernel, 0, null, 0, 0, channels, spectrum, scratch);
    return spectrum;
  }

  /** Forward, once per sequence. */
  @Benchmark
  @OperationsPerInvocation(ELEMENTS)
  public float[] convolve() {
    plan.convolve(spectrum, 0, channels, u, 0, channels, y, 0, channels, false, length, scratch);
    return y;
  }

  /** Both gradients, once per sequence. */
  @Benchmark
  @OperationsPerInvocation(ELEMENTS)
  public float[] backward() {
    plan.backward(
        spectrum,
        0,
        channels,
        u,
        0,
        channels,
        g,
        0,
        channels,
        gu,
        0,
        channels,
        false,
        length,
        spectrumGradient,
        scratch);
    return gu;
  }

  /** The kernel's gradient, once per batch. */
  @Benchmark
  @OperationsPerInvocation(ELEMENTS)
  public float[] kernelGradient() {
    // It is transformed in place: without new contents it would overflow after a few rounds.
    Arrays.fill(spectrumGradient, 1f);
    plan.kernelGradient(spectrumGradient, 0, channels, kernelGradient, 0, null, 0);
    return kernelGradient;
  }
}
