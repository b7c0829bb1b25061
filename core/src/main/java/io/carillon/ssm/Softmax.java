package io.carillon.ssm;

/**
 * The weight of a softmax DSS mode (papers A.6): the powers exp(z l), l &lt; L, divided by their
 * sum and by Λ,
 *
 * <pre>
 *   β = (e^{z'} − 1) rec((e^{z'L} − 1) Λ),   z' = −z if Re Λ &gt; 0 else z,   rec(x) = conj(x)/(|x|² + ε).
 * </pre>
 *
 * A growing mode (Re Λ &gt; 0) is divided by its last power instead of its first, which is the
 * shift s = L − 1 of {@link Modes}. The derivative treats that power exp(z(L − 1)) as a constant,
 * as the official code does; for growing modes it is therefore not the derivative of the kernel but
 * the published training rule.
 */
final class Softmax {
  private Softmax() {}

  /** Gradient with respect to z and to Λ. */
  record Gradient(Complex z, Complex lambda) {}

  /** Steps by which the powers of this mode are shifted. */
  static double shift(Complex lambda, int length) {
    return lambda.re() > 0 ? length - 1 : 0;
  }

  /** β. */
  static Complex scale(Complex z, Complex lambda, int length, double epsilon) {
    Complex decaying = lambda.re() > 0 ? z.times(-1) : z;
    Complex x = decaying.times(length).expm1().times(lambda);
    return decaying.expm1().times(x.conj().times(1 / (x.absSquared() + epsilon)));
  }

  /** Pulls the gradient of β back. */
  static Gradient backward(Complex z, Complex lambda, int length, double epsilon, Complex gBeta) {
    double sign = lambda.re() > 0 ? -1 : 1;
    Complex decaying = z.times(sign);
    Complex numerator = decaying.expm1();
    Complex denominator = decaying.times(length).expm1();
    Complex x = denominator.times(lambda);
    double norm = x.absSquared() + epsilon;
    Complex reciprocal = x.conj().times(1 / norm);
    Complex gNumerator = gBeta.timesConj(reciprocal);
    Complex gReciprocal = gBeta.timesConj(numerator);
    Complex gX = reciprocalBackward(x, norm, gReciprocal);
    Complex gDenominator = gX.timesConj(lambda);
    Complex gZ =
        gNumerator
            .timesConj(decaying.exp())
            .plus(gDenominator.timesConj(decaying.times(length).exp()).times(length));
    return new Gradient(gZ.times(sign), gX.timesConj(denominator));
  }

  /** Gradient of x given that of conj(x)/norm with norm = |x|² + ε; not holomorphic. */
  private static Complex reciprocalBackward(Complex x, double norm, Complex g) {
    double along = g.times(x).re();
    return g.conj().times(1 / norm).minus(x.times(2 * along / (norm * norm)));
  }
}
