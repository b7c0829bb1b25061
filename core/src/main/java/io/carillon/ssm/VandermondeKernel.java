package io.carillon.ssm;

import io.carillon.core.Parallel;
import io.carillon.internal.kernel.Kernels;

/**
 * Kernels of {@link Modes} and their gradient, without the Vandermonde matrix.
 *
 * <p>Keeps scratch memory from call to call: one object serves one pass at a time.
 */
public final class VandermondeKernel {
  private final Kernels kernels;

  /** A generator whose matrix products run on {@code kernels}. */
  public VandermondeKernel(Kernels kernels) {
    this.kernels = kernels;
  }

  /**
   * K[c][h][l] = cast(Σ_m w exp(z (l − s))) for l = 0 .. length−1.
   *
   * @param length number of taps, at least 1
   * @param out [sets][channels][length], overwritten
   */
  public void kernel(Modes modes, int length, Parallel parallel, float[] out) {
    parallel.run(
        modes.sets() * modes.channels(),
        row -> {
          double[] k = new double[2];
          for (int l = 0; l < length; l++) {
            sum(modes, row / modes.channels(), row % modes.channels(), l, k);
            out[row * length + l] = (float) (product(modes, row % modes.channels()) ? k[0] * k[1] : k[0]);
          }
        });
  }

  /**
   * Adds the gradient with respect to z and w.
   *
   * @param g gradient of the kernel, [sets][channels][length]
   * @param gradient added to
   */
  public void gradient(
      Modes modes, int length, Parallel parallel, float[] g, ModesGradient gradient) {
    double[] k = new double[2];
    double[] e = new double[2];
    for (int c = 0; c < modes.sets(); c++) {
      for (int h = 0; h < modes.channels(); h++) {
        for (int l = 0; l < length; l++) {
          double gRe = g[(c * modes.channels() + h) * length + l];
          double gIm = 0;
          if (product(modes, h)) {
            sum(modes, c, h, l, k);
            gIm = gRe * k[0];
            gRe = gRe * k[1];
          }
          for (int m = 0; m < modes.modes(); m++) {
            int z = modes.logRow(h) + m;
            int w = modes.wRow(c, h) + m;
            double steps = l - (modes.shift() == null ? 0 : modes.shift()[z]);
            power(modes, z, steps, e);
            // k = w e, so ∂w = conj(e) g and ∂z = steps conj(w e) g.
            double re = e[0] * gRe + e[1] * gIm;
            double im = e[0] * gIm - e[1] * gRe;
            gradient.wRe()[w] += re;
            gradient.wIm()[w] += im;
            double wr = modes.wRe()[w];
            double wi = modes.wIm()[w];
            gradient.logRe()[z] += steps * (wr * re + wi * im);
            gradient.logIm()[z] += steps * (wr * im - wi * re);
          }
        }
      }
    }
  }

  private static boolean product(Modes modes, int h) {
    return modes.cast() == KernelCast.PROD
        || modes.cast() == KernelCast.REAL_PROD && h >= modes.channels() / 2;
  }

  private static void power(Modes modes, int z, double steps, double[] e) {
    double size = Math.exp(modes.logRe()[z] * steps);
    double phase = modes.logIm()[z] * steps;
    e[0] = size * Math.cos(phase);
    e[1] = size * Math.sin(phase);
  }

  private static void sum(Modes modes, int c, int h, int l, double[] k) {
    k[0] = 0;
    k[1] = 0;
    double[] e = new double[2];
    for (int m = 0; m < modes.modes(); m++) {
      int z = modes.logRow(h) + m;
      int w = modes.wRow(c, h) + m;
      power(modes, z, l - (modes.shift() == null ? 0 : modes.shift()[z]), e);
      k[0] += modes.wRe()[w] * e[0] - modes.wIm()[w] * e[1];
      k[1] += modes.wRe()[w] * e[1] + modes.wIm()[w] * e[0];
    }
  }
}
