package io.carillon.nn;

import io.carillon.core.Parameter;
import java.util.ArrayList;
import java.util.List;

/**
 * Residual wrapper (papers A.8): prenorm x + drop(f(norm x)), postnorm norm(x + drop(f(x))), or x +
 * drop(f(x)) without a norm.
 */
final class ResidualBlock {
  /** What is kept for the backward pass: the input of a norm that mixes rows. */
  private static final int SUM = 0;

  /** Scratch: the output of the norm before the body. */
  private static final int NORMED = 0;

  // Tiles.
  private static final int BRANCH = 0;
  private static final int RESULT = 1;
  private static final int BRANCH_GRADIENT = 2;

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
    Operand sum = pass.tile(this, BRANCH, width);
    RowStage drop = dropout.stage(pass, sum, width);
    RowStage add = sum.addStage(x, width);
    if (norm == null || prenorm) {
      float[] in = norm == null ? x : pass.scratch(this, NORMED, pass.size(width));
      if (norm != null) {
        norm.forward(pass, x, in);
      }
      body.forward(pass, in, sum, drop, add, sum.storeStage(out, width));
    } else if (norm.rowwise()) {
      Operand result = pass.tile(this, RESULT, width);
      RowStage normalise = norm.forwardStage(pass, sum, result);
      body.forward(pass, x, sum, drop, add, normalise, result.storeStage(out, width));
    } else {
      float[] kept = pass.keep(this, SUM, pass.size(width));
      body.forward(pass, x, sum, drop, add, sum.storeStage(kept, width));
      norm.forward(pass, kept, out);
    }
  }

  /** Adds the stages of one step of many streams; x, out as in {@link #forward}. */
  void addStepStages(
      Pass pass, StepContext context, float[] x, float[] out, List<RowStage> stages) {
    int n = pass.size(width);
    if (norm == null || prenorm) {
      float[] in = norm == null ? x : pass.scratch(this, NORMED, n);
      if (norm != null) {
        stages.add(norm.inferenceStage(pass, x, in));
      }
      Operand sum = Operand.of(out);
      body.addStepStages(pass, context, in, sum, stages);
      stages.add(sum.addStage(x, width));
      return;
    }
    float[] kept = pass.keep(this, SUM, n);
    Operand sum = Operand.of(kept);
    body.addStepStages(pass, context, x, sum, stages);
    stages.add(sum.addStage(x, width));
    stages.add(norm.inferenceStage(pass, kept, out));
  }

  /** Writes the gradient of x to gx, which must not be g; g is destroyed. */
  void backward(Pass pass, float[] x, float[] g, float[] gx) {
    int tasks = body.backwardTasks(pass);
    Operand branch = pass.tile(this, BRANCH_GRADIENT, width);
    RowStage load = branch.loadStage(g, width);
    RowStage drop = dropout.stage(pass, branch, width);
    if (norm == null || prenorm) {
      float[] in = norm == null ? x : pass.scratch(this, NORMED, pass.size(width));
      if (norm != null) {
        norm.repeat(pass, x, in);
      }
      body.backward(pass, tasks, in, null, branch, gx, load, drop);
      throughNorm(pass, x, g, gx);
      return;
    }
    if (norm.rowwise()) {
      Operand sum = pass.tile(this, BRANCH, width);
      body.backward(
          pass,
          tasks,
          x,
          sum,
          branch,
          gx,
          dropout.stage(pass, sum, width),
          sum.addStage(x, width),
          load,
          norm.backwardStage(pass, tasks, sum, branch, branch),
          branch.storeStage(g, width),
          drop);
    } else {
      norm.backward(pass, pass.keep(this, SUM, pass.size(width)), g, g);
      body.backward(pass, tasks, x, null, branch, gx, load, drop);
    }
    pass.fuse(pass.rowTasks(), width, Operand.of(gx).addStage(g, width));
  }

  /** From the gradient of the body's input to that of the block's, the skip connection added. */
  private void throughNorm(Pass pass, float[] x, float[] g, float[] gx) {
    int tasks = pass.rowTasks();
    Operand to = Operand.of(gx);
    RowStage add = to.addStage(g, width);
    if (norm != null && norm.rowwise()) {
      pass.fuse(tasks, width, norm.backwardStage(pass, tasks, Operand.of(x), to, to), add);
      return;
    }
    if (norm != null) {
      norm.backward(pass, x, gx, gx);
    }
    pass.fuse(tasks, width, add);
  }
}
