package io.carillon.ssm.diagonal;

import io.carillon.config.kernel.KernelCast;
import io.carillon.math.Complex;

/** The factor κ that folds a linear cast into w: cast(k) = Re(κ k). */
final class CastFactor {
  private static final Complex MINUS_I = new Complex(0, -1);
  private static final Complex ONE_MINUS_I = new Complex(1, -1);

  private CastFactor() {}

  /** 1, −i or 1 − i; 1 for product casts, which stay a cast. */
  static Complex of(KernelCast cast) {
    return switch (cast) {
      case IMAG -> MINUS_I;
      case SUM -> ONE_MINUS_I;
      case REAL, PROD, REAL_PROD -> Complex.ONE;
    };
  }

  /** The cast that remains after folding. */
  static KernelCast remaining(KernelCast cast) {
    return cast.isLinear() ? KernelCast.REAL : cast;
  }

  /** Refuses the recurrence of a kernel that has none. */
  static void requireLinear(KernelCast cast) {
    if (!cast.isLinear()) {
      throw new UnsupportedOperationException(
          "cast " + cast + " multiplies two kernels and has no recurrence; use the convolution");
    }
  }
}
