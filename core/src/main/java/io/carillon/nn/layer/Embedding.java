package io.carillon.nn.layer;

import io.carillon.engine.Parameter;
import io.carillon.engine.Pass;
import io.carillon.engine.Role;
import io.carillon.engine.RowStage;
import io.carillon.engine.SeededRandom;
import java.util.function.DoubleUnaryOperator;

/** Table of one vector per token: y = E[token], E [vocabulary][H] with standard normal entries. */
public final class Embedding {
  private static final int ROW_GRAIN = 256;

  private final int width;
  private final Parameter weight;

  /** Creates a table with fresh entries N(0, 1), as PyTorch's {@code nn.Embedding}. */
  public Embedding(String name, int vocabulary, int width, SeededRandom random) {
    this.width = width;
    float[] w = new float[vocabulary * width];
    for (int i = 0; i < w.length; i++) {
      w[i] = (float) random.normal();
    }
    this.weight =
        new Parameter(name + ".weight", Role.EMBEDDING, new int[] {vocabulary, width}, w, true);
  }

  /** The table. */
  public Parameter parameter() {
    return weight;
  }

  /** Whatever the token; see {@link StepBounds}. */
  public DoubleUnaryOperator bound() {
    double largest = StepBounds.largest(weight.value());
    return x -> largest;
  }

  /** y [rows][H] from tokens [rows]. */
  public void forward(Pass pass, int[] tokens, float[] y) {
    RowStage stage = forwardStage(tokens, y);
    pass.overRange(pass.rows().total(), ROW_GRAIN, stage::rows);
  }

  /** {@link #forward} as a stage. */
  public RowStage forwardStage(int[] tokens, float[] y) {
    return (task, r0, r1) -> {
      for (int r = r0; r < r1; r++) {
        System.arraycopy(weight.value(), tokens[r] * width, y, r * width, width);
      }
    };
  }

  /** Adds the gradient g [rows][H] of y to that of the table. */
  public void backward(Pass pass, int[] tokens, float[] g) {
    float[] gw = weight.gradient();
    int rows = pass.rows().total();
    pass.overRange(
        width,
        16,
        (task, h0, h1) -> {
          for (int r = 0; r < rows; r++) {
            int row = tokens[r] * width;
            for (int h = h0; h < h1; h++) {
              gw[row + h] += g[r * width + h];
            }
          }
        });
  }
}
