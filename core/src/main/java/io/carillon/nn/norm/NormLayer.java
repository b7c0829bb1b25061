package io.carillon.nn.norm;

import io.carillon.engine.Footprint;
import io.carillon.engine.Operand;
import io.carillon.engine.Parameter;
import io.carillon.engine.Pass;
import io.carillon.engine.RowStage;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** A normalisation of rows [rows][H]. */
public sealed interface NormLayer permits LayerNorm, BatchNorm, ScalarAffineNorm {
  /** Of the present weights: the bound of inference on |y| for magnitudes up to |x|. */
  DoubleUnaryOperator bound();

  /** Trainable scales and shifts, then buffers. */
  List<Parameter> parameters();

  /** y [rows][H] from x [rows][H]; y must not be x. */
  void forward(Pass pass, float[] x, float[] y);

  /**
   * Adds the gradients of the parameters and writes that of x to gx; gx may be g. Follows a forward
   * pass with the same x and workspace.
   */
  void backward(Pass pass, float[] x, float[] g, float[] gx);

  /** y of the last forward pass in training once more, with the same bits; changes nothing else. */
  void repeat(Pass pass, float[] x, float[] y);

  /** What a training step takes for it. */
  Footprint memory(Pass pass);

  /** Whether a row's result depends on that row alone, so that there are stages. */
  default boolean rowwise() {
    return false;
  }

  /** {@link #forward} as a stage; x, y as there. */
  default RowStage forwardStage(Pass pass, Operand x, Operand y) {
    throw new UnsupportedOperationException(getClass().getSimpleName() + " mixes rows");
  }

  /**
   * The normalisation of inference as a stage that may run many times. Its arrays are its own or
   * shared with norms that do not run at the same time.
   */
  default RowStage inferenceStage(Pass pass, float[] x, float[] y) {
    return forwardStage(pass, Operand.of(x), Operand.of(y));
  }

  /** {@link #backward} as a stage. */
  default RowStage backwardStage(Pass pass, int tasks, Operand x, Operand g, Operand gx) {
    throw new UnsupportedOperationException(getClass().getSimpleName() + " mixes rows");
  }
}
