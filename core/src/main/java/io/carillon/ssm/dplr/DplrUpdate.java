package io.carillon.ssm.dplr;

/**
 * A step of S4 with everything multiplied out, as it can be written down for another program: per
 * channel, with a_r · x = Σ (Re a_r Re x + Im a_r Im x) a real number,
 *
 * <pre>
 *   x ← E x + B u − Σ_r F_r (a_r · x),   y[c] = Re C_c x
 * </pre>
 *
 * The arrays are in double precision and belong to the receiver.
 *
 * @param channels H
 * @param modes M, one of each conjugate pair
 * @param rank R
 * @param sets C
 * @param eRe Re E, [H][M]
 * @param eIm Im E, [H][M]
 * @param bRe Re B, [H][M]
 * @param bIm Im B, [H][M]
 * @param fRe Re F, [R][H][M]
 * @param fIm Im F, [R][H][M]
 * @param aRe Re a, [R][H][M]
 * @param aIm Im a, [R][H][M]
 * @param cRe Re C, with the factor 2 of the pairs, [C][H][M]
 * @param cIm Im C, [C][H][M]
 */
public record DplrUpdate(
    int channels,
    int modes,
    int rank,
    int sets,
    double[] eRe,
    double[] eIm,
    double[] bRe,
    double[] bIm,
    double[] fRe,
    double[] fIm,
    double[] aRe,
    double[] aIm,
    double[] cRe,
    double[] cIm) {

  /** All zero, to be filled. */
  static DplrUpdate allocate(int channels, int modes, int rank, int sets) {
    int n = channels * modes;
    return new DplrUpdate(
        channels,
        modes,
        rank,
        sets,
        new double[n],
        new double[n],
        new double[n],
        new double[n],
        new double[rank * n],
        new double[rank * n],
        new double[rank * n],
        new double[rank * n],
        new double[sets * n],
        new double[sets * n]);
  }
}
