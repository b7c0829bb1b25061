package io.carillon.nn;

import io.carillon.core.Parameter;
import java.util.List;

/** The function f inside a residual block x + f(x), from [rows][H] to [rows][H]. */
sealed interface Body permits SequenceBody, FeedForwardBody {
  /** All parameters in a fixed order. */
  List<Parameter> parameters();

  /**
   * out = f(x).
   *
   * @param out tiles of the result
   * @param after what is to be done with every tile of out
   */
  void forward(Pass pass, float[] x, Operand out, RowStage... after);

  /**
   * Adds the stages of one step of many streams, out = f(x), see {@link Stepper}.
   *
   * @param context read when the stages run
   */
  void addStepStages(Pass pass, StepContext context, float[] x, Operand out, List<RowStage> stages);

  /** Number of tasks of the loop over rows in {@link #backward}, for the stages before it. */
  int backwardTasks(Pass pass);

  /**
   * Adds parameter gradients; writes the gradient of x to gx, which must not be x. Follows a
   * forward pass with the same x and workspace, once.
   *
   * @param out f(x), computed again before the stages {@code before}; null if they do not need it
   * @param g tiles of the gradient of f(x), which are overwritten
   * @param before stages that write every tile of g
   */
  void backward(
      Pass pass, int tasks, float[] x, Operand out, Operand g, float[] gx, RowStage... before);
}
