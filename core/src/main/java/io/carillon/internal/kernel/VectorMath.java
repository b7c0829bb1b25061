package io.carillon.internal.kernel;

import static io.carillon.internal.kernel.VectorWidth.FLOAT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The functions of {@link FloatMath} on vectors. */
final class VectorMath {
  private VectorMath() {}

  /** e^x for x ≤ 88; e^-86 below −86, NaN for NaN. */
  static FloatVector exp(FloatVector x) {
    FloatVector cut =
        x.blend(FloatMath.EXP_LOWEST, x.compare(VectorOperators.LT, FloatMath.EXP_LOWEST));
    FloatVector shifted = cut.fma(broadcast(FloatMath.LOG2_E), broadcast(FloatMath.ROUNDER));
    FloatVector n = shifted.sub(FloatMath.ROUNDER);
    FloatVector r = n.fma(broadcast(-FloatMath.LN2_HIGH), cut);
    r = n.fma(broadcast(-FloatMath.LN2_LOW), r);
    FloatVector p = r.fma(broadcast(FloatMath.E5), broadcast(FloatMath.E4));
    p = p.fma(r, broadcast(FloatMath.E3));
    p = p.fma(r, broadcast(FloatMath.E2));
    p = p.fma(r, broadcast(FloatMath.E1));
    p = p.fma(r, broadcast(FloatMath.E0));
    FloatVector y = p.fma(r.mul(r), r).add(1f);
    return y.reinterpretAsInts()
        .add(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
        .reinterpretAsFloats();
  }

  /** 1 / (1 + e^-x). */
  static FloatVector sigmoid(FloatVector x) {
    FloatVector e = exp(x.abs().neg());
    FloatVector s = broadcast(1f).div(e.add(1f));
    return s.blend(e.mul(s), x.compare(VectorOperators.LT, 0f));
  }

  /** Φ(x) given e^(−x²/2). */
  static FloatVector normalCdf(FloatVector x, FloatVector gauss) {
    FloatVector t = broadcast(1f).div(x.abs().fma(broadcast(FloatMath.T), broadcast(1f)));
    FloatVector q = t.fma(broadcast(FloatMath.P8), broadcast(FloatMath.P7));
    q = q.fma(t, broadcast(FloatMath.P6));
    q = q.fma(t, broadcast(FloatMath.P5));
    q = q.fma(t, broadcast(FloatMath.P4));
    q = q.fma(t, broadcast(FloatMath.P3));
    q = q.fma(t, broadcast(FloatMath.P2));
    q = q.fma(t, broadcast(FloatMath.P1));
    q = q.fma(t, broadcast(FloatMath.P0));
    FloatVector tail = q.mul(t).mul(gauss);
    return broadcast(1f).sub(tail).blend(tail, x.compare(VectorOperators.LT, 0f));
  }

  /** e^(−x²/2). */
  static FloatVector gauss(FloatVector x) {
    return exp(x.mul(x).mul(-0.5f));
  }

  private static FloatVector broadcast(float value) {
    return FloatVector.broadcast(FLOAT, value);
  }
}
