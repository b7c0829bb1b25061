package io.carillon.ssm;

import io.carillon.config.kernel.KernelCast;

/**
 * A discrete diagonal state-space system in double precision: what every parameterisation is turned
 * into before anything is computed. Its kernels are sums of damped exponentials,
 *
 * <pre>
 *   k_{c,h}[l] = Σ_m w_{c,h,m} exp(z_{h,m} (l − s_{h,m})),   K_{c,h}[l] = cast(k_{c,h}[l])
 * </pre>
 *
 * with z = log λ. The factor 2 of conjugate pairs, the discretised input weight B̄, and the linear
 * casts (imaginary part, sum) are already folded into w, so that cast is {@link KernelCast#REAL}
 * unless the kernel is a product, see {@link KernelCast}.
 *
 * <p>The shift s is 0 except for softmax DSS modes with Re z &gt; 0, where it is L − 1: such a mode
 * grows, and only its product with the tiny normaliser is representable.
 *
 * @param sets C, number of kernels per channel (2 for a bidirectional layer: forward, backward)
 * @param channels H
 * @param modes M, stored complex modes
 * @param shared true if z and s are the same for all channels (DLR): they have 1 row instead of H
 * @param logRe Re z, [shared ? 1 : H][M]
 * @param logIm Im z, radians per step, [shared ? 1 : H][M]
 * @param wRe Re w, [C][H][M]
 * @param wIm Im w, [C][H][M]
 * @param shift s in steps, [shared ? 1 : H][M], or null for all zero
 * @param cast how the complex sum becomes a real kernel
 */
public record Modes(
    int sets,
    int channels,
    int modes,
    boolean shared,
    double[] logRe,
    double[] logIm,
    double[] wRe,
    double[] wIm,
    double[] shift,
    KernelCast cast) {

  /** Row of z that channel h uses, times M: index of its first mode in {@link #logRe}. */
  public int logRow(int h) {
    return shared ? 0 : h * modes;
  }

  /** Index of the first mode of kernel set c and channel h in {@link #wRe}. */
  public int wRow(int c, int h) {
    return (c * channels + h) * modes;
  }

  /** Whether some shift is not zero. */
  public boolean isShifted() {
    if (shift != null) {
      for (double s : shift) {
        if (s != 0) {
          return true;
        }
      }
    }
    return false;
  }

  /** The same, in the same arrays, with null for a shift that is zero everywhere. */
  public Modes withoutShift() {
    return new Modes(sets, channels, modes, shared, logRe, logIm, wRe, wIm, null, cast);
  }
}
