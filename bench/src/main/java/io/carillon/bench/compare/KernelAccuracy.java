package io.carillon.bench.compare;

import io.carillon.config.kernel.KernelCast;
import io.carillon.engine.KernelChoice;
import io.carillon.engine.Parallel;
import io.carillon.internal.kernel.Kernels;
import io.carillon.internal.kernel.ScanModes;
import io.carillon.ssm.Modes;
import io.carillon.ssm.ModesGradient;
import io.carillon.ssm.vandermonde.VandermondeKernel;
import java.util.Arrays;
import java.util.Locale;

/**
 * Errors of S4D kernels against plain sums in double precision, relative to the largest value of a
 * channel: the kernel as computed for the convolution, the response of the recurrence to an
 * impulse, and the gradients of w and z. {@code bench/src/main/python/torch_accuracy.py} prints the
 * same table for PyTorch in single precision, from the same parameters. About half a minute.
 *
 * <p>Parameters: A = −½ + iπn, n = 0 … 31; Δ = 1e-5, 1e-3, 1e-1; C_n = cos(n² + h) + i sin(2n + h),
 * all rounded to float, then zero-order hold in double. The gradient of the kernel is cos(8.3 Δ l),
 * between the frequencies of two modes.
 */
public final class KernelAccuracy {
  private static final int[] LENGTHS = {4096, 65_536, 1_048_576};
  private static final double[] STEPS = {1e-5, 1e-3, 1e-1};
  private static final int MODES = 32;

  private final Kernels kernels;
  private final Modes modes;

  private KernelAccuracy(Kernels kernels, Modes modes) {
    this.kernels = kernels;
    this.modes = modes;
  }

  /** Prints the table; no arguments. */
  public static void main(String[] arguments) {
    KernelAccuracy accuracy = new KernelAccuracy(KernelChoice.select(), modes());
    System.out.println("Java " + System.getProperty("java.version") + ", " + accuracy.name());
    System.out.println();
    System.out.println("| L | kernel | recurrence | gradient of w | gradient of z |");
    System.out.println("|---|---|---|---|---|");
    for (int length : LENGTHS) {
      double[] errors = accuracy.errors(length);
      System.out.printf(
          Locale.ROOT,
          "| %,d | %.1e | %.1e | %.1e | %.1e |%n",
          length,
          errors[0],
          errors[1],
          errors[2],
          errors[3]);
    }
  }

  private String name() {
    return kernels.name() + " kernels";
  }

  /** z = ΔA and w = 2 C (e^z − 1) / A from rounded parameters. */
  static Modes modes() {
    int count = STEPS.length * MODES;
    double[][] planes = new double[4][count];
    for (int h = 0; h < STEPS.length; h++) {
      double step = Math.exp((float) Math.log(STEPS[h]));
      for (int n = 0; n < MODES; n++) {
        double aRe = -Math.exp((float) Math.log(0.5));
        double aIm = (float) (Math.PI * n);
        double cRe = (float) Math.cos(n * n + h);
        double cIm = (float) Math.sin(2 * n + h);
        double zRe = step * aRe;
        double zIm = step * aIm;
        // e^z − 1 without cancellation.
        double sine = Math.sin(zIm / 2);
        double re = Math.expm1(zRe) * Math.cos(zIm) - 2 * sine * sine;
        double im = Math.exp(zRe) * Math.sin(zIm);
        double size = aRe * aRe + aIm * aIm;
        double bRe = (re * aRe + im * aIm) / size;
        double bIm = (im * aRe - re * aIm) / size;
        int k = h * MODES + n;
        planes[0][k] = zRe;
        planes[1][k] = zIm;
        planes[2][k] = 2 * (cRe * bRe - cIm * bIm);
        planes[3][k] = 2 * (cRe * bIm + cIm * bRe);
      }
    }
    return new Modes(
        1,
        STEPS.length,
        MODES,
        false,
        planes[0],
        planes[1],
        planes[2],
        planes[3],
        null,
        KernelCast.REAL);
  }

  /** Of kernel, recurrence, ∂w and ∂z. */
  private double[] errors(int length) {
    int channels = modes.channels();
    float[] g = new float[channels * length];
    for (int i = 0; i < g.length; i++) {
      g[i] = (float) Math.cos(8.3 * STEPS[i / length] * (i % length));
    }
    double[] taps = new double[g.length];
    ModesGradient exact = ModesGradient.zeros(modes);
    sums(length, g, taps, exact);
    float[] computed = new float[g.length];
    VandermondeKernel generator = new VandermondeKernel(kernels);
    Parallel serial = Parallel.serial();
    generator.kernel(modes, length, serial, computed);
    ModesGradient gradient = ModesGradient.zeros(modes);
    generator.gradient(modes, length, serial, g, gradient);
    return new double[] {
      error(computed, taps),
      error(impulse(length), taps),
      Math.max(error(gradient.wRe(), exact.wRe()), error(gradient.wIm(), exact.wIm())),
      Math.max(error(gradient.logRe(), exact.logRe()), error(gradient.logIm(), exact.logIm()))
    };
  }

  /** K[l] = Re Σ w e^(zl) and its gradients for g, every power by itself. */
  private void sums(int length, float[] g, double[] taps, ModesGradient gradient) {
    for (int k = 0; k < modes.channels() * modes.modes(); k++) {
      int row = k / modes.modes() * length;
      double wRe = modes.wRe()[k];
      double wIm = modes.wIm()[k];
      for (int l = 0; l < length; l++) {
        double size = Math.exp(modes.logRe()[k] * l);
        double re = size * Math.cos(modes.logIm()[k] * l);
        double im = size * Math.sin(modes.logIm()[k] * l);
        taps[row + l] += wRe * re - wIm * im;
        gradient.wRe()[k] += g[row + l] * re;
        gradient.wIm()[k] -= g[row + l] * im;
        gradient.logRe()[k] += l * g[row + l] * (wRe * re - wIm * im);
        gradient.logIm()[k] -= l * g[row + l] * (wRe * im + wIm * re);
      }
    }
  }

  /** The recurrence's output for u = 1, 0, 0, …, as [channels][length]. */
  private float[] impulse(int length) {
    int channels = modes.channels();
    ScanModes scan = ScanModes.allocate(modes.modes(), channels);
    for (int k = 0; k < channels * modes.modes(); k++) {
      scan.set(
          k % modes.modes(),
          k / modes.modes(),
          modes.logRe()[k],
          modes.logIm()[k],
          modes.wRe()[k],
          modes.wIm()[k]);
    }
    float[] u = new float[length * channels];
    Arrays.fill(u, 0, channels, 1f);
    float[] y = new float[u.length];
    float[] state = new float[2 * modes.modes() * channels];
    kernels.scanForward(scan, 0, channels, false, u, 0, channels, y, 0, channels, length, state, 0);
    float[] taps = new float[u.length];
    for (int i = 0; i < y.length; i++) {
      taps[i % channels * length + i / channels] = y[i];
    }
    return taps;
  }

  private static double error(float[] actual, double[] exact) {
    double[] wide = new double[actual.length];
    Arrays.setAll(wide, i -> actual[i]);
    return error(wide, exact);
  }

  /** The largest error of any channel, relative to the channel's largest value. */
  private static double error(double[] actual, double[] exact) {
    int row = exact.length / STEPS.length;
    double worst = 0;
    for (int h = 0; h < STEPS.length; h++) {
      double largest = 0;
      double error = 0;
      for (int i = h * row; i < (h + 1) * row; i++) {
        largest = Math.max(largest, Math.abs(exact[i]));
        error = Math.max(error, Math.abs(actual[i] - exact[i]));
      }
      worst = Math.max(worst, error / largest);
    }
    return worst;
  }
}
