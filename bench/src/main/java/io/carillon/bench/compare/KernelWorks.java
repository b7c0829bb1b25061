package io.carillon.bench.compare;

import io.carillon.config.kernel.KernelCast;
import io.carillon.engine.Parallel;
import io.carillon.engine.SeededRandom;
import io.carillon.internal.kernel.Kernels;
import io.carillon.internal.kernel.ScanGradient;
import io.carillon.internal.kernel.ScanModes;
import io.carillon.internal.kernel.fft.FftConvolver;
import io.carillon.ssm.Modes;
import io.carillon.ssm.ModesGradient;
import io.carillon.ssm.vandermonde.VandermondeKernel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The inner loops of a block with H = {@value #CHANNELS}, M = {@value #MODES} and sequences of
 * {@value #LENGTH} steps, on one thread; row-wise ones on a tile of {@value #ROWS} rows.
 */
final class KernelWorks {
  private static final int CHANNELS = 128;
  private static final int MODES = 32;
  private static final int LENGTH = 1024;
  private static final int ROWS = 256;
  private static final int FLOAT = 4;

  /** Per mode and step: λ x 6, + u 1, Re(w x) 3, its sum 1. */
  private static final int SCAN_FLOPS = 11;

  /**
   * Per mode and step, of the usual formulas with the states x given: conj(λ) S 6, + conj(w) g 4,
   * Re S 1, S conj(x) and its sum 8, g conj(x) and its sum 4. What runs does 27 instead, without x.
   */
  private static final int SCAN_BACKWARD_FLOPS = 23;

  /** Product with a root 6, sum and difference 4. */
  private static final int BUTTERFLY_FLOPS = 10;

  /** Multiplications, additions, minima and divisions in the formulas of FloatMath. */
  private static final int GELU_FLOPS = 45;

  private static final int GELU_BACKWARD_FLOPS = 49;
  private static final int GLU_FLOPS = 27;
  private static final int GLU_BACKWARD_FLOPS = 30;
  private static final int NORM_FLOPS = 8;
  private static final int NORM_BACKWARD_FLOPS = 15;

  private final Kernels kernels;
  private final SeededRandom random = new SeededRandom(1);
  private final List<KernelWork> works = new ArrayList<>();

  private KernelWorks(Kernels kernels) {
    this.kernels = kernels;
  }

  /** All works on these kernels. */
  static List<KernelWork> all(Kernels kernels) {
    KernelWorks all = new KernelWorks(kernels);
    all.addScans();
    all.addLinear();
    all.addConvolution();
    all.addVandermonde();
    all.addPointwise();
    all.addNormAndColumns();
    return all.works;
  }

  private float[] floats(int count) {
    return Normal.floats(random, count);
  }

  private void add(String name, double flops, double floats, Runnable work) {
    works.add(new KernelWork(name, flops, FLOAT * floats, work));
  }

  private Modes modes() {
    int n = MODES * CHANNELS;
    double[][] planes = new double[4][n];
    for (int i = 0; i < n; i++) {
      planes[0][i] = -random.logUniform(1e-4, 1e-1);
      planes[1][i] = random.uniform(0, Math.PI);
      planes[2][i] = random.normal();
      planes[3][i] = random.normal();
    }
    return new Modes(
        1,
        CHANNELS,
        MODES,
        false,
        planes[0],
        planes[1],
        planes[2],
        planes[3],
        null,
        KernelCast.REAL);
  }

  private void addScans() {
    Modes modes = modes();
    ScanModes scan = ScanModes.allocate(MODES, CHANNELS);
    for (int i = 0; i < MODES * CHANNELS; i++) {
      scan.set(
          i % MODES, i / MODES, modes.logRe()[i], modes.logIm()[i], modes.wRe()[i], modes.wIm()[i]);
    }
    int n = LENGTH * CHANNELS;
    float[] u = floats(n);
    float[] g = floats(n);
    float[] y = new float[n];
    float[] gu = new float[n];
    float[] state = new float[2 * MODES * CHANNELS];
    ScanGradient gradient = ScanGradient.zeros(MODES, CHANNELS);
    Runnable forward =
        () -> {
          Arrays.fill(state, 0f);
          kernels.scanForward(
              scan, 0, CHANNELS, false, u, 0, CHANNELS, y, 0, CHANNELS, LENGTH, state, 0);
        };
    Runnable backward =
        () -> {
          kernels.scanBackward(
              scan, 0, CHANNELS, false, u, 0, CHANNELS, g, 0, CHANNELS, gu, 0, CHANNELS, LENGTH,
              null, null, 0, gradient);
        };
    double each = (double) n * MODES;
    add("recurrence", SCAN_FLOPS * each, 3.0 * n, forward);
    add("recurrence, backward", SCAN_BACKWARD_FLOPS * each, 4.0 * n, backward);
    add(
        "recurrence, forward and backward",
        (SCAN_FLOPS + SCAN_BACKWARD_FLOPS) * each,
        7.0 * n,
        () -> {
          forward.run();
          backward.run();
        });
  }

  private void addLinear() {
    int out = 2 * CHANNELS;
    float[] x = floats(ROWS * CHANNELS);
    float[] g = floats(ROWS * out);
    float[] weight = floats(out * CHANNELS);
    float[] bias = floats(out);
    float[] y = new float[ROWS * out];
    float[] gx = new float[ROWS * CHANNELS];
    float[] gWeight = new float[weight.length];
    float[] gBias = new float[out];
    double flops = 2.0 * ROWS * out * CHANNELS;
    double floats = x.length + g.length + weight.length;
    add(
        "matrix product",
        flops,
        floats,
        () -> kernels.linear(x, 0, ROWS, CHANNELS, weight, bias, out, y));
    add(
        "matrix product, gradient of the input",
        flops,
        floats,
        () -> kernels.linearBackwardInput(g, 0, ROWS, out, weight, CHANNELS, gx));
    add(
        "matrix product, gradient of the weights",
        flops,
        floats + weight.length,
        () -> kernels.linearBackwardWeight(g, x, 0, ROWS, out, CHANNELS, 0, out, gWeight, gBias));
  }

  private void addConvolution() {
    FftConvolver plan = new FftConvolver(kernels, LENGTH, LENGTH, 0, CHANNELS);
    int n = LENGTH * CHANNELS;
    float[] u = floats(n);
    float[] g = floats(n);
    float[] y = new float[n];
    float[] gu = new float[n];
    float[] spectrum = new float[plan.spectrumSize(CHANNELS)];
    float[] spectrumGradient = new float[spectrum.length];
    float[] scratch = new float[plan.scratchSize()];
    plan.kernelSpectrum(floats(n), 0, null, 0, 0, CHANNELS, spectrum, scratch);
    double transform = BUTTERFLY_FLOPS / 2.0 * n * (Math.log(LENGTH) / Math.log(2));
    add(
        "FFT convolution",
        2 * transform + 6.0 * n,
        3.0 * n + spectrum.length,
        () ->
            plan.convolve(
                spectrum, 0, CHANNELS, u, 0, CHANNELS, y, 0, CHANNELS, false, LENGTH, scratch));
    add(
        "FFT convolution, backward",
        3 * transform + 14.0 * n,
        4.0 * n + 3.0 * spectrum.length,
        () ->
            plan.backward(
                spectrum,
                0,
                CHANNELS,
                u,
                0,
                CHANNELS,
                g,
                0,
                CHANNELS,
                gu,
                0,
                CHANNELS,
                false,
                LENGTH,
                spectrumGradient,
                scratch));
  }

  private void addVandermonde() {
    Modes modes = modes();
    VandermondeKernel generator = new VandermondeKernel(kernels);
    int n = LENGTH * CHANNELS;
    float[] taps = new float[n];
    float[] g = floats(n);
    ModesGradient gradient = ModesGradient.zeros(modes);
    Parallel serial = Parallel.serial();
    // Re(A P) of every mode and tap; the gradient needs that of A and that of P.
    double product = 4.0 * n * MODES;
    add("kernel", product, n, () -> generator.kernel(modes, LENGTH, serial, taps));
    add(
        "kernel, backward",
        2 * product,
        n,
        () -> generator.gradient(modes, LENGTH, serial, g, gradient));
  }

  private void addPointwise() {
    int n = ROWS * CHANNELS;
    float[] x = floats(n);
    float[] g = floats(n);
    float[] y = new float[n];
    float[] both = floats(2 * n);
    float[] gBoth = new float[2 * n];
    add("GELU", (double) GELU_FLOPS * n, 2.0 * n, () -> kernels.gelu(x, y, 0, n));
    add(
        "GELU, backward",
        (double) GELU_BACKWARD_FLOPS * n,
        3.0 * n,
        () -> kernels.geluBackward(x, g, y, 0, n));
    add("GLU", (double) GLU_FLOPS * n, 3.0 * n, () -> kernels.glu(both, 0, ROWS, CHANNELS, y));
    add(
        "GLU, backward",
        (double) GLU_BACKWARD_FLOPS * n,
        5.0 * n,
        () -> kernels.gluBackward(both, g, 0, ROWS, CHANNELS, gBoth));
  }

  private void addNormAndColumns() {
    int n = ROWS * CHANNELS;
    float[] x = floats(n);
    float[] g = floats(n);
    float[] y = new float[n];
    float[] stats = new float[2 * ROWS];
    float[] weight = floats(CHANNELS);
    float[] bias = floats(CHANNELS);
    float[] gWeight = new float[CHANNELS];
    float[] gBias = new float[CHANNELS];
    kernels.layerNorm(x, 0, ROWS, CHANNELS, weight, bias, 1e-5f, y, stats);
    add(
        "layer norm",
        (double) NORM_FLOPS * n,
        2.0 * n,
        () -> kernels.layerNorm(x, 0, ROWS, CHANNELS, weight, bias, 1e-5f, y, stats));
    add(
        "layer norm, backward",
        (double) NORM_BACKWARD_FLOPS * n,
        3.0 * n,
        () -> kernels.layerNormBackward(x, stats, g, 0, ROWS, CHANNELS, weight, y, gWeight, gBias));
    add(
        "columns times factors",
        n,
        2.0 * n,
        () -> kernels.scaleColumns(x, 0, ROWS, CHANNELS, weight, 0, y, 0, CHANNELS));
    add(
        "columns times factors, backward",
        4.0 * n,
        4.0 * n,
        () ->
            kernels.scaleColumnsBackward(
                x, g, 0, CHANNELS, 0, ROWS, CHANNELS, weight, 0, y, gWeight));
  }
}
