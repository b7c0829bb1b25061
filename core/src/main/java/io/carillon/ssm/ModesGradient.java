package io.carillon.ssm;

/**
 * Gradient of a real loss with respect to {@link Modes}: ∂L/∂Re and ∂L/∂Im, same layouts. It is the
 * derivative of the formula of {@link Modes} with the shift s held fixed, so a shifted mode enters
 * the gradient of z with (l − s), not with l.
 *
 * @param logRe [shared ? 1 : H][M]
 * @param logIm [shared ? 1 : H][M]
 * @param wRe [C][H][M]
 * @param wIm [C][H][M]
 */
public record ModesGradient(double[] logRe, double[] logIm, double[] wRe, double[] wIm) {
  /** Zeros in the layout of {@code modes}. */
  public static ModesGradient zeros(Modes modes) {
    return new ModesGradient(
        new double[modes.logRe().length],
        new double[modes.logIm().length],
        new double[modes.wRe().length],
        new double[modes.wIm().length]);
  }
}
