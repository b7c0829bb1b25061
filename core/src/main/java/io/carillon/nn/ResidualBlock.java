package io.carillon.nn;

import io.carillon.engine.Buffer;
import io.carillon.engine.Buffers;
import io.carillon.engine.Footprint;
import io.carillon.engine.Operand;
import io.carillon.engine.Parameter;
import io.carillon.engine.Pass;
import io.carillon.engine.RowStage;
import io.carillon.engine.Tile;
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
  private final Body body;
  private final NormLayer norm;
  private final boolean prenorm;
  private final Dropout dropout;
  private final int width;
  private final Buffers buffers = new Buffers(ResidualBlock.class);

  /** The output of the norm before the body. */
  private final Buffer normed;

  /** The input of a norm after the body that mixes rows, or that of any in a step. */
  private final Buffer sum;

  private final Tile branch;
  private final Tile result;
  private final Tile branchGradient;

  ResidualBlock(Body body, NormLayer norm, boolean prenorm, Dropout dropout, int width) {
    this.body = body;
    this.norm = norm;
    this.prenorm = prenorm;
    this.dropout = dropout;
    this.width = width;
    this.normed = norm != null && prenorm ? buffers.scratch("normed", width) : null;
    this.sum =
        normAfter()
            ? buffers.kept(
                "sum",
                pass -> norm.rowwise() && pass.training() ? 0 : (long) pass.rows().total() * width)
            : null;
    this.branch = buffers.tile("branch", width);
    this.result = normAfter() && norm.rowwise() ? buffers.tile("result", width) : null;
    this.branchGradient = buffers.tile("branch gradient", width);
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

  /** What a training step takes for the block. */
  Footprint memory(Pass pass) {
    Footprint all = buffers.footprint(pass).beside(body.memory(pass)).beside(dropout.memory(pass));
    return norm == null ? all : all.beside(norm.memory(pass));
  }

  /** out [rows][H] from x [rows][H]; out must not be x. */
  void forward(Pass pass, float[] x, float[] out) {
    pass.scoped(() -> compute(pass, x, out));
  }

  private void compute(Pass pass, float[] x, float[] out) {
    float[] in = bodyInput(pass, x);
    if (in != x) {
      norm.forward(pass, x, in);
    }
    body.mixForward(pass, in);
    runForward(pass, x, out);
    if (mixingNormAfter()) {
      norm.forward(pass, sum.of(pass), out);
    }
  }

  /** x, or where the norm before the body puts it. */
  private float[] bodyInput(Pass pass, float[] x) {
    return norm == null || !prenorm ? x : normed.of(pass);
  }

  private boolean normAfter() {
    return norm != null && !prenorm;
  }

  private boolean mixingNormAfter() {
    return normAfter() && !norm.rowwise();
  }

  private void runForward(Pass pass, float[] x, float[] out) {
    float[] in = bodyInput(pass, x);
    List<RowStage> stages = new ArrayList<>();
    Operand to = branch.of(pass);
    body.addForward(pass, in, to, stages);
    stages.add(dropout.stage(pass, to));
    stages.add(to.addStage(x, width));
    if (normAfter() && norm.rowwise()) {
      Operand afterNorm = result.of(pass);
      stages.add(norm.forwardStage(pass, to, afterNorm));
      stages.add(afterNorm.storeStage(out, width));
    } else {
      stages.add(to.storeStage(normAfter() ? sum.of(pass) : out, width));
    }
    pass.fuse(pass.rowTasks(), body.widest(), stages);
  }

  /** Adds the stages of one step of many streams; x, out as in {@link #forward}. */
  void addStepStages(
      Pass pass, StepContext context, float[] x, float[] out, List<RowStage> stages) {
    // The stages of the next block run after these: it may have the same scratch.
    pass.scoped(() -> addStages(pass, context, x, out, stages));
  }

  private void addStages(
      Pass pass, StepContext context, float[] x, float[] out, List<RowStage> stages) {
    float[] in = bodyInput(pass, x);
    if (in != x) {
      stages.add(norm.inferenceStage(pass, x, in));
    }
    float[] to = normAfter() ? sum.of(pass) : out;
    body.addStepStages(pass, context, in, Operand.of(to), stages);
    stages.add(Operand.of(to).addStage(x, width));
    if (normAfter()) {
      stages.add(norm.inferenceStage(pass, to, out));
    }
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
    pass.scoped(() -> differentiate(pass, x, g, gx));
  }

  private void differentiate(Pass pass, float[] x, float[] g, float[] gx) {
    float[] in = bodyInput(pass, x);
    if (in != x) {
      norm.repeat(pass, x, in);
    }
    if (mixingNormAfter()) {
      norm.backward(pass, sum.of(pass), g, g);
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
    Operand gBranch = branchGradient.of(pass);
    RowStage load = gBranch.loadStage(g, width);
    RowStage drop = dropout.stage(pass, gBranch);
    List<RowStage> stages = new ArrayList<>();
    if (normAfter() && norm.rowwise()) {
      Operand again = branch.of(pass);
      List<RowStage> before =
          List.of(
              dropout.stage(pass, again),
              again.addStage(x, width),
              load,
              norm.backwardStage(pass, tasks, again, gBranch, gBranch),
              gBranch.storeStage(g, width),
              drop);
      body.addBackward(pass, tasks, in, again, before, gBranch, gx, stages);
    } else {
      body.addBackward(pass, tasks, in, null, List.of(load, drop), gBranch, gx, stages);
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
