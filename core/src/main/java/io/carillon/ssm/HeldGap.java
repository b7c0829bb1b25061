package io.carillon.ssm;

/**
 * A step of any length g, in units of ordinary steps, during which the input is held:
 *
 * <pre>
 *   x ← a x + b u,   a = λ^g,   b = (λ^g − 1)/(λ − 1) = 1 + λ + … + λ^{g−1} for whole g
 * </pre>
 *
 * so that g ordinary steps with the same input u give the same x, and the output weight w is that
 * of ordinary steps. With zero-order hold this is exact for every g &gt; 0, because B̄ of the step
 * Δ g is b B̄. Double precision.
 *
 * @param channels H
 * @param modes M
 * @param aRe Re a, [M][H]
 * @param aIm Im a, [M][H]
 * @param bRe Re b, [M][H]
 * @param bIm Im b, [M][H]
 */
public record HeldGap(
    int channels, int modes, double[] aRe, double[] aIm, double[] bRe, double[] bIm) {

  /**
   * The step for the modes of a layer.
   *
   * @param gap positive and finite
   */
  public static HeldGap of(Modes modes, double gap) {
    int channels = modes.channels();
    int size = modes.modes() * channels;
    HeldGap held =
        new HeldGap(
            channels,
            modes.modes(),
            new double[size],
            new double[size],
            new double[size],
            new double[size]);
    for (int h = 0; h < channels; h++) {
      for (int m = 0; m < modes.modes(); m++) {
        int from = modes.logRow(h) + m;
        held.set(m * channels + h, new Complex(modes.logRe()[from], modes.logIm()[from]), gap);
      }
    }
    return held;
  }

  private void set(int k, Complex log, double gap) {
    Complex a = log.times(gap).exp();
    // expm1 keeps the digits of slow modes, whose λ is 1 but for the last few bits.
    Complex one = log.expm1();
    Complex b =
        one.absSquared() == 0
            ? new Complex(gap, 0)
            : log.times(gap).expm1().times(one.reciprocal());
    aRe[k] = a.re();
    aIm[k] = a.im();
    bRe[k] = b.re();
    bIm[k] = b.im();
  }
}
