package io.carillon.nn;

import io.carillon.core.Parameter;
import java.util.ArrayList;
import java.util.List;

/**
 * Residual wrapper (papers A.8): prenorm x + drop(f(norm x)), postnorm norm(x + drop(f(x))), or x +
 * drop(f(x)) without a norm.
 */
final class ResidualBlock {
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
      body.forward(pass, normed(pass, x, n), out, dropout.stage(pass, out, width), add(x, out));
      return;
    }
    float[] sum = pass.keep(this, SUM, n);
    RowStage normalise = norm.rowwise() ? norm.forwardStage(pass, sum, out) : RowStage.NOTHING;
    body.forward(pass, x, sum, dropout.stage(pass, sum, width), add(x, sum), normalise);
    if (!norm.rowwise()) {
      norm.forward(pass, sum, out);
    }
  }

  /** Adds the stages of one step of many streams; x, out as in {@link #forward}. */
  void addStepStages(
      Pass pass, StepContext context, float[] x, float[] out, List<RowStage> stages) {
    int n = pass.rows().total() * width;
    if (norm == null || prenorm) {
      float[] in = norm == null ? x : pass.keep(this, NORMED, n);
      if (norm != null) {
        stages.add(norm.inferenceStage(pass, x, in));
      }
      body.addStepStages(pass, context, in, out, stages);
      stages.add(add(x, out));
      return;
    }
    float[] sum = pass.keep(this, SUM, n);
    body.addStepStages(pass, context, x, sum, stages);
    stages.add(add(x, sum));
    stages.add(norm.inferenceStage(pass, sum, out));
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
    int tasks = body.backwardTasks(pass);
    float[] branch = pass.scratch(this, 0, n);
    RowStage copy = copy(g, branch);
    RowStage drop = dropout.stage(pass, branch, width);
    if (norm == null || prenorm) {
      body.backward(
          pass, tasks, norm == null ? x : pass.keep(this, NORMED, n), branch, gx, copy, drop);
      throughNorm(pass, x, g, gx);
      return;
    }
    float[] sum = pass.keep(this, SUM, n);
    RowStage normalise = RowStage.NOTHING;
    if (norm.rowwise()) {
      normalise = norm.backwardStage(pass, tasks, sum, g, g);
    } else {
      norm.backward(pass, sum, g, g);
    }
    body.backward(pass, tasks, x, branch, gx, normalise, copy, drop);
    pass.fuse(pass.rowTasks(), width, add(g, gx));
  }

  /** From the gradient of the body's input to that of the block's, the skip connection added. */
  private void throughNorm(Pass pass, float[] x, float[] g, float[] gx) {
    int tasks = pass.rowTasks();
    if (norm != null && norm.rowwise()) {
      pass.fuse(tasks, width, norm.backwardStage(pass, tasks, x, gx, gx), add(g, gx));
      return;
    }
    if (norm != null) {
      norm.backward(pass, x, gx, gx);
    }
    pass.fuse(tasks, width, add(g, gx));
  }

  private RowStage copy(float[] from, float[] to) {
    return (task, r0, r1) -> System.arraycopy(from, r0 * width, to, r0 * width, (r1 - r0) * width);
  }

  private RowStage add(float[] x, float[] to) {
    return (task, r0, r1) -> {
      for (int i = r0 * width; i < r1 * width; i++) {
        to[i] += x[i];
      }
    };
  }
}
