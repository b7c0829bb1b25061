package io.carillon.nn.layer;

import io.carillon.config.Activation;

/** The gated unit a · GELU(b) over the two halves a, b of a row of 2n values. */
public final class Geglu {
  private Geglu() {}

  /** y [rows][n] from x [rows][2n], rows r0 .. r1-1. */
  public static void forward(float[] x, int r0, int r1, int n, float[] y) {
    for (int r = r0; r < r1; r++) {
      for (int i = 0; i < n; i++) {
        int at = r * 2 * n + i;
        y[r * n + i] = (float) (x[at] * Activations.value(Activation.GELU, x[at + n]));
      }
    }
  }

  /** gx [rows][2n], overwritten, from x and the gradient g [rows][n] of y. */
  public static void backward(float[] x, float[] g, int r0, int r1, int n, float[] gx) {
    for (int r = r0; r < r1; r++) {
      for (int i = 0; i < n; i++) {
        int at = r * 2 * n + i;
        gx[at] = (float) (g[r * n + i] * Activations.value(Activation.GELU, x[at + n]));
        gx[at + n] =
            (float) (g[r * n + i] * x[at] * Activations.derivative(Activation.GELU, x[at + n]));
      }
    }
  }
}
