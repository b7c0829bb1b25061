package io.carillon.ssm;

/**
 * The map of one continuous mode (A, Δ) to its discrete logarithm z = log Ā and input factor β =
 * B̄/B (papers A.1, A.6), and its derivative.
 */
final class Discretiser {
  /** The bound of 1/x in softmax DSS of the S4 code. */
  static final double DSS_EPSILON = 1e-7;

  /**
   * Below this log |λ| a mode is forgotten within one step to the last bit; the value is kept
   * finite so that λ⁰ = 1 is computable at the pole h = −1 of the bilinear map.
   */
  private static final double MIN_LOG = -700;

  private Discretiser() {}

  /** Discrete mode: exp(z (l − shift)) β. */
  record Mode(Complex log, Complex beta, double shift) {}

  /** Gradient with respect to A and Δ. */
  record Gradient(Complex a, double delta) {}

  /** Discretises one mode. */
  static Mode forward(Discretisation kind, Complex a, double delta, int length) {
    Complex z = a.times(delta);
    return switch (kind) {
      case ZOH -> new Mode(z, z.phi1().times(delta), 0);
      case DIRAC -> new Mode(z, Complex.ONE, 0);
      case BILINEAR -> {
        Complex h = z.times(0.5);
        yield new Mode(logTustin(h), oneMinus(h).reciprocal().times(delta), 0);
      }
      case DSS -> new Mode(z, Softmax.scale(z, a, length, DSS_EPSILON), Softmax.shift(a, length));
    };
  }

  /** Pulls the gradients of z and β back to A and Δ. */
  static Gradient backward(
      Discretisation kind, Complex a, double delta, int length, Complex gLog, Complex gBeta) {
    Complex z = a.times(delta);
    return switch (kind) {
      case ZOH -> {
        // d(Δ φ₁(ΔA))/dΔ = e^{ΔA}, d/dA = Δ² φ₁'(ΔA)
        Complex gA =
            gLog.times(delta).plus(gBeta.timesConj(z.phi1Derivative()).times(delta * delta));
        yield new Gradient(gA, gLog.timesConj(a).re() + gBeta.timesConj(z.exp()).re());
      }
      case DIRAC -> new Gradient(gLog.times(delta), gLog.timesConj(a).re());
      case BILINEAR -> tustinBackward(a, delta, gLog, gBeta);
      case DSS -> {
        Softmax.Gradient scale = Softmax.backward(z, a, length, DSS_EPSILON, gBeta);
        Complex gZ = gLog.plus(scale.z());
        yield new Gradient(gZ.times(delta).plus(scale.lambda()), gZ.timesConj(a).re());
      }
    };
  }

  private static Complex oneMinus(Complex h) {
    return new Complex(1 - h.re(), -h.im());
  }

  /** log((1 + h)/(1 − h)), principal branch. */
  private static Complex logTustin(Complex h) {
    return new Complex(
        Math.max(rawLogModulus(h), MIN_LOG), Math.atan2(2 * h.im(), 1 - h.absSquared()));
  }

  /** log |(1 + h)/(1 − h)|, which is small where Re h is: |1+h|² − |1−h|² = 4 Re h. */
  private static double rawLogModulus(Complex h) {
    return 0.5 * Math.log1p(Math.max(4 * h.re() / oneMinus(h).absSquared(), -1));
  }

  private static Gradient tustinBackward(Complex a, double delta, Complex gLog, Complex gBeta) {
    Complex h = a.times(delta / 2);
    Complex q = oneMinus(h).reciprocal();
    Complex gH = gBeta.timesConj(q.times(q)).times(delta);
    if (rawLogModulus(h) > MIN_LOG) {
      Complex slope = q.times(new Complex(1 + h.re(), h.im()).reciprocal()).times(2);
      gH = gH.plus(gLog.timesConj(slope));
    }
    return new Gradient(gH.times(delta / 2), gH.timesConj(a).re() / 2 + gBeta.timesConj(q).re());
  }
}
