package io.carillon.internal.kernel;

/**
 * Sums of gradients of λ and w, planes [modes][channels] of ∂L/∂Re and ∂L/∂Im. Double, because the
 * sum over a long sequence of single-precision blocks would lose digits otherwise.
 *
 * @param lambdaRe ∂L/∂Re λ
 * @param lambdaIm ∂L/∂Im λ
 * @param wRe ∂L/∂Re w
 * @param wIm ∂L/∂Im w
 */
public record ScanGradient(double[] lambdaRe, double[] lambdaIm, double[] wRe, double[] wIm) {
  /** Zeros for M modes and H channels. */
  public static ScanGradient zeros(int modes, int channels) {
    int n = modes * channels;
    return new ScanGradient(new double[n], new double[n], new double[n], new double[n]);
  }
}
