package io.carillon.internal.kernel.vector;

import static io.carillon.internal.kernel.vector.VectorWidth.FLOAT;

import io.carillon.internal.kernel.FloatMath;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The functions of {@link FloatMath} on vectors. Their numbers are vectors from the start: a
 * broadcast in place costs the compiler so many nodes that it stops inlining before the end of GELU
 * and puts vectors on the heap.
 */
final class VectorMath {
  private static final FloatVector LOG2_E = FloatVector.broadcast(FLOAT, FloatMath.LOG2_E);
  private static final FloatVector ROUNDER = FloatVector.broadcast(FLOAT, FloatMath.ROUNDER);
  private static final FloatVector MINUS_LN2_HIGH =
      FloatVector.broadcast(FLOAT, -FloatMath.LN2_HIGH);
  private static final FloatVector MINUS_LN2_LOW = FloatVector.broadcast(FLOAT, -FloatMath.LN2_LOW);
  private static final FloatVector E5 = FloatVector.broadcast(FLOAT, FloatMath.E5);
  private static final FloatVector E4 = FloatVector.broadcast(FLOAT, FloatMath.E4);
  private static final FloatVector E3 = FloatVector.broadcast(FLOAT, FloatMath.E3);
  private static final FloatVector E2 = FloatVector.broadcast(FLOAT, FloatMath.E2);
  private static final FloatVector E1 = FloatVector.broadcast(FLOAT, FloatMath.E1);
  private static final FloatVector E0 = FloatVector.broadcast(FLOAT, FloatMath.E0);
  private static final FloatVector ONE = FloatVector.broadcast(FLOAT, 1f);
  private static final FloatVector T = FloatVector.broadcast(FLOAT, FloatMath.T);
  private static final FloatVector P8 = FloatVector.broadcast(FLOAT, FloatMath.P8);
  private static final FloatVector P7 = FloatVector.broadcast(FLOAT, FloatMath.P7);
  private static final FloatVector P6 = FloatVector.broadcast(FLOAT, FloatMath.P6);
  private static final FloatVector P5 = FloatVector.broadcast(FLOAT, FloatMath.P5);
  private static final FloatVector P4 = FloatVector.broadcast(FLOAT, FloatMath.P4);
  private static final FloatVector P3 = FloatVector.broadcast(FLOAT, FloatMath.P3);
  private static final FloatVector P2 = FloatVector.broadcast(FLOAT, FloatMath.P2);
  private static final FloatVector P1 = FloatVector.broadcast(FLOAT, FloatMath.P1);
  private static final FloatVector P0 = FloatVector.broadcast(FLOAT, FloatMath.P0);

  private VectorMath() {}

  /** e^x for x ≤ 88; e^-50 below −50, NaN for NaN. */
  static FloatVector exp(FloatVector x) {
    FloatVector cut =
        x.blend(FloatMath.EXP_LOWEST, x.compare(VectorOperators.LT, FloatMath.EXP_LOWEST));
    FloatVector shifted = cut.fma(LOG2_E, ROUNDER);
    FloatVector n = shifted.sub(ROUNDER);
    FloatVector r = n.fma(MINUS_LN2_HIGH, cut);
    r = n.fma(MINUS_LN2_LOW, r);
    FloatVector p = r.fma(E5, E4);
    p = p.fma(r, E3);
    p = p.fma(r, E2);
    p = p.fma(r, E1);
    p = p.fma(r, E0);
    FloatVector y = p.fma(r.mul(r), r).add(ONE);
    return y.reinterpretAsInts()
        .add(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
        .reinterpretAsFloats();
  }

  /** 1 / (1 + e^-x). */
  static FloatVector sigmoid(FloatVector x) {
    FloatVector e = exp(x.abs().neg());
    FloatVector s = ONE.div(e.add(ONE));
    return s.blend(e.mul(s), x.compare(VectorOperators.LT, 0f));
  }

  /** Φ(x) given e^(−x²/2). */
  static FloatVector normalCdf(FloatVector x, FloatVector gauss) {
    FloatVector t = ONE.div(x.abs().fma(T, ONE));
    FloatVector q = t.fma(P8, P7);
    q = q.fma(t, P6);
    q = q.fma(t, P5);
    q = q.fma(t, P4);
    q = q.fma(t, P3);
    q = q.fma(t, P2);
    q = q.fma(t, P1);
    q = q.fma(t, P0);
    FloatVector tail = q.mul(t).mul(gauss);
    return ONE.sub(tail).blend(tail, x.compare(VectorOperators.LT, 0f));
  }

  /** e^(−x²/2). */
  static FloatVector gauss(FloatVector x) {
    return exp(x.mul(x).mul(-0.5f));
  }
}
