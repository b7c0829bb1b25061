package io.carillon.config;

import io.carillon.internal.kernel.Kernels;
import io.carillon.nn.layer.Gelu;
import io.carillon.nn.layer.StepBounds;

/** Elementwise non-linearities and their derivatives. */
public enum Activation {
  /** x Φ(x), the erf form of GELU. */
  GELU,
  /** max(x, 0). */
  RELU,
  /** x σ(x). */
  SILU,
  /** x for x &gt; 0, e^x − 1 otherwise. */
  ELU,
  /** tanh x. */
  TANH,
  /** σ(x) = 1 / (1 + e^{−x}). */
  SIGMOID,
  /** x. */
  NONE;

  /** y[i] = f(x[i]) for i in [from, to); y may be x. */
  public void forward(Kernels kernels, float[] x, float[] y, int from, int to) {
    if (this == GELU) {
      kernels.gelu(x, y, from, to);
      return;
    }
    for (int i = from; i < to; i++) {
      y[i] = (float) value(x[i]);
    }
  }

  /** gx[i] = g[i] f'(x[i]) for i in [from, to); gx may be g. */
  public void backward(Kernels kernels, float[] x, float[] g, float[] gx, int from, int to) {
    if (this == GELU) {
      kernels.geluBackward(x, g, gx, from, to);
      return;
    }
    for (int i = from; i < to; i++) {
      gx[i] = (float) (g[i] * derivative(x[i]));
    }
  }

  /** f(x). */
  public double value(double x) {
    return switch (this) {
      case RELU -> Math.max(x, 0);
      case SILU -> x * sigmoid(x);
      case ELU -> x > 0 ? x : Math.expm1(x);
      case TANH -> Math.tanh(x);
      case SIGMOID -> sigmoid(x);
      case NONE -> x;
      case GELU -> x * Gelu.cdf(x);
    };
  }

  /** Bound on |f(x)| for magnitudes up to x; see {@link StepBounds}. */
  public double bound(double x) {
    return switch (this) {
      case RELU, NONE -> x;
      case ELU -> Math.max(x, 1);
      case TANH, SIGMOID -> 1;
      case GELU, SILU -> x <= StepBounds.LARGEST_SQUARED ? x : Double.POSITIVE_INFINITY;
    };
  }

  /** f'(x). */
  public double derivative(double x) {
    return switch (this) {
      case RELU -> x > 0 ? 1 : 0;
      case SILU -> sigmoid(x) * (1 + x * (1 - sigmoid(x)));
      case ELU -> x > 0 ? 1 : Math.exp(x);
      case TANH -> 1 - Math.tanh(x) * Math.tanh(x);
      case SIGMOID -> sigmoid(x) * (1 - sigmoid(x));
      case NONE -> 1;
      case GELU -> Gelu.cdf(x) + x * Gelu.density(x);
    };
  }

  public static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
