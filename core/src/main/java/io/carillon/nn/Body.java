package io.carillon.nn;

import io.carillon.engine.Footprint;
import io.carillon.engine.Operand;
import io.carillon.engine.Parameter;
import io.carillon.engine.Pass;
import io.carillon.engine.RowStage;
import io.carillon.nn.layer.PreparedModes;
import io.carillon.nn.layer.StepBounds;
import io.carillon.nn.layer.StepContext;
import java.util.List;

/** The function f inside a residual block x + f(x), from [rows][H] to [rows][H]. */
sealed interface Body permits SequenceBody, FeedForwardBody {
  /** All parameters in a fixed order. */
  List<Parameter> parameters();

  /** Channels of the widest rows of the stages. */
  int widest();

  /** What a training step takes for it. */
  Footprint memory(Pass pass);

  /** Does what mixes rows, before the stages of {@link #addForward} run. */
  void mixForward(Pass pass, float[] x);

  /**
   * Adds the stages of out = f(x) that follow {@link #mixForward}.
   *
   * @param out tiles of the result
   */
  void addForward(Pass pass, float[] x, Operand out, List<RowStage> stages);

  /**
   * Adds the stages of one step of many streams, out = f(x), see {@link Stepper}.
   *
   * @param context read when the stages run
   */
  void addStepStages(Pass pass, StepContext context, float[] x, Operand out, List<RowStage> stages);

  /** Bounds of a step, one part after another; see {@link StepBounds}. */
  List<StepBounds.Part> bounds(PreparedModes prepared);

  /** Number of tasks of the loop over the stages of {@link #addBackward}. */
  int backwardTasks(Pass pass);

  /**
   * Adds the stages of the backward pass, which {@link #mixBackward} follows; they add gradients of
   * parameters. Follows a forward pass with the same x and workspace, once.
   *
   * @param out f(x), computed again before the stages {@code before}; null if they do not need it
   * @param before stages that write every tile of g
   * @param g tiles of the gradient of f(x), which are overwritten
   * @param gx gets the gradient of x here or in mixBackward; must not be x
   */
  void addBackward(
      Pass pass,
      int tasks,
      float[] x,
      Operand out,
      List<RowStage> before,
      Operand g,
      float[] gx,
      List<RowStage> stages);

  /** Does what mixes rows, after the stages of {@link #addBackward}; x, gx as there. */
  void mixBackward(Pass pass, float[] x, float[] gx);
}
