package io.carillon.ssm;

import io.carillon.math.MutableComplex;

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
 *
 * <p>An object holds the results of its last calls and serves one thread.
 */
public final class Softmax {
  /** Gradient of z. */
  public final MutableComplex gZ = new MutableComplex();

  /** Gradient of Λ. */
  public final MutableComplex gLambda = new MutableComplex();

  private final MutableComplex decaying = new MutableComplex();
  private final MutableComplex numerator = new MutableComplex();
  private final MutableComplex denominator = new MutableComplex();
  private final MutableComplex x = new MutableComplex();
  private final MutableComplex term = new MutableComplex();
  private final MutableComplex gX = new MutableComplex();

  /** Steps by which the powers of a mode with this Re Λ are shifted. */
  public static double shift(double lambdaRe, int length) {
    return lambdaRe > 0 ? length - 1 : 0;
  }

  /** Sets {@code beta} to β. */
  public void scale(
      MutableComplex z, MutableComplex lambda, int length, double epsilon, MutableComplex beta) {
    decaying.set(z);
    if (lambda.re > 0) {
      decaying.times(-1);
    }
    x.set(decaying).times(length).expm1().times(lambda);
    double factor = 1 / (x.absSquared() + epsilon);
    beta.set(decaying).expm1().times(x.conj().times(factor));
  }

  /** Pulls the gradient of β back: sets gZ and gLambda. */
  public void backward(
      MutableComplex z, MutableComplex lambda, int length, double epsilon, MutableComplex gBeta) {
    double sign = lambda.re > 0 ? -1 : 1;
    decaying.set(z).times(sign);
    numerator.set(decaying).expm1();
    denominator.set(decaying).times(length).expm1();
    x.set(denominator).times(lambda);
    double norm = x.absSquared() + epsilon;
    reciprocalBackward(norm, gX.set(gBeta).timesConj(numerator));
    gLambda.set(gX).timesConj(denominator);
    gX.timesConj(lambda);
    // Through the numerator, then through the denominator.
    gZ.set(gBeta).timesConj(term.set(x).conj().times(1 / norm));
    gZ.timesConj(term.set(decaying).exp());
    gZ.plus(gX.timesConj(term.set(decaying).times(length).exp()).times(length));
    gZ.times(sign);
  }

  /** Gradient of x given that of conj(x)/norm with norm = |x|² + ε, in g; not holomorphic. */
  private void reciprocalBackward(double norm, MutableComplex g) {
    double along = g.re * x.re - g.im * x.im;
    double factor = 2 * along / (norm * norm);
    g.conj().times(1 / norm).minus(term.set(x).times(factor));
  }
}
