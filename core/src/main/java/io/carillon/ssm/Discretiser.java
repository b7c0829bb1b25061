package io.carillon.ssm;

import io.carillon.config.kernel.Discretisation;
import io.carillon.math.MutableComplex;

/**
 * The map of one continuous mode (A, Δ) to its discrete logarithm z = log Ā and input factor β =
 * B̄/B (papers A.1, A.6), and its derivative. An object holds the results of its last calls, so
 * that none is allocated; it serves one thread.
 */
public final class Discretiser {
  /** The bound of 1/x in softmax DSS of the S4 code. */
  static final double DSS_EPSILON = 1e-7;

  /**
   * Below this log |λ| a mode is forgotten within one step to the last bit; the value is kept
   * finite so that λ⁰ = 1 is computable at the pole h = −1 of the bilinear map.
   */
  private static final double MIN_LOG = -700;

  /** z. */
  public final MutableComplex log = new MutableComplex();

  /** β. */
  public final MutableComplex beta = new MutableComplex();

  /** Steps s in exp(z (l − s)) β. */
  public double shift;

  /** Gradient of A. */
  public final MutableComplex gA = new MutableComplex();

  /** Gradient of Δ. */
  public double gDelta;

  private final Softmax softmax = new Softmax();
  private final MutableComplex z = new MutableComplex();
  private final MutableComplex term = new MutableComplex();
  private final MutableComplex q = new MutableComplex();
  private final MutableComplex gZ = new MutableComplex();

  /** Discretises one mode: sets log, beta and shift. */
  public void forward(Discretisation kind, MutableComplex a, double delta, int length) {
    log.set(a).times(delta);
    shift = 0;
    switch (kind) {
      case ZOH -> beta.set(log).phi1().times(delta);
      case DIRAC -> beta.set(1, 0);
      case BILINEAR -> {
        z.set(log).times(0.5);
        logTustin();
        oneMinus(beta).reciprocal().times(delta);
      }
      case DSS -> {
        softmax.scale(log, a, length, DSS_EPSILON, beta);
        shift = Softmax.shift(a.re, length);
      }
    }
  }

  /** Pulls the gradients of z and β back to A and Δ: sets gA and gDelta. */
  public void backward(
      Discretisation kind,
      MutableComplex a,
      double delta,
      int length,
      MutableComplex gLog,
      MutableComplex gBeta) {
    z.set(a).times(delta);
    switch (kind) {
      case ZOH -> {
        // d(Δ φ₁(ΔA))/dΔ = e^{ΔA}, d/dA = Δ² φ₁'(ΔA)
        gA.set(gBeta).timesConj(term.set(z).phi1Derivative()).times(delta * delta);
        gA.set(gLog.re * delta + gA.re, gLog.im * delta + gA.im);
        gDelta = reTimesConj(gLog, a) + reTimesConj(gBeta, term.set(z).exp());
      }
      case DIRAC -> {
        gA.set(gLog).times(delta);
        gDelta = reTimesConj(gLog, a);
      }
      case BILINEAR -> tustinBackward(a, delta, gLog, gBeta);
      case DSS -> {
        softmax.backward(z, a, length, DSS_EPSILON, gBeta);
        gZ.set(gLog).plus(softmax.gZ);
        gA.set(gZ).times(delta).plus(softmax.gLambda);
        gDelta = reTimesConj(gZ, a);
      }
    }
  }

  /** Re(g · conj(by)). */
  static double reTimesConj(MutableComplex g, MutableComplex by) {
    return g.re * by.re + g.im * by.im;
  }

  /** 1 − h for h in {@link #z}, into {@code to}. */
  private MutableComplex oneMinus(MutableComplex to) {
    return to.set(1 - z.re, -z.im);
  }

  /** log = log((1 + h)/(1 − h)), principal branch, for h in {@link #z}. */
  private void logTustin() {
    log.set(Math.max(rawLogModulus(), MIN_LOG), Math.atan2(2 * z.im, 1 - z.absSquared()));
  }

  /** log |(1 + h)/(1 − h)|, which is small where Re h is: |1+h|² − |1−h|² = 4 Re h. */
  private double rawLogModulus() {
    return 0.5 * Math.log1p(Math.max(4 * z.re / oneMinus(term).absSquared(), -1));
  }

  private void tustinBackward(
      MutableComplex a, double delta, MutableComplex gLog, MutableComplex gBeta) {
    z.set(a).times(delta / 2);
    boolean finite = rawLogModulus() > MIN_LOG;
    oneMinus(q).reciprocal();
    gZ.set(gBeta).timesConj(term.set(q).times(q)).times(delta);
    if (finite) {
      double norm = (1 + z.re) * (1 + z.re) + z.im * z.im;
      term.set(q).times((1 + z.re) / norm, -z.im / norm).times(2);
      gA.set(gLog).timesConj(term);
      gZ.plus(gA);
    }
    gA.set(gZ).times(delta / 2);
    gDelta = reTimesConj(gZ, a) / 2 + reTimesConj(gBeta, q);
  }
}
