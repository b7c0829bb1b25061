package io.carillon.internal.kernel;

/**
 * Single-precision modes of a recurrence, planes [modes][channels].
 *
 * @param modes M
 * @param channels H
 * @param lambdaRe Re λ
 * @param lambdaIm Im λ
 * @param driftRe Re of λ^64 − fl(λ)^64, in double and then rounded; see {@link Kernels#scanForward}
 * @param driftIm Im of the same
 * @param lowRe Re of λ − fl(λ): what the rounding of λ left over, for {@link Kernels#scanStep}
 * @param lowIm Im of the same
 * @param wRe Re w
 * @param wIm Im w
 */
public record ScanModes(
    int modes,
    int channels,
    float[] lambdaRe,
    float[] lambdaIm,
    float[] driftRe,
    float[] driftIm,
    float[] lowRe,
    float[] lowIm,
    float[] wRe,
    float[] wIm) {

  /** All zero, to be filled by {@link #set}. */
  public static ScanModes allocate(int modes, int channels) {
    int n = modes * channels;
    return new ScanModes(
        modes,
        channels,
        new float[n],
        new float[n],
        new float[n],
        new float[n],
        new float[n],
        new float[n],
        new float[n],
        new float[n]);
  }

  /** Sets mode m of channel h from z = log λ and w, in double precision. */
  public void set(int m, int h, double zRe, double zIm, double wReal, double wImag) {
    int k = m * channels + h;
    double size = Math.exp(zRe);
    double lambdaReal = size * Math.cos(zIm);
    double lambdaImag = size * Math.sin(zIm);
    lambdaRe[k] = (float) lambdaReal;
    lambdaIm[k] = (float) lambdaImag;
    lowRe[k] = (float) (lambdaReal - lambdaRe[k]);
    lowIm[k] = (float) (lambdaImag - lambdaIm[k]);
    double powerRe = lambdaRe[k];
    double powerIm = lambdaIm[k];
    for (int squarings = Kernels.SCAN_BLOCK; squarings > 1; squarings >>= 1) {
      double re = powerRe * powerRe - powerIm * powerIm;
      powerIm = 2 * powerRe * powerIm;
      powerRe = re;
    }
    double exact = Math.exp(Kernels.SCAN_BLOCK * zRe);
    driftRe[k] = (float) (exact * Math.cos(Kernels.SCAN_BLOCK * zIm) - powerRe);
    driftIm[k] = (float) (exact * Math.sin(Kernels.SCAN_BLOCK * zIm) - powerIm);
    wRe[k] = (float) wReal;
    wIm[k] = (float) wImag;
  }
}
