package io.carillon.nn;

import io.carillon.core.Parameter;
import java.util.ArrayList;
import java.util.List;

/**
 * Residual wrapper (papers A.8): prenorm x + drop(f(norm x)), postnorm norm(x + drop(f(x))), or x +
 * drop(f(x)) without a norm.
 */
final class ResidualBlock {
  private static final int GRAIN = 1 << 14;
  private static final int NORMED = 0;
  private static final int SUM = 1;

  private final Body body;
  private final Norm norm;
  private final boolean prenorm;
  private final Dropout dropout;
  private final int width;

  ResidualBlock(Body body, Norm norm, boolean prenorm, Dropout dropout, int width) {
    this.body = body;
    this.norm = norm;
    this.prenorm = prenorm;
    this.dropout = dropout;
    this.width = width;
  }

  Body body() {
    return body;
  }

  List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>(body.parameters());
    if (norm != null) {
      all.addAll(norm.parameters());
    }
    return all;
  }

  /** out [rows][H] from x [rows][H]; out must not be x. */
  void forward(Pass pass, float[] x, float[] out) {
    int n = pass.rows().total() * width;
    if (norm == null || prenorm) {
      body.forward(pass, normed(pass, x, n), out);
      dropout.apply(pass, out, width);
      add(pass, x, out, n);
      return;
    }
    float[] sum = pass.keep(this, SUM, n);
    body.forward(pass, x, sum);
    dropout.apply(pass, sum, width);
    add(pass, x, sum, n);
    norm.forward(pass, sum, out);
  }

  private float[] normed(Pass pass, float[] x, int n) {
    if (norm == null) {
      return x;
    }
    float[] normed = pass.keep(this, NORMED, n);
    norm.forward(pass, x, normed);
    return normed;
  }

  /** Writes the gradient of x to gx, which must not be g; g is destroyed. */
  void backward(Pass pass, float[] x, float[] g, float[] gx) {
    int n = pass.rows().total() * width;
    float[] branch = pass.scratch(this, 0, n);
    if (norm == null || prenorm) {
      System.arraycopy(g, 0, branch, 0, n);
      dropout.apply(pass, branch, width);
      body.backward(pass, norm == null ? x : pass.keep(this, NORMED, n), branch, gx);
      if (norm != null) {
        norm.backward(pass, x, gx, gx);
      }
      add(pass, g, gx, n);
      return;
    }
    norm.backward(pass, pass.keep(this, SUM, n), g, g);
    System.arraycopy(g, 0, branch, 0, n);
    dropout.apply(pass, branch, width);
    body.backward(pass, x, branch, gx);
    add(pass, g, gx, n);
  }

  private static void add(Pass pass, float[] x, float[] to, int n) {
    pass.overRange(
        n,
        GRAIN,
        (task, from, end) -> {
          for (int i = from; i < end; i++) {
            to[i] += x[i];
          }
        });
  }
}
