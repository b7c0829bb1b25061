package io.carillon.ssm.diagonal;

/**
 * The recurrence of a layer as the papers write it,
 *
 * <pre>
 *   s_t = Ā s_{t-1} + B̄ u_t,   y_t = factor · Re Σ_m C_m s_{t,m}
 * </pre>
 *
 * The library itself runs x_t = λ x_{t-1} + u_t, y_t = Re Σ w x with w = factor · C B̄, see {@link
 * Modes}; its state is s / B̄. This form exists to exchange states with other implementations.
 *
 * @param channels H
 * @param modes M
 * @param sets C
 * @param factor 2 where a mode stands for a conjugate pair (S4D), else 1
 * @param aRe Re Ā, [H][M]
 * @param aIm Im Ā, [H][M]
 * @param bRe Re B̄, [H][M]
 * @param bIm Im B̄, [H][M]
 * @param cRe Re C, [C][H][M], with the linear cast and the band limit applied
 * @param cIm Im C, [C][H][M]
 */
public record DiscreteSystem(
    int channels,
    int modes,
    int sets,
    double factor,
    double[] aRe,
    double[] aIm,
    double[] bRe,
    double[] bIm,
    double[] cRe,
    double[] cIm) {

  /** All zero, to be filled. */
  static DiscreteSystem allocate(int channels, int modes, int sets, double factor) {
    int size = channels * modes;
    return new DiscreteSystem(
        channels,
        modes,
        sets,
        factor,
        new double[size],
        new double[size],
        new double[size],
        new double[size],
        new double[sets * size],
        new double[sets * size]);
  }
}
