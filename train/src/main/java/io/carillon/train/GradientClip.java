package io.carillon.train;

import io.carillon.engine.Parameter;
import java.util.List;

/** Shortening of too long gradients, as PyTorch's {@code clip_grad_norm_}. */
final class GradientClip {
  private GradientClip() {}

  /** L2 norm of the gradients of all trainable parameters together; not finite if one is not. */
  static double norm(List<Parameter> parameters) {
    double sum = 0;
    // By index: an iterator would be an object for every step.
    for (int i = 0; i < parameters.size(); i++) {
      Parameter p = parameters.get(i);
      if (p.trainable()) {
        double part = 0;
        for (float g : p.gradient()) {
          part += (double) g * g;
        }
        sum += part;
      }
    }
    return Math.sqrt(sum);
  }

  /**
   * Multiplies all gradients by min(1, largest / (norm + 1e-6)).
   *
   * @param largest longest allowed norm; 0 = any
   * @return the norm before
   */
  static double clip(List<Parameter> parameters, double largest) {
    double norm = norm(parameters);
    double factor = largest / (norm + 1e-6);
    if (largest > 0 && factor < 1) {
      for (int i = 0; i < parameters.size(); i++) {
        if (parameters.get(i).trainable()) {
          scale(parameters.get(i).gradient(), factor);
        }
      }
    }
    return norm;
  }

  private static void scale(float[] gradient, double factor) {
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = (float) (gradient[i] * factor);
    }
  }
}
