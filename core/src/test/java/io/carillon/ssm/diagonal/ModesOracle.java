package io.carillon.ssm.diagonal;

import io.carillon.config.kernel.KernelCast;
import io.carillon.ssm.Modes;
import io.carillon.ssm.ModesGradient;

/**
 * The kernel of {@link Modes} and its adjoint in double precision, written as plainly as the
 * formula: one exponential per mode and step.
 */
public final class ModesOracle {
  private ModesOracle() {}

  /** K, [C][H][L]. */
  public static double[] kernel(Modes modes, int length) {
    double[] kernel = new double[modes.sets() * modes.channels() * length];
    for (int row = 0; row < modes.sets() * modes.channels(); row++) {
      for (int l = 0; l < length; l++) {
        double[] k = sum(modes, row, l);
        kernel[row * length + l] = isProduct(modes, row % modes.channels()) ? k[0] * k[1] : k[0];
      }
    }
    return kernel;
  }

  /** Gradient of Σ K·g, g [C][H][L], with respect to the modes. */
  public static ModesGradient adjoint(Modes modes, int length, double[] g) {
    ModesGradient gradient = ModesGradient.zeros(modes);
    for (int row = 0; row < modes.sets() * modes.channels(); row++) {
      int h = row % modes.channels();
      for (int l = 0; l < length; l++) {
        double gRe = g[row * length + l];
        double gIm = 0;
        if (isProduct(modes, h)) {
          double[] k = sum(modes, row, l);
          gIm = gRe * k[0];
          gRe = gRe * k[1];
        }
        add(modes, gradient, row, l, gRe, gIm);
      }
    }
    return gradient;
  }

  private static void add(
      Modes modes, ModesGradient gradient, int row, int l, double gRe, double gIm) {
    for (int m = 0; m < modes.modes(); m++) {
      int z = modes.logRow(row % modes.channels()) + m;
      int w = row * modes.modes() + m;
      double[] e = power(modes, z, l);
      // g · conj(e) and g · conj(w (l − s) e)
      double re = gRe * e[0] + gIm * e[1];
      double im = gIm * e[0] - gRe * e[1];
      gradient.wRe()[w] += re;
      gradient.wIm()[w] += im;
      double steps = l - shift(modes, z);
      gradient.logRe()[z] += steps * (re * modes.wRe()[w] + im * modes.wIm()[w]);
      gradient.logIm()[z] += steps * (im * modes.wRe()[w] - re * modes.wIm()[w]);
    }
  }

  private static double[] sum(Modes modes, int row, int l) {
    double re = 0;
    double im = 0;
    for (int m = 0; m < modes.modes(); m++) {
      int w = row * modes.modes() + m;
      double[] e = power(modes, modes.logRow(row % modes.channels()) + m, l);
      re += modes.wRe()[w] * e[0] - modes.wIm()[w] * e[1];
      im += modes.wRe()[w] * e[1] + modes.wIm()[w] * e[0];
    }
    return new double[] {re, im};
  }

  /** exp(z (l − s)). */
  private static double[] power(Modes modes, int z, int l) {
    double steps = l - shift(modes, z);
    double scale = Math.exp(modes.logRe()[z] * steps);
    double angle = modes.logIm()[z] * steps;
    return new double[] {scale * Math.cos(angle), scale * Math.sin(angle)};
  }

  private static double shift(Modes modes, int z) {
    return modes.shift() == null ? 0 : modes.shift()[z];
  }

  private static boolean isProduct(Modes modes, int h) {
    return modes.cast() == KernelCast.PROD
        || modes.cast() == KernelCast.REAL_PROD && h >= modes.channels() / 2;
  }
}
