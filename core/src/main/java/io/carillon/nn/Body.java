package io.carillon.nn;

import io.carillon.core.Parameter;
import java.util.List;

/** The function f inside a residual block x + f(x), from [rows][H] to [rows][H]. */
sealed interface Body permits SsmBody, FeedForwardBody {
  /** All parameters in a fixed order. */
  List<Parameter> parameters();

  /** out = f(x); out must not be x. */
  void forward(Pass pass, float[] x, float[] out);

  /** Adds parameter gradients; writes the gradient of x to gx, which must not be g or x. */
  void backward(Pass pass, float[] x, float[] g, float[] gx);
}
