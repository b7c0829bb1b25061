package io.carillon.nn;

import io.carillon.engine.Operand;
import io.carillon.engine.Parameter;
import io.carillon.engine.Pass;
import io.carillon.engine.RowStage;
import io.carillon.nn.layer.Dropout;
import io.carillon.nn.layer.PreparedModes;
import io.carillon.nn.layer.StepBounds;
import io.carillon.nn.layer.StepContext;
import io.carillon.nn.norm.NormLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

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
  private final NormLayer norm;
  private final boolean prenorm;
  private final Dropout dropout;
  private final int width;

  ResidualBlock(Body body, NormLayer norm, boolean prenorm, Dropout dropout, int width) {
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
    float[] in = bodyInput(pass, x);
    if (in != x) {
      norm.forward(pass, x, in);
    }
    body.mixForward(pass, in);
    runForward(pass, x, out);
    if (mixingNormAfter()) {
      norm.forward(pass, sum(pass), out);
    }
  }

  /** x, or where the norm before the body puts it. */
  private float[] bodyInput(Pass pass, float[] x) {
    return norm == null || !prenorm ? x : pass.scratch(this, NORMED, pass.size(width));
  }

  private boolean normAfter() {
    return norm != null && !prenorm;
  }

  private boolean mixingNormAfter() {
    return normAfter() && !norm.rowwise();
  }

  /** The input of a norm that mixes rows. */
  private float[] sum(Pass pass) {
    return pass.keep(this, SUM, pass.size(width));
  }

  private void runForward(Pass pass, float[] x, float[] out) {
    float[] in = bodyInput(pass, x);
    List<RowStage> stages = new ArrayList<>();
    Operand sum = pass.tile(this, BRANCH, width);
    body.addForward(pass, in, sum, stages);
    stages.add(dropout.stage(pass, sum, width));
    stages.add(sum.addStage(x, width));
    if (normAfter() && norm.rowwise()) {
      Operand result = pass.tile(this, RESULT, width);
      stages.add(norm.forwardStage(pass, sum, result));
      stages.add(result.storeStage(out, width));
    } else {
      stages.add(sum.storeStage(normAfter() ? sum(pass) : out, width));
    }
    pass.fuse(pass.rowTasks(), body.widest(), stages);
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

  /** Of a step, see {@link StepBounds}. */
  StepBounds.Part bound(PreparedModes prepared) {
    StepBounds.Part inner = StepBounds.chain(body.bounds(prepared));
    DoubleUnaryOperator normed = norm == null ? x -> x : norm.bound();
    return (x, states, steps) -> {
      double in = prenorm ? normed.applyAsDouble(x) : x;
      double sum = x + inner.after(in, states, steps);
      // A norm makes anything small, but not what has overflowed before.
      boolean small = sum <= StepBounds.LARGEST;
      return prenorm || !small ? sum : normed.applyAsDouble(sum);
    };
  }

  /** Writes the gradient of x to gx, which must not be g; g is destroyed. */
  void backward(Pass pass, float[] x, float[] g, float[] gx) {
    float[] in = bodyInput(pass, x);
    if (in != x) {
      norm.repeat(pass, x, in);
    }
    if (mixingNormAfter()) {
      norm.backward(pass, sum(pass), g, g);
    }
    runBackward(pass, x, g, gx);
    body.mixBackward(pass, in, gx);
    if (norm != null && prenorm && !norm.rowwise()) {
      norm.backward(pass, x, gx, gx);
    }
    runAround(pass, x, g, gx);
  }

  private void runBackward(Pass pass, float[] x, float[] g, float[] gx) {
    float[] in = bodyInput(pass, x);
    int tasks = body.backwardTasks(pass);
    Operand branch = pass.tile(this, BRANCH_GRADIENT, width);
    RowStage load = branch.loadStage(g, width);
    RowStage drop = dropout.stage(pass, branch, width);
    List<RowStage> stages = new ArrayList<>();
    if (normAfter() && norm.rowwise()) {
      Operand sum = pass.tile(this, BRANCH, width);
      List<RowStage> before =
          List.of(
              dropout.stage(pass, sum, width),
              sum.addStage(x, width),
              load,
              norm.backwardStage(pass, tasks, sum, branch, branch),
              branch.storeStage(g, width),
              drop);
      body.addBackward(pass, tasks, in, sum, before, branch, gx, stages);
    } else {
      body.addBackward(pass, tasks, in, null, List.of(load, drop), branch, gx, stages);
    }
    pass.fuse(tasks, body.widest(), stages);
  }

  /** From the gradient of the body's input to that of the block's, the skip connection added. */
  private void runAround(Pass pass, float[] x, float[] g, float[] gx) {
    int tasks = pass.rowTasks();
    Operand to = Operand.of(gx);
    List<RowStage> stages = new ArrayList<>();
    if (norm != null && prenorm && norm.rowwise()) {
      stages.add(norm.backwardStage(pass, tasks, Operand.of(x), to, to));
    }
    stages.add(to.addStage(g, width));
    pass.fuse(tasks, width, stages);
  }
}
