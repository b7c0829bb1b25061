package io.carillon.config.kernel;

/**
 * Map f from a raw trainable number p to a number that should be positive: −Re A, |Im A| or Δ
 * (papers A.2). NONE guarantees nothing.
 */
public enum Transform {
  /** f(p) = p. */
  NONE {
    @Override
    public double value(double p) {
      return p;
    }

    @Override
    public double derivative(double p) {
      return 1;
    }

    @Override
    public double inverse(double r) {
      return r;
    }
  },
  /** f(p) = e^p. */
  EXP {
    @Override
    public double value(double p) {
      return Math.exp(p);
    }

    @Override
    public double derivative(double p) {
      return Math.exp(p);
    }

    @Override
    public double inverse(double r) {
      return Math.log(r);
    }
  },
  /** f(p) = max(p, 0) + 1e-4; {@link #inverse} drops the 1e-4, as the official code does. */
  RELU {
    @Override
    public double value(double p) {
      return Math.max(p, 0) + FLOOR;
    }

    @Override
    public double derivative(double p) {
      return p > 0 ? 1 : 0;
    }

    @Override
    public double inverse(double r) {
      return r;
    }
  },
  /** f(p) = 1/(1 + e^−p), always below 1. */
  SIGMOID {
    @Override
    public double value(double p) {
      return logistic(p);
    }

    @Override
    public double derivative(double p) {
      return logistic(p) * logistic(-p);
    }

    @Override
    public double inverse(double r) {
      if (r >= 1) {
        throw new IllegalArgumentException(
            "transform SIGMOID reaches only values below 1, the initial value is "
                + r
                + "; use EXP or SOFTPLUS, or a smaller scale");
      }
      return Math.log(r) - Math.log1p(-r);
    }
  },
  /** f(p) = log(1 + e^p). */
  SOFTPLUS {
    @Override
    public double value(double p) {
      return Math.max(p, 0) + Math.log1p(Math.exp(-Math.abs(p)));
    }

    @Override
    public double derivative(double p) {
      return logistic(p);
    }

    @Override
    public double inverse(double r) {
      return r + Math.log(-Math.expm1(-r));
    }
  };

  /** Smallest value that is inverted, and what RELU adds: 1e-4 (papers A.2). */
  static final double FLOOR = 1e-4;

  /** f(p). */
  public abstract double value(double p);

  /** f'(p). */
  public abstract double derivative(double p);

  /** The p with f(p) = r, for r &gt; 0. */
  public abstract double inverse(double r);

  /** {@link #inverse} of max(r, 1e-4), so that a zero real part has a finite logarithm. */
  public double inverseClamped(double r) {
    return inverse(Math.max(r, FLOOR));
  }

  private static double logistic(double p) {
    return 1 / (1 + Math.exp(-p));
  }
}
