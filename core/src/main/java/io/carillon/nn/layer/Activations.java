package io.carillon.nn.layer;

import io.carillon.config.Activation;
import io.carillon.internal.kernel.Kernels;

/** The values and derivatives of the {@link Activation}s. */
public final class Activations {
  private Activations() {}

  /** y[i] = f(x[i]) for i in [from, to); y may be x. */
  public static void forward(
      Activation f, Kernels kernels, float[] x, float[] y, int from, int to) {
    if (f == Activation.GELU) {
      kernels.gelu(x, y, from, to);
      return;
    }
    for (int i = from; i < to; i++) {
      y[i] = (float) value(f, x[i]);
    }
  }

  /** gx[i] = g[i] f'(x[i]) for i in [from, to); gx may be g. */
  public static void backward(
      Activation f, Kernels kernels, float[] x, float[] g, float[] gx, int from, int to) {
    if (f == Activation.GELU) {
      kernels.geluBackward(x, g, gx, from, to);
      return;
    }
    for (int i = from; i < to; i++) {
      gx[i] = (float) (g[i] * derivative(f, x[i]));
    }
  }

  /** f(x). */
  public static double value(Activation f, double x) {
    return switch (f) {
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
  public static double bound(Activation f, double x) {
    return switch (f) {
      case RELU, NONE -> x;
      case ELU -> Math.max(x, 1);
      case TANH, SIGMOID -> 1;
      case GELU, SILU -> x <= StepBounds.LARGEST_SQUARED ? x : Double.POSITIVE_INFINITY;
    };
  }

  /** f'(x). */
  public static double derivative(Activation f, double x) {
    return switch (f) {
      case RELU -> x > 0 ? 1 : 0;
      case SILU -> sigmoid(x) * (1 + x * (1 - sigmoid(x)));
      case ELU -> x > 0 ? 1 : Math.exp(x);
      case TANH -> 1 - Math.tanh(x) * Math.tanh(x);
      case SIGMOID -> sigmoid(x) * (1 - sigmoid(x));
      case NONE -> 1;
      case GELU -> Gelu.cdf(x) + x * Gelu.density(x);
    };
  }

  /** σ(x). */
  public static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
