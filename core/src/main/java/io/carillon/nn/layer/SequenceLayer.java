package io.carillon.nn.layer;

import io.carillon.engine.Carry;
import io.carillon.engine.Footprint;
import io.carillon.engine.Parameter;
import io.carillon.engine.Pass;
import io.carillon.engine.RowStage;
import java.util.List;

/**
 * What a block does along the sequence, from [rows][H] to [rows][C H]; C is 1 but for kernels. No
 * package that knows this one is exported: the kinds of layers are those of this module.
 */
public interface SequenceLayer {
  /** All parameters in a fixed order. */
  List<Parameter> parameters();

  /** Position among the network's layers, which finds its {@link Carry}. */
  int index();

  /** Numbers in the {@link Carry} of {@code sequences} sequences; 0 if there can be none. */
  int stateSize(int sequences);

  /** Why this layer cannot stream, or null if it can. */
  String streamingObstacle();

  /** What to do about {@link #streamingObstacle()}, or null if there is none. */
  String streamingRemedy();

  /**
   * How the layer goes step by step, with its weights of this moment. Asked only where there is no
   * {@link #streamingObstacle()}.
   */
  LayerStream stream();

  /**
   * One step of many streams as a stage: y [streams][C H] from u [streams][H].
   *
   * @param pass with prepared modes
   * @param context read when the stage runs
   */
  RowStage stepStage(Pass pass, StepContext context, float[] u, float[] y);

  /** How the layer is computed for these rows, in a word: recurrence, convolution, attention. */
  String method(Pass pass);

  /** What the layer takes from its workspace for a training step with the rows of this pass. */
  Footprint memory(Pass pass);

  /** Whether the block adds the layer's input to the activation of its output (papers B.3). */
  default boolean addsInput() {
    return false;
  }

  /**
   * The largest magnitude by which an input is multiplied where a step adds it to the output beside
   * what the {@link #stream} makes of it.
   */
  default double largestDirect() {
    return 0;
  }

  /** y [rows][C H] from u [rows][H]. */
  void forward(Pass pass, float[] u, float[] y);

  /**
   * Adds the gradients of all parameters and writes that of u to gu [rows][H]. Follows a forward
   * pass with the same u and workspace.
   *
   * @param g [rows][C H] gradient of y
   */
  void backward(Pass pass, float[] u, float[] g, float[] gu);

  /** The {@link #streamingRemedy} of layers whose kind has no steps. */
  static String anotherKind(boolean bidirectional) {
    return "train with layers of kind s4d, dlr, dss, s4 or gru"
        + (bidirectional ? " and bidirectional=false" : "");
  }
}
